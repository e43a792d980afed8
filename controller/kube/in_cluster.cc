#include "controller/kube/in_cluster.h"

#include <fmt/format.h>

#include "controller/kube/files.h"

namespace breakwater::kube {

Expected<Access> in_cluster_access(const std::filesystem::path& directory, std::string_view host,
                                   std::string_view port) {
    if (host.empty() || port.empty()) {
        return because(
            "this is no pod (KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set): "
            "give a kubeconfig file");
    }
    Access access;
    const bool v6 = host.contains(':') && !host.starts_with('[');
    access.cluster.url =
        v6 ? fmt::format("https://[{}]:{}", host, port) : fmt::format("https://{}:{}", host, port);
    access.cluster.ca_file = directory / "ca.crt";
    access.user.token_file = directory / "token";
    auto token = read_file(access.user.token_file);
    if (!token) return because(std::move(token.error()));
    // A service account without a namespace file still works: nothing but flags' defaults need it.
    access.namespace_name = read_file(directory / "namespace").value_or("");
    return access;
}

}  // namespace breakwater::kube
