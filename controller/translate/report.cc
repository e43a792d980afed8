#include "controller/translate/report.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "proxy/base/utf8.h"

namespace breakwater::translate {
namespace {

constexpr std::size_t kLongestQuote = 80;  ///< bytes: a finding is one line for people

}  // namespace

void Report::warn(table::ObjectRef object, std::string field, std::string text) {
    findings_.push_back(
        {std::move(object), std::move(field), std::move(text), table::Severity::warning});
}

void Report::error(table::ObjectRef object, std::string field, std::string text) {
    findings_.push_back(
        {std::move(object), std::move(field), std::move(text), table::Severity::error});
}

void Report::absorb(Report other) {
    std::ranges::move(other.findings_, std::back_inserter(findings_));
}

void Report::error_elsewhere(table::ObjectRef object, std::string field, std::string text) {
    error(std::move(object), std::move(field), std::move(text));
    findings_.back().elsewhere = true;
}

table::Findings Report::take() {
    std::ranges::sort(findings_);
    const auto twice = std::ranges::unique(findings_);
    findings_.erase(twice.begin(), twice.end());
    return std::exchange(findings_, {});
}

table::ObjectRef ref(kube::Kind kind, const kube::Key& key) {
    return {std::string(kube::to_string(kind)), key.namespace_name, key.name};
}

std::string in_quotes(std::string_view text) {
    const std::string_view shown = cut_at_character(text, kLongestQuote);
    std::string out = "\"";
    for (const char c : shown) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    return out + (shown.size() < text.size() ? "...\"" : "\"");
}

}  // namespace breakwater::translate
