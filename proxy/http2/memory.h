#pragma once
// The memory of nghttp2's sessions: from the thread's free lists, where a coroutine's frame comes from,
// because it takes and gives back some ten pieces for each stream.
//
// A session stays on its thread.

#include <nghttp2/nghttp2.h>

namespace breakwater::http2 {

/// For nghttp2_session_server_new3() and its like; valid for ever.
[[nodiscard]] nghttp2_mem* session_memory();

}  // namespace breakwater::http2
