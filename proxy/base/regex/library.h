#pragma once
// Which PCRE2 this process runs on. Any thread.

#include <string>

namespace breakwater {

/// `PCRE2 10.42 2022-12-11`: as loaded, whatever it was built with.
[[nodiscard]] std::string regex_library_version();

}  // namespace breakwater
