#include "proxy/reactor/library.h"

#include <fmt/format.h>
#include <liburing.h>

namespace breakwater {

std::string uring_library_version() {
    return fmt::format("liburing {}.{}", io_uring_major_version(), io_uring_minor_version());
}

}  // namespace breakwater
