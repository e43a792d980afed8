#pragma once
// A pod's own access to the API server of its cluster:
// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/.

#include <filesystem>
#include <string_view>

#include "controller/kube/access.h"
#include "controller/kube/expected.h"

namespace breakwater::kube {

/// @param directory  has the files `token`, `ca.crt` and `namespace`
/// @param host, port  the pod's KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT
/// @error this is no pod: what is missing, and that a kubeconfig would do instead.
[[nodiscard]] Expected<Access> in_cluster_access(const std::filesystem::path& directory,
                                                 std::string_view host, std::string_view port);

}  // namespace breakwater::kube
