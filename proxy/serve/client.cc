#include "proxy/serve/client.h"

#include <algorithm>
#include <array>

#include "proxy/base/ascii.h"
#include "proxy/http/authority.h"
#include "proxy/http/forwarded_for.h"

namespace breakwater::serve {

using exchange::Client;
using exchange::ConnectionFacts;
using exchange::Exchange;
using http::FieldName;

namespace {

/// The first element of the field: the proxy next to the client has written it. Empty: there is none.
std::string_view first_of(const http::Fields& fields, FieldName name) {
    const std::string_view list = fields.get(name).value_or("");
    return trim(list.substr(0, list.find(',')));
}

/// RFC 3986 section 3.1.
bool is_scheme(std::string_view text) {
    return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
        return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
}

std::string_view text_of(const IpAddress& ip, Arena& arena) {
    std::array<char, IpAddress::kMaxTextBytes> text;
    return arena.copy({text.data(), ip.write(text.data())});
}

/// Calls `each(value)` for every line of X-Forwarded-For that says something.
template <class Each>
void for_each_list(const http::Fields& fields, Each each) {
    for (const http::Field& field : fields) {
        if (field.id() == FieldName::x_forwarded_for && !field.value().empty()) each(field.value());
    }
}

/// The lines of X-Forwarded-For as one list, and behind it who has sent it.
std::string_view full_list(const Exchange& ex) {
    constexpr std::string_view kBetween = ", ";
    const std::string_view sender = ex.down.facts().peer_ip;
    std::size_t bytes = sender.size();
    for_each_list(ex.received.fields,
                  [&](std::string_view list) { bytes += list.size() + kBetween.size(); });
    char* const text = ex.arena.array<char>(bytes);
    char* to = text;
    for_each_list(ex.received.fields, [&](std::string_view list) {
        to = std::ranges::copy(list, to).out;
        to = std::ranges::copy(kBetween, to).out;
    });
    std::ranges::copy(sender, to);
    return {text, bytes};
}

/// What is not what it should be is as if it were not there.
void believe_headers(const Exchange& ex, Client& client) {
    const http::Fields& fields = ex.received.fields;
    const std::string_view scheme = first_of(fields, FieldName::x_forwarded_proto);
    if (is_scheme(scheme)) client.scheme = scheme;
    const std::string_view port = first_of(fields, FieldName::x_forwarded_port);
    if (parse_port(port)) client.port = port;
    const std::string_view authority = first_of(fields, FieldName::x_forwarded_host);
    if (const auto host = http::host_of(authority, ex.arena)) {
        client.authority = authority;
        client.host = *host;
    }
}

}  // namespace

void learn_client(Exchange& ex) {
    const table::ForwardedSettings& settings = ex.table->settings().forwarded;
    const ConnectionFacts& facts = ex.down.facts();
    if (!contains(settings.trusted, facts.peer.ip)) return;

    auto* client = ex.arena.make<Client>();
    client->address =
        http::client_behind(facts.peer, ex.received.fields, settings.for_header, settings.trusted);
    client->ip = text_of(client->address.ip, ex.arena);
    client->forwarded_for = settings.use_headers && settings.full_list ? full_list(ex) : client->ip;
    client->authority = ex.received.authority;
    client->host = ex.received.host;
    client->scheme = facts.scheme();
    client->port = facts.tls ? "443" : "80";
    if (settings.use_headers) believe_headers(ex, *client);
    ex.client = client;
}

}  // namespace breakwater::serve
