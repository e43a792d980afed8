#pragma once
// A new connection to a pod, as its transport wants it. One worker.

#include <memory>

#include "proxy/base/address.h"
#include "proxy/exchange/transport.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/task.h"
#include "proxy/tls/handshake_line.h"

namespace breakwater::upstream {

/// TCP and, where the transport is secure, TLS.
/// @param handshakes  the worker's with pods; outlives the stream.
/// @param deadline    for both together.
/// @error connect_failed, connect_timeout, upstream_tls
Task<Result<std::unique_ptr<ByteStream>>> connect_to_pod(Reactor& reactor, SocketAddress pod,
                                                         exchange::TransportPtr transport,
                                                         tls::HandshakeLine& handshakes,
                                                         Deadline deadline);

}  // namespace breakwater::upstream
