#include "controller/kube/target.h"

#include <fmt/format.h>

#include <array>

#include "controller/kube/http_client.h"

namespace breakwater::kube {
namespace {

struct ResourceRow {
    Kind kind;
    std::string_view root;  ///< of the group and its version
    std::string_view group;
    std::string_view plural;
};
constexpr std::array<ResourceRow, kKinds> kResources{{
    {Kind::ingress, "/apis/networking.k8s.io/v1", "networking.k8s.io", "ingresses"},
    {Kind::ingress_class, "/apis/networking.k8s.io/v1", "networking.k8s.io", "ingressclasses"},
    {Kind::service, "/api/v1", "", "services"},
    {Kind::endpoint_slice, "/apis/discovery.k8s.io/v1", "discovery.k8s.io", "endpointslices"},
    {Kind::secret, "/api/v1", "", "secrets"},
    {Kind::config_map, "/api/v1", "", "configmaps"},
}};

const ResourceRow& row(Kind kind) { return kResources[static_cast<std::size_t>(kind)]; }

/// Helm keeps each release of each chart in a Secret, up to 1 MiB: never a certificate.
constexpr std::string_view kNoHelmReleases = "type!=helm.sh/release.v1";

std::string collection(const Target& target) {
    const ResourceRow& resource = row(target.kind);
    std::string path(resource.root);
    if (!target.namespace_name.empty()) {
        path += "/namespaces/" + percent_encode(target.namespace_name);
    }
    path.append("/").append(resource.plural);
    std::string selector;
    if (!target.name.empty()) {
        selector = "metadata.name=" + target.name;
    } else if (target.kind == Kind::secret) {
        selector = kNoHelmReleases;
    }
    path += '?';
    if (!selector.empty()) path += "fieldSelector=" + percent_encode(selector) + "&";
    return path;
}

}  // namespace

std::string Target::to_string() const {
    std::string out(kube::to_string(kind));
    if (!namespace_name.empty()) out += " " + namespace_name;
    if (!name.empty()) out += "/" + name;
    return out;
}

std::string resource_of(Kind kind) {
    const ResourceRow& resource = row(kind);
    return resource.group.empty() ? std::string(resource.plural)
                                  : fmt::format("{}.{}", resource.plural, resource.group);
}

std::string list_path(const Target& target, std::size_t limit, std::string_view go_on) {
    std::string path = fmt::format("{}limit={}", collection(target), limit);
    if (!go_on.empty()) path += "&continue=" + percent_encode(go_on);
    return path;
}

std::string watch_path(const Target& target, std::string_view version,
                       std::chrono::seconds timeout) {
    return fmt::format("{}watch=1&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={}",
                       collection(target), percent_encode(version), timeout.count());
}

}  // namespace breakwater::kube
