#pragma once
// The forms in which annotations and ConfigMap keys write their values, as ingress-nginx reads them.
//
// Each parser takes the text without surrounding blanks, never empty. Pure; any thread.

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater::translate {

/// Why a value is refused, as the end of a sentence that began with the value: `is not a number`.
struct Refusal {
    std::string text;
    /// The form is right and what it says cannot be used: costs this value only, even where a wrong
    /// form costs the Ingress. ingress-nginx makes the same difference.
    bool mild = false;
};
template <class T>
using Value = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(std::string text) {
    return std::unexpected(Refusal{.text = std::move(text)});
}
inline std::unexpected<Refusal> refuse_mildly(std::string text) {
    return std::unexpected(Refusal{.text = std::move(text), .mild = true});
}

/// As it stands: another part judges it.
[[nodiscard]] inline Value<std::string> take_text(std::string_view text) {
    return std::string(text);
}
/// What Go's strconv.ParseBool takes: 1, t, T, TRUE, true, True and their opposites.
[[nodiscard]] Value<bool> parse_bool(std::string_view text);
/// Plain decimal, not negative, at most 2^31 - 1.
[[nodiscard]] Value<int> parse_count(std::string_view text);
/// parse_count() as seconds.
[[nodiscard]] Value<std::chrono::seconds> parse_seconds(std::string_view text);
/// nginx's times: `240s`, `1h30m`, `75`; units s, m, h, d, w. At most 2^31 - 1 seconds.
[[nodiscard]] Value<std::chrono::seconds> parse_time(std::string_view text);
/// nginx's sizes: digits, then nothing, b, k, m or g in either case.
[[nodiscard]] Value<std::uint64_t> parse_size(std::string_view text);
/// An absolute http or https URL of printable ASCII. Refused mildly: another scheme, a variable.
[[nodiscard]] Value<std::string> parse_url(std::string_view text);
/// What commas separate, without blanks and without empty parts.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);
[[nodiscard]] Value<std::vector<std::string>> parse_list(std::string_view text);

/// parse_count() between the two; refused mildly outside.
template <int kLeast, int kMost>
[[nodiscard]] Value<int> parse_between(std::string_view text) {
    Value<int> count = parse_count(text);
    if (count && (*count < kLeast || *count > kMost)) {
        return refuse_mildly("is not between " + std::to_string(kLeast) + " and " +
                             std::to_string(kMost));
    }
    return count;
}

/// One of the redirects that keep or change the method as RFC 9110 15.4 says: 301, 302, 307, 308.
[[nodiscard]] Value<int> parse_https_redirect_code(std::string_view text);

}  // namespace breakwater::translate
