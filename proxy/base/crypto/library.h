#pragma once
// Which OpenSSL this process runs on. Any thread.

#include <string>

namespace breakwater::crypto {

/// `OpenSSL 3.0.17 1 Jul 2025`: as loaded, whatever it was built with.
[[nodiscard]] std::string library_version();

}  // namespace breakwater::crypto
