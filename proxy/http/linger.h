#pragma once
// How a connection ends whose peer may still be sending.
//
// The worker's thread.

#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/task.h"

namespace breakwater::http {

/// Ends our direction, then reads and drops what the peer still sends, for at most kLingerSeconds and
/// kLingerBytes, so that a reset does not destroy what we said last (RFC 9112 section 9.6).
Task<void> linger(ByteStream& stream);

}  // namespace breakwater::http
