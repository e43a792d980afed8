#include "proxy/ocsp/responder.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "proxy/base/address_range.h"
#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/http/authority.h"
#include "proxy/http/read_body.h"

namespace breakwater::ocsp {
namespace {

using exchange::Fetch;
using Answer = std::expected<std::string, std::string>;

constexpr std::string_view kScheme = "http://";

std::unexpected<std::string> failure(const Error& error) {
    const std::string_view token = row(error).token;
    if (!error.detail) return std::unexpected(std::string(token));
    return std::unexpected(fmt::format("{}: {}", token, error.detail));
}

std::shared_ptr<const table::Backend> backend_of(const Responder& responder,
                                                 const resolve::Resolved& found, bool any_address) {
    auto backend = std::make_shared<table::Backend>();
    backend->name = responder.url;  // no Service's port is called so
    for (const IpAddress& ip : found.addresses) {
        if (any_address || !is_off_limits(ip)) backend->endpoints.push_back({{ip, responder.port}});
    }
    std::ranges::sort(backend->endpoints, {}, &table::Endpoint::address);
    const auto [first, last] = std::ranges::unique(backend->endpoints);
    backend->endpoints.erase(first, last);
    return backend;
}

void write_head(http::RequestHead& head, const Responder& responder) {
    head.method = http::Method::post;
    head.method_text = "POST";
    head.authority = responder.authority;
    head.host = responder.host;
    head.path = responder.path;
    head.query = responder.query;
    head.has_query = responder.has_query;
    head.fields.add_view("host", responder.authority);
    head.fields.add_view("content-type", "application/ocsp-request");
    head.fields.add_view("accept", "application/ocsp-response");
}

/// A responder may have several addresses; a POST goes to another where one cannot be connected to.
table::Policies make_policies() {
    using std::chrono::seconds;
    table::Policies policies;
    policies.timeouts = {.connect = seconds(3), .read = seconds(10), .send = seconds(10)};
    policies.retry.tries = 3;
    return policies;
}

}  // namespace

std::optional<Responder> parse_responder(std::string_view url) {
    if (lower_case(url.substr(0, kScheme.size())) != kScheme) return std::nullopt;
    std::string_view rest = url.substr(kScheme.size());
    if (rest.contains('#')) return std::nullopt;
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    rest.remove_prefix(end);
    Arena arena;
    const Result<std::string_view> host = http::host_of(authority, arena);
    if (!host) return std::nullopt;

    Responder responder;
    responder.url = url;
    responder.authority = authority;
    const bool brackets = host->starts_with('[');
    responder.host = brackets ? host->substr(1, host->size() - 2) : *host;
    const std::size_t colon = authority.rfind(':');
    if (colon != authority.npos && !authority.ends_with(']')) {
        const auto port = parse_port(authority.substr(colon + 1));
        if (!port) return std::nullopt;
        responder.port = *port;
    }
    const std::size_t mark = rest.find('?');
    responder.has_query = mark != rest.npos;
    if (responder.has_query) responder.query = rest.substr(mark + 1);
    responder.path = rest.substr(0, mark);
    if (responder.path.empty()) responder.path = "/";
    return responder;
}

Task<Answer> ask(Means means, const Responder& responder, const std::string& request,
                 Deadline deadline) {
    static const table::Policies kPolicies = make_policies();
    static const auto kPlain = std::make_shared<const exchange::Transport>();
    const auto found = co_await means.resolver.resolve(responder.host, deadline);
    if (!found) co_return failure(found.error());
    const auto backend = backend_of(responder, *found, means.any_address);
    if (backend->endpoints.empty()) {
        co_return std::unexpected("it has an address that no responder has");
    }
    const exchange::TransportPtr transport = kPlain;
    http::TextBody body(request);
    Arena arena;
    Fetch fetch(arena, means.lender.reactor);
    write_head(fetch.head, responder);
    fetch.table = means.lender.table;
    fetch.body = &body;
    fetch.backend = &backend;
    fetch.transport = &transport;
    fetch.policies = &kPolicies;
    fetch.deadline = deadline;
    Result<exchange::Response> response = co_await means.lender.fetcher.fetch(fetch);
    if (!response) co_return failure(response.error());
    if (const int status = response->head->status; status != 200) {
        co_return std::unexpected(fmt::format("status {}", status));
    }
    Result<std::string> der = co_await http::read_body(*response->body, kMaxResponseBytes);
    if (!der) co_return failure(der.error());
    co_return *std::move(der);
}

}  // namespace breakwater::ocsp
