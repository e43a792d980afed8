#pragma once
// Small files, whole: tokens, certificates, a kubeconfig.

#include <filesystem>
#include <string>

#include "controller/kube/expected.h"

namespace breakwater::kube {

/// @error names the path and the system's reason; also for a file of more than 1 MiB.
[[nodiscard]] Expected<std::string> read_file(const std::filesystem::path& path);

}  // namespace breakwater::kube
