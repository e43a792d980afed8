#pragma once
// What the command line says about translation. A value; set once.

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "controller/kube/objects.h"

namespace breakwater::translate {

struct Options {
    /// `--controller-class`: an IngressClass with this `spec.controller` is ours.
    std::string controller_class = "k8s.io/ingress-nginx";
    /// `--ingress-class`: the value of the old annotation, and the name for `ingress_class_by_name`.
    std::string ingress_class = "nginx";
    bool ingress_class_by_name = false;
    bool watch_ingress_without_class = false;
    /// `--watch-namespace-selector`: of the Ingresses only those in kube::Objects::namespaces count.
    bool select_namespaces = false;
    /// For directories of manifests: nobody filled in what an API server does. An Ingress without class
    /// gets the default IngressClass, and the one named `ingress_class` need not exist.
    bool no_api_server = false;

    /// The self-made certificate where nothing is set.
    std::optional<kube::Key> default_ssl_certificate;
    /// Where replicas have the seed of their ticket keys from; each its own where nothing is set.
    std::optional<kube::Key> session_ticket_secret;
    /// Answers where nothing matches; 404 where nothing is set. Its first port is used.
    std::optional<kube::Key> default_backend_service;
    std::optional<kube::Key> configmap;
    std::optional<kube::Key> tcp_services;  ///< a ConfigMap; none: no such services
    std::optional<kube::Key> udp_services;
    /// What no TCP or UDP service can have: the ports that the process itself listens on.
    std::set<std::uint16_t> own_ports{80, 443, 10245, 10254};
    bool enable_ssl_passthrough = false;  ///< else the annotation has no effect
    bool disable_external_names = false;  ///< `--disable-svc-external-name`: 503 for such Services
    /// `--disable-catch-all`: an Ingress that would take requests for any host is left out.
    bool disable_catch_all = false;
    /// `--topology-zone`, with `--enable-topology-aware-routing`: where this process runs; empty: hints of
    /// EndpointSlices do not count.
    std::string zone;
    std::string annotations_prefix = "nginx.ingress.kubernetes.io";
    /// For directories of manifests. In a cluster neither EndpointSlice nor ExternalName may lead to ourselves.
    bool allow_loopback_endpoints = false;
};

}  // namespace breakwater::translate
