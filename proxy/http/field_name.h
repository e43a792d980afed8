#pragma once
// The field names that the proxy itself looks for, as small numbers: a look-up compares bytes, not
// texts, and one bit says that a field is not there at all.
//
// Pure; any thread.

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace breakwater::http {

/// In the order of kFieldNames. `other` is every name that is not here.
enum class FieldName : std::uint8_t {
    other,
    // How the message is framed and the connection used: RFC 9112, RFC 9110 section 7.6.
    connection,
    content_length,
    expect,
    host,
    keep_alive,
    proxy_authenticate,
    proxy_authorization,
    proxy_connection,
    te,
    trailer,
    transfer_encoding,
    upgrade,
    // What the proxy says of the client to the pod.
    forwarded,
    ssl_client_cert,
    ssl_client_issuer_dn,
    ssl_client_subject_dn,
    ssl_client_verify,
    via,
    x_forwarded_for,
    x_forwarded_host,
    x_forwarded_port,
    x_forwarded_prefix,
    x_forwarded_proto,
    x_forwarded_scheme,
    x_original_forwarded_for,
    x_original_forwarded_host,
    x_original_uri,
    x_real_ip,
    x_request_id,
    x_scheme,
    // What is read for the log, answered by us, or guarded.
    authorization,
    content_type,
    cookie,
    date,
    http2_settings,
    location,
    proxy,
    referer,
    server,
    strict_transport_security,
    user_agent,
    last_ = user_agent,
};
static_assert(static_cast<int>(FieldName::last_) < 64, "a set of them is one word");

/// Several known names.
class FieldSet {
public:
    constexpr FieldSet() = default;
    constexpr FieldSet(std::initializer_list<FieldName> names) {
        for (const FieldName name : names) add(name);
    }
    constexpr void add(FieldName name) { bits_ |= bit(name); }
    [[nodiscard]] constexpr bool contains(FieldName name) const { return (bits_ & bit(name)) != 0; }
    [[nodiscard]] constexpr bool meets(FieldSet other) const { return (bits_ & other.bits_) != 0; }

private:
    static constexpr std::uint64_t bit(FieldName name) {
        return std::uint64_t{1} << static_cast<int>(name);
    }
    std::uint64_t bits_ = 0;
};

/// The number of `name`, whatever its case.
/// @param name  a token, or a piece of a field value: without control characters but tabs.
[[nodiscard]] FieldName field_name(std::string_view name);
/// The text of a known name, lower case. Not for `other`.
[[nodiscard]] std::string_view text_of(FieldName name);

}  // namespace breakwater::http
