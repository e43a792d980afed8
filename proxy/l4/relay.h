#pragma once
// Bytes both ways between two connections, as they come.
//
// Each direction is one body copy, so a slow side slows the other. A direction that ends is ended on the
// other side, and the other direction goes on: what FIN means (RFC 9293 section 3.6), where nginx by
// default closes both. A reset is passed on as a reset. One worker.

#include <string_view>

#include "proxy/base/clock.h"
#include "proxy/l4/session.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/task.h"

namespace breakwater::l4 {

/// Until both directions have ended; counts into `session`.
/// @param preface  for the pod, before what the client sends. Borrowed until the task's first wait.
/// @param idle     the longest silence, of both directions at once; zero: no limit
/// @error client_gone, client_stalled, response_cut, upstream_send_timeout, session_idle
Task<Done> relay(ByteStream& client, ByteStream& pod, std::string_view preface, Duration idle,
                 Session& session);

}  // namespace breakwater::l4
