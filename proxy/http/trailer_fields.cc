#include "proxy/http/trailer_fields.h"

#include <algorithm>
#include <array>

#include "proxy/base/ascii.h"

namespace breakwater::http {
namespace {

/// Beside the names that the proxy knows, which all belong in a head: RFC 9110 section 6.5.1.
constexpr std::array<std::string_view, 28> kHeadOnly{
    // Requests: modifiers, conditions, credentials.
    "cache-control", "max-forwards", "pragma", "range", "if-match", "if-modified-since",
    "if-none-match", "if-range", "if-unmodified-since", "priority",
    // Responses: credentials and control.
    "www-authenticate", "authentication-info", "proxy-authentication-info", "set-cookie", "age",
    "expires", "retry-after", "vary", "warning", "refresh", "allow", "accept-ranges", "alt-svc",
    // How the content is read.
    "content-encoding", "content-language", "content-location", "content-range",
    "content-disposition"};

}  // namespace

bool allowed_in_trailer(const Field& field) {
    if (field.id() != FieldName::other) return false;
    return std::ranges::none_of(
        kHeadOnly, [&](std::string_view name) { return equals_ignoring_case(field.name(), name); });
}

}  // namespace breakwater::http
