#pragma once
// An answer for a connection that cannot be served at all: one page, then the end. No request is read.

#include "proxy/base/clock.h"
#include "proxy/base/error.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/task.h"

namespace breakwater::http1 {

/// @param error  a row with a status.
Task<void> refuse(ByteStream& stream, Err error, Deadline deadline);

}  // namespace breakwater::http1
