#include "proxy/exchange/grpc.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "proxy/base/ascii.h"

namespace breakwater::exchange::grpc {
namespace {

enum Status : int {
    kUnknown = 2,
    kPermissionDenied = 7,
    kResourceExhausted = 8,
    kUnimplemented = 12,
    kInternal = 13,
    kUnavailable = 14,
    kUnauthenticated = 16,
};

/// Nobody waits for longer.
constexpr Duration kMost = std::chrono::years(1);

/// Zero: it is none.
constexpr Duration unit_of(char letter) {
    switch (letter) {
        case 'H': return std::chrono::hours(1);
        case 'M': return std::chrono::minutes(1);
        case 'S': return std::chrono::seconds(1);
        case 'm': return std::chrono::milliseconds(1);
        case 'u': return std::chrono::microseconds(1);
        case 'n': return std::chrono::nanoseconds(1);
        default: return Duration::zero();
    }
}

}  // namespace

std::optional<std::string_view> behind_type(std::string_view type, std::string_view name) {
    if (!equals_ignoring_case(type.substr(0, name.size()), name)) return std::nullopt;
    const std::string_view rest = type.substr(name.size());
    constexpr std::string_view kDelimiters = "+; \t";
    if (!rest.empty() && !kDelimiters.contains(rest.front())) return std::nullopt;
    return rest;
}

bool is_content(const http::Fields& fields) {
    const auto type = fields.get(http::FieldName::content_type);
    return type && behind_type(*type, kType);
}

std::optional<int> status_in(const http::Fields& fields) {
    const auto text = fields.get("grpc-status");
    if (!text) return std::nullopt;
    int status = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), status);
    const bool number = error == std::errc() && end == text->data() + text->size();
    if (!number || status < 0 || status > kLastStatus) return std::nullopt;
    return status;
}

std::optional<Duration> timeout_in(const http::Fields& fields) {
    constexpr std::size_t kMostDigits = 8;
    const std::string_view text = fields.get("grpc-timeout").value_or("");
    if (text.size() < 2 || text.size() > kMostDigits + 1) return std::nullopt;
    const std::string_view digits = text.substr(0, text.size() - 1);
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    const Duration unit = unit_of(text.back());
    if (unit == Duration::zero()) return std::nullopt;
    return count > kMost / unit ? kMost : count * unit;
}

int status_for(int http_status) {
    switch (http_status) {
        case 400: return kInternal;
        case 401: return kUnauthenticated;
        case 403: return kPermissionDenied;
        case 404: return kUnimplemented;
        case 413: return kResourceExhausted;
        case 429:
        case 502:
        case 503:
        case 504: return kUnavailable;
        default: return kUnknown;
    }
}

}  // namespace breakwater::exchange::grpc
