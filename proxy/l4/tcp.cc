#include "proxy/l4/tcp.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "proxy/base/try.h"
#include "proxy/l4/proxy_protocol.h"
#include "proxy/l4/relay.h"
#include "proxy/reactor/socket.h"

namespace breakwater::l4 {
namespace {

/// As requests have by default (`proxy-connect-timeout`); nginx has 60 s for streams, and no key for it.
constexpr auto kConnectTimeout = std::chrono::seconds(5);

using Connected = Result<std::unique_ptr<Socket>>;

Task<Connected> attempt(Lender& lender, const SocketAddress& endpoint, Session& session) {
    Reactor& reactor = lender.reactor();
    exchange::Attempt& record = session.attempts.add(endpoint);
    const Time began = reactor.now();
    Connected pod = co_await connect(reactor, endpoint, Deadline::after(began, kConnectTimeout));
    record.connect_time = reactor.now() - began;
    if (!pod) record.error = row(pod.error()).token.data();
    co_return pod;
}

/// To one endpoint after the other, as the settings allow.
Task<Connected> dial(Lender& lender, Session& session) {
    const Ref<upstream::Pool> pool = pool_of(lender, *session.target);
    if (!pool) co_return fail(Err::no_endpoint);
    const table::L4Settings settings = lender.routing_table().settings.l4;
    const Deadline last_start = Deadline::after(lender.reactor().now(), settings.tries_timeout);
    CO_LET(endpoint, pool->pick(session.attempts));
    for (;;) {
        Connected pod = co_await attempt(lender, endpoint->address(), session);
        const Time now = lender.reactor().now();
        if (pod || !may_try_next(settings, session.attempts, pool->size(), last_start, now)) {
            co_return pod;
        }
        auto next = pool->pick(session.attempts);
        if (!next) co_return pod;  // nobody left: the last error stands
        endpoint = std::move(*next);
    }
}

}  // namespace

Task<void> pass_connection(Lender& lender, Descriptor client, Session& session) {
    Connected pod = co_await dial(lender, session);
    if (!pod) {
        session.error = pod.error();
        co_return;
    }
    session.established = true;
    const auto socket = make_socket(lender.reactor(), std::move(client), SocketState::accepted);
    const std::string preface =
        session.target->send_proxy ? write_proxy_header(session.client, session.local) : "";
    Done done = co_await relay(*socket, **pod, preface, lender.routing_table().settings.l4.timeout,
                               session);
    if (!done) session.error = done.error();
}

}  // namespace breakwater::l4
