#include "proxy/base/regex/regex.h"

#include <fmt/format.h>

#include <array>

#include "proxy/base/check.h"
#include "proxy/base/free.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace breakwater {
namespace {

using CompileContext = std::unique_ptr<pcre2_compile_context, Free<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;

constexpr std::uint32_t kMostHeapKibibytes = 1024;  ///< of one match without JIT

CompileContext make_compile_context() {
    CompileContext made(pcre2_compile_context_create(nullptr));
    CHECK(made != nullptr);
    pcre2_set_max_pattern_length(made.get(), Regex::kMostPatternBytes);
    return made;
}

MatchContext make_match_context() {
    MatchContext made(pcre2_match_context_create(nullptr));
    CHECK(made != nullptr);
    pcre2_set_match_limit(made.get(), Regex::kMostSteps);
    pcre2_set_depth_limit(made.get(), Regex::kMostSteps);
    pcre2_set_heap_limit(made.get(), kMostHeapKibibytes);
    return made;
}

std::string words_for(int error) {
    std::array<PCRE2_UCHAR, 128> text{};
    pcre2_get_error_message(error, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

}  // namespace

std::expected<std::shared_ptr<const Regex>, std::string> Regex::compile(std::string_view pattern) {
    const CompileContext context = make_compile_context();
    int error = 0;
    PCRE2_SIZE at = 0;
    // No UTF: a subject that is none would be an error and not a text that does not match.
    pcre2_code* const code = pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
        PCRE2_ANCHORED | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &at, context.get());
    if (!code) {
        return std::unexpected(
            fmt::format("is no regular expression: {} (at {})", words_for(error), at));
    }
    // Where memory may not be made executable this fails, and matching is interpreted.
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return std::make_shared<const Regex>(code);
}

Regex::~Regex() { pcre2_code_free(code_); }

Regex::Found Regex::match_at(std::string_view text, std::size_t offset) const {
    static const MatchContext context = make_match_context();
    // One pair: where the whole match lies, which pcre2_match() wants to write down.
    thread_local const MatchData where(pcre2_match_data_create(1, nullptr));
    const int found = pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                  offset, 0, where.get(), context.get());
    if (found >= 0) return Found::yes;
    return found == PCRE2_ERROR_NOMATCH ? Found::no : Found::gave_up;
}

}  // namespace breakwater
