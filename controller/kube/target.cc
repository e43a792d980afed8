#include "controller/kube/target.h"

#include <fmt/format.h>

#include <array>

#include "controller/kube/http_client.h"

namespace breakwater::kube {
namespace {

/// In the order of Kind.
constexpr std::array<Resource, kKinds> kResources{{
    kIngresses,
    {"/apis/networking.k8s.io/v1", "networking.k8s.io", "ingressclasses"},
    {"/api/v1", "", "services"},
    {"/apis/discovery.k8s.io/v1", "discovery.k8s.io", "endpointslices"},
    {"/api/v1", "", "secrets"},
    {"/api/v1", "", "configmaps"},
    {"/api/v1", "", "namespaces"},
}};

/// Helm keeps each release of each chart in a Secret, up to 1 MiB: never a certificate.
constexpr std::string_view kNoHelmReleases = "type!=helm.sh/release.v1";

Place place_of(const Target& target) {
    return {.resource = resource_of(target.kind),
            .namespace_name = target.namespace_name,
            .name = {},  // by a selector: a reader takes one object as a list of one
            .subresource = {}};
}

std::string collection(const Target& target) {
    std::string path = place_of(target).path();
    std::string selector;
    if (!target.name.empty()) {
        selector = "metadata.name=" + target.name;
    } else if (target.kind == Kind::secret) {
        selector = kNoHelmReleases;
    }
    path += '?';
    if (!selector.empty()) path += "fieldSelector=" + percent_encode(selector) + "&";
    if (!target.label_selector.empty()) {
        path += "labelSelector=" + percent_encode(target.label_selector) + "&";
    }
    return path;
}

}  // namespace

std::string Target::to_string() const {
    std::string out(kube::to_string(kind));
    if (!namespace_name.empty()) out += " " + namespace_name;
    if (!name.empty()) out += "/" + name;
    return out;
}

Right Target::right_to(std::string_view verb) const { return place_of(*this).right_to(verb); }

const Resource& resource_of(Kind kind) { return kResources[static_cast<std::size_t>(kind)]; }

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
