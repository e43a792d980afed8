#pragma once
// Which libcurl this process runs on. Any thread.

#include <string>

namespace breakwater::kube {

/// `libcurl 7.88.1`: as loaded, whatever it was built with.
[[nodiscard]] std::string library_version();

}  // namespace breakwater::kube
