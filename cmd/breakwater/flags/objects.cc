#include "cmd/breakwater/flags/flag_group.h"
#include "cmd/breakwater/flags/groups.h"
#include "controller/kube/selector.h"

namespace breakwater::cmd {

void add_objects(CLI::App& app, Options& to) {
    FlagGroup flags(app, "Objects");
    flags.path("--kubeconfig", to.kubeconfig, "FILE",
               "how to reach the API server; without it the pod's own access");
    flags.path("--service-account-dir", to.service_account_dir, "DIR",
               "the pod's own access: token, ca.crt, namespace");
    flags.text("--watch-namespace", to.watch_namespace, "NS", "this namespace only");
    flags.text("--watch-namespace-selector", to.watch_namespace_selector, "LABELS",
               "Ingresses of the namespaces with these labels only", [](const std::string& text) {
                   return kube::mistake_in_selector(text).value_or("");
               });
    flags.exclude("--watch-namespace-selector", {"--watch-namespace"});
    flags.path("--manifests", to.manifests, "DIR", "no cluster: the objects are YAML files in DIR");
    flags.exclude("--manifests", {"--kubeconfig", "--service-account-dir", "--watch-namespace",
                                  "--watch-namespace-selector"});
    flags.object("--configmap", to.translation.configmap, "the ConfigMap of global settings");
    flags.object("--tcp-services-configmap", to.translation.tcp_services,
                 "the ConfigMap of TCP services");
    flags.object("--udp-services-configmap", to.translation.udp_services,
                 "the ConfigMap of UDP services");
}

std::optional<std::string> settle_objects(Options& options) {
    translate::Options& translation = options.translation;
    translation.select_namespaces = !options.watch_namespace_selector.empty();
    translation.no_api_server = !options.manifests.empty();
    translation.allow_loopback_endpoints = !options.manifests.empty();
    return {};
}

}  // namespace breakwater::cmd
