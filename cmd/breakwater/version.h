#pragma once
// What this process is: `breakwater version`, `/debug/version`, `build_info`. Any thread.

#include <string>
#include <string_view>

namespace breakwater::cmd {

/// `1.2.3` for a release, `1.2.3-dev+g0a1b2c3d4e` for what leads to it (cmake/write_version.cmake).
[[nodiscard]] std::string_view version();

/// The version and what decides what can be had of it: compiler, libraries as they are loaded, protocols, and what this
/// machine allows. Lines.
[[nodiscard]] std::string version_text();

}  // namespace breakwater::cmd
