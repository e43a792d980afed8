#include "proxy/http2/field_block.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/http/target_text.h"

namespace breakwater::http2 {
namespace {

using http::Field;
using http::FieldName;

/// What HTTP/1.1 says of a connection and HTTP/2 has no place for: RFC 9113 section 8.2.2.
constexpr http::FieldSet kOfHttp1{
    FieldName::connection,        FieldName::keep_alive, FieldName::proxy_connection,
    FieldName::transfer_encoding, FieldName::upgrade,
};

nghttp2_nv entry(std::string_view name, std::string_view value, std::uint8_t flags) {
    // nghttp2_nv has no const; nothing writes through it.
    auto* const name_bytes = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
    auto* const value_bytes = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
    return {name_bytes, value_bytes, name.size(), value.size(), flags};
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string_view lower_name(const Field& field, Arena& arena) {
    if (field.id() != FieldName::other) return http::text_of(field.id());
    const std::string_view name = field.name();
    if (std::ranges::none_of(name, is_upper)) return name;
    char* const lower = arena.array<char>(name.size());
    std::ranges::transform(name, lower, to_lower);
    return {lower, name.size()};
}

constexpr std::uint8_t kBorrowed = NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;

/// What is worth guessing is kept out of the compression's table: RFC 7541 section 7.1.3.
std::uint8_t secrecy(const Field& field) {
    const bool secret = field.id() == FieldName::authorization || field.id() == FieldName::cookie ||
                        equals_ignoring_case(field.name(), "set-cookie");
    return secret ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
}

template <class Each>
void for_each_sent(const http::Fields& fields, Each each) {
    for (const Field& field : fields) {
        if (!kOfHttp1.contains(field.id())) each(field, lower_name(field, fields.arena()));
    }
}

std::vector<nghttp2_nv> copied(const http::Fields& fields, std::vector<nghttp2_nv> block) {
    for_each_sent(fields, [&](const Field& field, std::string_view name) {
        block.push_back(entry(name, field.value(), secrecy(field)));
    });
    return block;
}

}  // namespace

FieldBlock field_block(const http::RequestHead& head, std::string_view scheme) {
    Arena& arena = head.fields.arena();
    const std::size_t target_bytes = http::target_size(head);
    char* const target = arena.array<char>(target_bytes);
    http::write_target(head, target);
    constexpr std::size_t kPseudoFields = 4;
    auto* const block = arena.array<nghttp2_nv>(kPseudoFields + head.fields.size());
    auto* next = block;
    *next++ = entry(":method", head.method_text, kBorrowed);
    *next++ = entry(":scheme", scheme, kBorrowed);
    *next++ = entry(":authority", head.fields.get(FieldName::host).value_or(""), kBorrowed);
    *next++ = entry(":path", {target, target_bytes}, kBorrowed);
    for_each_sent(head.fields, [&](const Field& field, std::string_view name) {
        if (field.id() == FieldName::host) return;
        *next++ = entry(name, field.value(), kBorrowed | secrecy(field));
    });
    return {block, next};
}

FieldBlock field_block(const http::ResponseHead& head) {
    Arena& arena = head.fields.arena();
    auto* const block = arena.array<nghttp2_nv>(1 + head.fields.size());
    auto* next = block;
    *next++ = entry(":status", arena.decimal(static_cast<std::uint64_t>(head.status)), kBorrowed);
    for_each_sent(head.fields, [&](const Field& field, std::string_view name) {
        *next++ = entry(name, field.value(), kBorrowed | secrecy(field));
    });
    return {block, next};
}

std::vector<nghttp2_nv> copied_fields(const http::Fields& fields) { return copied(fields, {}); }

std::vector<nghttp2_nv> copied_fields(const http::ResponseHead& head) {
    const auto status = head.fields.arena().decimal(static_cast<std::uint64_t>(head.status));
    return copied(head.fields, {entry(":status", status, NGHTTP2_NV_FLAG_NONE)});
}

}  // namespace breakwater::http2
