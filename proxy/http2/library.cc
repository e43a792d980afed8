#include "proxy/http2/library.h"

#include <nghttp2/nghttp2.h>

namespace breakwater::http2 {

std::string library_version() { return std::string("nghttp2 ") + nghttp2_version(0)->version_str; }

}  // namespace breakwater::http2
