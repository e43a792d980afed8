#include "proxy/upstream/upstream.h"

#include <algorithm>
#include <utility>

#include "proxy/base/try.h"
#include "proxy/fastcgi/ask.h"
#include "proxy/http2/client_connection.h"
#include "proxy/upstream/connect.h"
#include "proxy/upstream/replay.h"
#include "proxy/upstream/visit.h"

namespace breakwater::upstream {

using exchange::Attempt;
using exchange::Fetch;
using exchange::PodProtocol;
using exchange::Response;

namespace {

constexpr auto kSweepInterval = std::chrono::seconds(1);

bool allows_another(const Error& error, const Fetch& fetch) {
    switch (row(error).retry) {
        case Retry::never: return false;
        case Retry::if_idempotent: return http::is_idempotent(fetch.head.method);
        case Retry::always: return true;
    }
    return false;
}

/// A connection that had been closed while it was kept, or before the pod had seen the request.
bool died_while_kept(const Result<Response>& response) {
    if (response) return false;
    const Err code = response.error().code;
    return code == Err::upstream_stale || code == Err::upstream_refused;
}

/// Whether the body, if there is one, can be sent from its start.
bool can_resend(Fetch& fetch) { return !fetch.body || fetch.body->rewind(); }

bool may_ask_again(const Error& error, Fetch& fetch) {
    return allows_another(error, fetch) && can_resend(fetch);
}

/// @param endpoints  of the pool: a bound where the policy sets none.
bool may_retry(const Error& error, Fetch& fetch, std::size_t endpoints) {
    const auto tries = static_cast<std::size_t>(fetch.policies->retry.tries);
    const std::size_t most = tries > 0 ? tries : endpoints;
    return fetch.attempts.count() < most && may_ask_again(error, fetch);
}

/// Over a connection that carries one request after the other.
Task<Result<Response>> ask_in_turn(http1::Lease lease, Fetch& fetch, Attempt& record) {
    if ((*fetch.transport)->protocol == PodProtocol::fastcgi) {
        return fastcgi::ask(std::move(lease), fetch, record);
    }
    return http1::ask(std::move(lease), fetch, record);
}

}  // namespace

Task<Result<Response>> Upstream::fetch(Fetch& fetch) {
    const Ref<Pool> pool = pools_.of(*fetch.backend);  // both may leave the table while we wait
    Result<Ref<Endpoint>> endpoint = pool->pick({fetch.attempts, &fetch});
    if (!endpoint) co_return fail(endpoint.error());

    ReplayBody* replay = nullptr;
    if (fetch.body) {
        replay = fetch.arena->own<ReplayBody>(*fetch.body);
        fetch.body = replay;
    }
    Visit* const visit = pool->counts_visits() ? fetch.arena->own<Visit>() : nullptr;
    const Deadline last_start = Deadline::after(reactor_.now(), fetch.policies->retry.timeout);
    for (;;) {
        if (visit) visit->move_to(pool, *endpoint);
        Result<Response> response = co_await attempt(fetch, *endpoint);
        if (died_while_kept(response) && may_ask_again(response.error(), fetch)) {
            fetch.attempts.take_back();  // the news crossed our request: that is nobody's try
            response = co_await attempt_anew(fetch, *endpoint);
        }
        if (response) {
            if (replay) replay->stop_holding();
            co_return response;
        }
        if (visit) visit->leave();
        fetch.attempts.last()->error = row(response.error()).token.data();
        const bool late = last_start.passed(reactor_.now());
        if (late || !may_retry(response.error(), fetch, pool->size())) co_return response;
        endpoint = pool->pick({fetch.attempts, &fetch});
        if (!endpoint) co_return response;  // nobody left: the last error stands
    }
}

Task<Result<Response>> Upstream::attempt(Fetch& fetch, const Ref<Endpoint>& endpoint) {
    if ((*fetch.transport)->protocol == PodProtocol::http2) return attempt_http2(fetch, endpoint);
    auto kept = endpoint->take_kept(*fetch.transport);
    if (!kept) return attempt_anew(fetch, endpoint);
    return ask_in_turn(http1::Lease(Ref<http1::ConnectionHome>(endpoint), std::move(kept)), fetch,
                       fetch.attempts.add(endpoint->address()));
}

Deadline Upstream::connect_deadline(const Fetch& fetch) const {
    return std::min(Deadline::after(reactor_.now(), fetch.policies->timeouts.connect),
                    fetch.deadline);
}

Task<Result<Response>> Upstream::attempt_anew(Fetch& fetch, Ref<Endpoint> endpoint) {
    switch ((*fetch.transport)->protocol) {
        case PodProtocol::http1:
        case PodProtocol::fastcgi: return attempt_in_turn(fetch, std::move(endpoint));
        case PodProtocol::http2: return attempt_http2(fetch, std::move(endpoint));
    }
    std::unreachable();
}

Task<Result<Response>> Upstream::attempt_in_turn(Fetch& fetch, Ref<Endpoint> endpoint) {
    Attempt& record = fetch.attempts.add(endpoint->address());
    const Time began = reactor_.now();
    auto stream = co_await connect_to_pod(reactor_, endpoint->address(), *fetch.transport,
                                          handshakes_, connect_deadline(fetch));
    record.connect_time = reactor_.now() - began;
    if (!stream) co_return fail(stream.error());
    auto connection = std::make_unique<http1::ClientConnection>(
        std::move(*stream), *fetch.transport, reactor_.blocks(), reactor_.now());
    Result<Response> response = co_await ask_in_turn(
        http1::Lease(Ref<http1::ConnectionHome>(endpoint), std::move(connection)), fetch, record);
    co_return response;
}

Task<Result<Response>> Upstream::attempt_http2(Fetch& fetch, Ref<Endpoint> endpoint) {
    Attempt& record = fetch.attempts.add(endpoint->address());
    Ref<http2::ClientConnection> connection = endpoint->multiplexed().find(*fetch.transport);
    const Time began = reactor_.now();
    const Deadline deadline = connect_deadline(fetch);
    while (!connection) {
        const table::TimeoutPolicy& timeouts = fetch.policies->timeouts;
        auto opened =
            co_await endpoint->multiplexed().open(reactor_,
                                                  {.pod = endpoint->address(),
                                                   .transport = *fetch.transport,
                                                   .connect_timeout = timeouts.connect,
                                                   .send_timeout = timeouts.send,
                                                   .limits = fetch.table->settings().upstream},
                                                  handshakes_, deadline);
        record.connect_time = reactor_.now() - began;
        if (!opened) co_return fail(opened.error());
        connection = std::move(*opened);
        if (connection->refuses()) {
            connection->retire();
            co_return fail(Err::upstream_refused, "the pod takes no requests");
        }
        if (connection->full()) connection = endpoint->multiplexed().find(*fetch.transport);
    }
    Result<Response> response = co_await http2::ask(std::move(connection), fetch, record);
    co_return response;
}

Task<void> Upstream::sweep_regularly() {
    for (;;) {
        co_await Sleep(reactor_, Deadline::after(reactor_.now(), kSweepInterval));
        pools_.sweep();
    }
}

}  // namespace breakwater::upstream
