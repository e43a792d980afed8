#include "proxy/upstream/connect.h"

#include <utility>

#include "proxy/base/try.h"
#include "proxy/reactor/socket.h"
#include "proxy/tls/stream.h"

namespace breakwater::upstream {
namespace {

Error handshake_failure(const Error& error) {
    switch (error.code) {
        case Err::io_timeout: return {Err::connect_timeout, "during the TLS handshake"};
        case Err::plain_to_tls_port: return {Err::upstream_tls, "the pod speaks no TLS"};
        default:
            return {Err::upstream_tls, error.detail ? error.detail : "closed in the TLS handshake"};
    }
}

}  // namespace

Task<Result<std::unique_ptr<ByteStream>>> connect_to_pod(Reactor& reactor, SocketAddress pod,
                                                         exchange::TransportPtr transport,
                                                         tls::HandshakeLine& handshakes,
                                                         Deadline deadline) {
    if (transport->secure && !transport->tls) {
        co_return fail(Err::upstream_tls, "its TLS settings cannot be used");
    }
    auto socket = co_await connect(reactor, pod, deadline);
    if (!socket) co_return fail(socket.error());
    if (!transport->secure) co_return std::unique_ptr<ByteStream>(std::move(*socket));
    auto secured = std::make_unique<tls::Stream>(std::move(*socket), *transport->tls, handshakes);
    const Result<tls::HandshakeFacts> settled = co_await secured->handshake(deadline);
    if (!settled) co_return fail(handshake_failure(settled.error()));
    co_return std::unique_ptr<ByteStream>(std::move(secured));
}

}  // namespace breakwater::upstream
