#pragma once
// Which nghttp2 this process runs on. Any thread.

#include <string>

namespace breakwater::http2 {

/// `nghttp2 1.52.0`: as loaded, whatever it was built with.
[[nodiscard]] std::string library_version();

}  // namespace breakwater::http2
