#include "proxy/upstream/forwarded.h"

#include <algorithm>
#include <array>
#include <string>

#include "proxy/base/ascii.h"
#include "proxy/base/crypto/random.h"
#include "proxy/http/hop_by_hop.h"
#include "proxy/http/target_text.h"

namespace breakwater::upstream {

using exchange::Exchange;
using http::FieldName;
using http::Fields;

namespace {

/// The protocol that the client wants to change to, if it may: one, and not h2c, because a pod that
/// agreed would be spoken to past every filter of ours.
std::string_view wanted_upgrade(const http::RequestHead& head) {
    if (head.version == http::Version::v1_0) return {};  // RFC 9110 section 7.8
    if (!head.fields.has_token(FieldName::connection, "upgrade")) return {};
    const std::string_view protocol = head.fields.get(FieldName::upgrade).value_or("");
    const bool several = head.fields.count(FieldName::upgrade) > 1 || protocol.contains(',');
    return several || equals_ignoring_case(protocol, "h2c") ? std::string_view{} : protocol;
}

std::string_view request_id(const Exchange& ex) {
    if (const auto given = ex.received.fields.get(FieldName::x_request_id)) return *given;
    if (!ex.table->settings().generate_request_id) return {};
    return ex.arena.copy(crypto::RequestId::make().text());
}

/// What the pod hears from us alone: what the client sent under these names is replaced or left out.
constexpr http::FieldSet kOurs{
    FieldName::host, FieldName::x_request_id, FieldName::x_real_ip, FieldName::x_forwarded_for,
    FieldName::x_forwarded_host, FieldName::x_forwarded_port, FieldName::x_forwarded_proto,
    FieldName::x_forwarded_scheme, FieldName::x_scheme, FieldName::x_original_forwarded_for,
    FieldName::x_original_forwarded_host,
    // Said where a host asks for the client's certificate, and by nobody but us.
    FieldName::ssl_client_cert, FieldName::ssl_client_issuer_dn, FieldName::ssl_client_subject_dn,
    FieldName::ssl_client_verify,
    FieldName::proxy,  // httpoxy: a CGI would take it for its HTTP_PROXY
};

/// Keeps what the client sent under another name.
void keep_original(Fields& fields, const Fields& received, FieldName name, FieldName original) {
    if (const auto sent = received.get(name)) fields.add_view(original, *sent);
}

std::string_view via(http::Version version) {
    switch (version) {
        case http::Version::v1_0: return "1.0 breakwater";
        case http::Version::v1_1: return "1.1 breakwater";
        case http::Version::v2: return "2 breakwater";
    }
    return {};
}

using SchemeFields = std::array<http::Field, 4>;

/// @param lines  as they are written, of these names.
consteval SchemeFields scheme_fields(std::string_view lines) {
    constexpr std::array kNames{FieldName::x_forwarded_port, FieldName::x_forwarded_proto,
                                FieldName::x_forwarded_scheme, FieldName::x_scheme};
    SchemeFields fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::size_t colon = lines.find(": ");
        const std::size_t end = std::min(lines.find("\r\n"), lines.size());
        fields[i] = {lines.substr(0, colon), lines.substr(colon + 2, end - colon - 2), kNames[i]};
        lines.remove_prefix(std::min(end + 2, lines.size()));
    }
    return fields;
}

// One text each, so that they leave as one run of bytes. The port is that which the client thinks it
// has reached, whatever the container's is.
constexpr SchemeFields kOfHttp = scheme_fields(
    "x-forwarded-port: 80\r\nx-forwarded-proto: http\r\nx-forwarded-scheme: http\r\nx-scheme: "
    "http");
constexpr SchemeFields kOfHttps = scheme_fields(
    "x-forwarded-port: 443\r\nx-forwarded-proto: https\r\nx-forwarded-scheme: https\r\nx-scheme: "
    "https");

std::string_view authority_of(const Exchange& ex) {
    const std::string_view asked = ex.client ? ex.client->authority : ex.received.authority;
    // HTTP/1.0 without Host: the pod's HTTP/1.1 needs one.
    return asked.empty() ? ex.arena.copy(ex.down.facts().local.to_string()) : asked;
}

/// Of the connection, where nobody in front speaks for the client.
void add_connection(Fields& fields, const exchange::ConnectionFacts& facts,
                    std::string_view authority) {
    fields.add_view(FieldName::x_real_ip, facts.peer_ip);
    fields.add_view(FieldName::x_forwarded_for, facts.peer_ip);
    fields.add_view(FieldName::x_forwarded_host, authority);
    fields.append_views(facts.tls ? kOfHttps : kOfHttp);
}

void add_client(Fields& fields, const exchange::Client& client, std::string_view authority) {
    fields.add_view(FieldName::x_real_ip, client.ip);
    fields.add_view(FieldName::x_forwarded_for, client.forwarded_for);
    fields.add_view(FieldName::x_forwarded_host, authority);
    fields.add_view(FieldName::x_forwarded_port, client.port);
    fields.add_view(FieldName::x_forwarded_proto, client.scheme);
    fields.add_view(FieldName::x_forwarded_scheme, client.scheme);
    fields.add_view(FieldName::x_scheme, client.scheme);
}

}  // namespace

void begin_fetch(Exchange& ex) {
    const Fields& received = ex.received.fields;
    const table::Settings& settings = ex.table->settings();
    ex.fetch.connection = &ex.down.facts();
    ex.fetch.upgrade = wanted_upgrade(ex.received);
    ex.fetch.trailers = received.has_token(FieldName::te, "trailers");
    ex.request_id = request_id(ex);

    ex.fetch.head.copy_views_without_fields(ex.received);
    Fields& fields = ex.fetch.head.fields;
    const std::string_view authority = authority_of(ex);
    fields.add_view(FieldName::host, authority);
    fields.append_views(received, kOurs);
    http::remove_hop_by_hop(fields);
    if (!ex.request_id.empty()) fields.add_view(FieldName::x_request_id, ex.request_id);
    if (ex.client) {
        add_client(fields, *ex.client, authority);
    } else {
        add_connection(fields, ex.down.facts(), authority);
    }
    keep_original(fields, received, FieldName::x_forwarded_for,
                  FieldName::x_original_forwarded_for);
    keep_original(fields, received, FieldName::x_forwarded_host,
                  FieldName::x_original_forwarded_host);
    if (settings.original_uri) {
        fields.set_view(FieldName::x_original_uri,
                        http::path_and_query(ex.received.target, ex.arena));
    }
    if (settings.via) fields.add_view(FieldName::via, via(ex.received.version));
}

}  // namespace breakwater::upstream
