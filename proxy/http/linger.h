#pragma once
// How a connection ends whose peer may still be sending.
//
// The worker's thread.

#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/task.h"

namespace breakwater::http {

/// Ends our direction, then reads and drops what the peer still sends, for at most kLingerSeconds and
/// kLingerBytes, so that a reset does not destroy what we said last (RFC 9112 section 9.6).
/// @param patience  that a peer has to make room for what was written and is not with the kernel yet: as
///                  long as for any other part of an answer, whose last bytes these are
Task<void> linger(ByteStream& stream, Duration patience);

}  // namespace breakwater::http
