#pragma once
// Which liburing this process runs on. Any thread.

#include <string>

namespace breakwater {

/// `liburing 2.3`: as loaded, whatever it was built with.
[[nodiscard]] std::string uring_library_version();

}  // namespace breakwater
