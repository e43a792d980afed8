#include "cmd/breakwater/sources.h"

#include <algorithm>
#include <utility>

#include "controller/source/cluster.h"
#include "controller/source/manifests.h"
#include "controller/source/read_once.h"

namespace breakwater::cmd {
namespace {

std::unique_ptr<source::Source> open_cluster(const Options& options, const kube::Access& access,
                                             bool all_secrets) {
    source::ClusterOptions cluster;
    cluster.all_secrets = all_secrets;
    cluster.namespace_name = options.watch_namespace;
    cluster.namespace_selector = options.watch_namespace_selector;
    const translate::Options& translation = options.translation;
    for (const auto& wanted :
         {translation.configmap, translation.tcp_services, translation.udp_services}) {
        auto& all = cluster.config_maps;
        if (wanted && std::ranges::find(all, *wanted) == all.end()) all.push_back(*wanted);
    }
    for (const auto& secret :
         {translation.default_ssl_certificate, translation.session_ticket_secret}) {
        if (secret) cluster.secrets.push_back(*secret);
    }
    return std::make_unique<source::ClusterSource>(access, std::move(cluster));
}

std::expected<kube::Objects, std::string> read_cluster(const Options& options) {
    const auto access = source::find_access(options.kubeconfig, options.service_account_dir);
    if (!access) return std::unexpected(access.error());
    return source::read_once(*open_cluster(options, *access, true), kClusterLimit);
}

}  // namespace

FoundAccess find_access(const Options& options) {
    if (!options.manifests.empty()) return std::nullopt;
    return source::find_access(options.kubeconfig, options.service_account_dir);
}

std::unique_ptr<source::Source> open_source(const Options& options,
                                            const std::optional<kube::Access>& access) {
    if (access) return open_cluster(options, *access, false);
    return std::make_unique<source::Manifests>(options.manifests);
}

source::ManifestSet read_objects(const Options& options, const ObjectsFrom& from) {
    if (!from.cluster) return source::read_manifests(from.paths);
    auto objects = read_cluster(options);
    if (objects) return {.objects = std::move(*objects), .remarks = {}};
    return {.objects = {},
            .remarks = {{.path = "--from-cluster", .text = objects.error(), .lost = true}}};
}

translate::Options translation_of(const Options& options, const ObjectsFrom& from) {
    translate::Options translation = options.translation;
    translation.no_api_server = !from.cluster;
    return translation;
}

}  // namespace breakwater::cmd
