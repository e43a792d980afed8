#pragma once
// A kubeconfig file: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/.
//
// Only `current-context` is read. Paths inside the file are relative to its directory, and so is an
// exec command with a slash in it. What needs a person at a terminal is refused.

#include <filesystem>

#include "controller/kube/access.h"
#include "controller/kube/expected.h"

namespace breakwater::kube {

/// @error names the file and, where it can, the line or the field.
[[nodiscard]] Expected<Access> read_kubeconfig(const std::filesystem::path& path);

}  // namespace breakwater::kube
