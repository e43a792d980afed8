#pragma once
// Which c-ares this process runs on. Any thread.

#include <string>

namespace breakwater::resolve {

/// `c-ares 1.18.1`: as loaded, whatever it was built with.
[[nodiscard]] std::string library_version();

}  // namespace breakwater::resolve
