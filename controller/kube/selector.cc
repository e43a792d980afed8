#include "controller/kube/selector.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <vector>

#include "proxy/base/ascii.h"

namespace breakwater::kube {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kOwnWords =
    "=!(),<>";  ///< each a word of its own, but for `==` and `!=`
constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestPrefix = 253;

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!(text = trim(text, kBlanks)).empty()) {
        std::size_t size = text.find_first_of(kOwnWords);
        if (size == 0) size = text.starts_with("==") || text.starts_with("!=") ? 2 : 1;
        size = std::min({size, text.find_first_of(kBlanks), text.size()});
        words.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return words;
}

bool is_alphanumeric(char c) { return is_alpha(c) || is_digit(c); }

/// A label's value, or its key behind the prefix.
bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestName && is_alphanumeric(text.front()) &&
           is_alphanumeric(text.back()) && std::ranges::all_of(text, [](char c) {
               return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
           });
}

bool is_key(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == text.npos) return is_name(text);
    const std::string_view prefix = text.substr(0, slash);
    const bool is_dns = !prefix.empty() && prefix.size() <= kLongestPrefix &&
                        std::ranges::all_of(prefix, [](char c) {
                            return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
                        });
    return is_dns && is_name(text.substr(slash + 1));
}

/// Of 64 bits; a sign would begin no value of a label.
bool is_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return is_name(text) && error == std::errc() && end == text.data() + text.size();
}

/// Reads requirement after requirement.
class Reader {
public:
    explicit Reader(std::string_view text) : words_(words_of(text)) {}

    /// @return the end of a sentence
    std::optional<std::string> mistake() {
        if (words_.empty()) return {};
        for (;;) {
            if (auto wrong = requirement()) return wrong;
            if (at_end()) return {};
            if (!take(",")) return wrong_at("a comma");
        }
    }

private:
    [[nodiscard]] bool at_end() const { return at_ == words_.size(); }
    [[nodiscard]] std::string_view word() const {
        return at_end() ? std::string_view() : words_[at_];
    }
    bool take(std::string_view wanted) {
        if (at_end() || words_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    [[nodiscard]] std::string wrong_at(std::string_view wanted) const {
        return "is no label selector: " + std::string(wanted) + " is missing " +
               (at_end() ? std::string("at its end") : "before " + std::string(word()));
    }

    std::optional<std::string> requirement() {
        const bool absent = take("!");
        if (!is_key(word())) return wrong_at("the key of a label");
        ++at_;
        if (absent || at_end() || word() == ",") return {};
        if (take("in") || take("notin")) return values();
        if (take(">") || take("<")) return number();
        if (!take("=") && !take("==") && !take("!=")) return wrong_at("an operator");
        return value();
    }

    /// One, which may be empty.
    std::optional<std::string> value() {
        if (at_end() || word() == "," || word() == ")") return {};
        if (!is_name(word())) return wrong_at("the value of a label");
        ++at_;
        return {};
    }

    std::optional<std::string> number() {
        if (!is_number(word())) return wrong_at("a number");
        ++at_;
        return {};
    }

    std::optional<std::string> values() {
        if (!take("(")) return wrong_at("an opening bracket");
        do {
            if (auto wrong = value()) return wrong;
        } while (take(","));
        if (!take(")")) return wrong_at("a closing bracket");
        return {};
    }

    const std::vector<std::string_view> words_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<std::string> mistake_in_selector(std::string_view text) {
    return Reader(text).mistake();
}

}  // namespace breakwater::kube
