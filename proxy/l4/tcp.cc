#include "proxy/l4/tcp.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "proxy/l4/proxy_protocol.h"
#include "proxy/l4/relay.h"
#include "proxy/reactor/socket.h"

namespace breakwater::l4 {
namespace {

/// As requests have by default (`proxy-connect-timeout`); nginx has 60 s for streams, and no key for it.
constexpr auto kConnectTimeout = std::chrono::seconds(5);

using Connected = Result<std::unique_ptr<Socket>>;

/// @error no_endpoint, or that of the last endpoint that was tried
Task<Connected> dial(Lender& lender, Session& session) {
    Reactor& reactor = lender.reactor();
    Candidates candidates(lender, session);
    Connected pod = fail(Err::no_endpoint);
    while (exchange::Attempt* const attempt = candidates.next()) {
        const Time began = reactor.now();
        pod = co_await connect(reactor, attempt->endpoint, Deadline::after(began, kConnectTimeout));
        attempt->connect_time = reactor.now() - began;
        if (pod) break;
        attempt->error = row(pod.error()).token.data();
    }
    co_return pod;
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
        write_proxy_header(session.target->send_proxy, session.client, session.local);
    Done done = co_await relay(*socket, **pod, preface, lender.routing_table().settings.l4.timeout,
                               session);
    if (!done) session.error = done.error();
}

}  // namespace breakwater::l4
