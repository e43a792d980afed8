#include "controller/translate/value.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

constexpr std::uint64_t kMostSeconds = std::numeric_limits<std::int32_t>::max();

/// Takes the digits off the front of `text`. @return nothing where there are none, or too many.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<std::uint64_t> seconds_in(char unit) {
    switch (unit) {
        case 's': return 1;
        case 'm': return 60;
        case 'h': return 60 * 60;
        case 'd': return 24 * 60 * 60;
        case 'w': return 7 * 24 * 60 * 60;
        default: return {};
    }
}

std::optional<unsigned> shift_of(char unit) {
    switch (to_lower(unit)) {
        case 'b': return 0;
        case 'k': return 10;
        case 'm': return 20;
        case 'g': return 30;
        default: return {};
    }
}

bool is_url_character(char c) {
    constexpr std::string_view kNever = "\"<>\\^`{|}";  // RFC 3986 has none of them
    return c > 0x20 && c < 0x7F && kNever.find(c) == kNever.npos;
}

}  // namespace

Value<bool> parse_bool(std::string_view text) {
    for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
        if (text == yes) return true;
    }
    for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
        if (text == no) return false;
    }
    return refuse("is neither \"true\" nor \"false\"");
}

Value<int> parse_count(std::string_view text) {
    const std::optional<std::uint64_t> number = take_digits(text);
    if (!number || !text.empty()) return refuse("is not a whole number");
    if (*number > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
        return refuse("is too large");
    }
    return static_cast<int>(*number);
}

Value<std::chrono::seconds> parse_seconds(std::string_view text) {
    const Value<int> count = parse_count(text);
    if (!count) return refuse(count.error().text + ", in seconds");
    return std::chrono::seconds(*count);
}

Value<std::chrono::seconds> parse_time(std::string_view text) {
    std::uint64_t sum = 0;
    while (!text.empty()) {
        const std::optional<std::uint64_t> number = take_digits(text);
        if (!number) return refuse("is not a time such as \"240s\" or \"1h\"");
        std::uint64_t unit = 1;
        if (!text.empty()) {
            const std::optional<std::uint64_t> seconds = seconds_in(text.front());
            if (!seconds) return refuse("is not a time such as \"240s\" or \"1h\"");
            unit = *seconds;
            text.remove_prefix(1);
        }
        if (*number > kMostSeconds / unit) return refuse("is too long");
        sum += *number * unit;
        if (sum > kMostSeconds) return refuse("is too long");
    }
    return std::chrono::seconds(sum);
}

Value<std::uint64_t> parse_size(std::string_view text) {
    const std::optional<std::uint64_t> number = take_digits(text);
    if (!number || text.size() > 1) return refuse("is not a size such as \"8m\"");
    const std::optional<unsigned> shift = text.empty() ? 0 : shift_of(text.front());
    if (!shift) return refuse("is not a size such as \"8m\"");
    if (*number > (std::numeric_limits<std::uint64_t>::max() >> *shift))
        return refuse("is too large");
    return *number << *shift;
}

Value<std::string> parse_url(std::string_view text) {
    for (const char c : text) {
        if (!is_url_character(c)) return refuse("has a character that no URL has");
    }
    const std::size_t colon = text.find("://");
    if (colon == text.npos || colon == 0) return refuse("is not an absolute URL");
    const std::string_view scheme = text.substr(0, colon);
    if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) {
        return refuse_mildly("is not an http or https URL");
    }
    if (text.find('$') != text.npos)
        return refuse_mildly("has a variable, which is not supported yet");
    const std::string_view rest = text.substr(colon + 3);
    if (rest.empty() || rest.find_first_of("/?#") == 0) return refuse_mildly("names no host");
    return std::string(text);
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view part = trim(text.substr(0, comma), " \t\r\n");
        if (!part.empty()) out.emplace_back(part);
        text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
    }
    return out;
}

Value<std::vector<std::string>> parse_list(std::string_view text) { return split_list(text); }

Value<int> parse_https_redirect_code(std::string_view text) {
    const Value<int> code = parse_count(text);
    if (code && (*code == 301 || *code == 302 || *code == 307 || *code == 308)) return code;
    return refuse("is none of 301, 302, 307, 308");
}

}  // namespace breakwater::translate
