#include "cmd/breakwater/flags/flag_group.h"
#include "cmd/breakwater/flags/groups.h"

namespace breakwater::cmd {

void add_ingresses(CLI::App& app, Options& options) {
    translate::Options& to = options.translation;
    FlagGroup flags(app, "Ingresses");
    flags.text("--controller-class", to.controller_class, "NAME", "its IngressClasses are ours");
    flags.text("--ingress-class", to.ingress_class, "NAME",
               "so are Ingresses with this old annotation");
    flags.on_off("--ingress-class-by-name", to.ingress_class_by_name,
                 "so is an IngressClass of that name");
    flags.on_off("--watch-ingress-without-class", to.watch_ingress_without_class,
                 "so are Ingresses without a class");
    flags.word("--annotations-prefix", to.annotations_prefix, "PREFIX", "of the annotations");
    flags.object("--default-ssl-certificate", to.default_ssl_certificate,
                 "a Secret; else a self-made certificate");
    flags.object("--session-ticket-secret", to.session_ticket_secret,
                 "a Secret that replicas share for TLS session tickets");
    flags.object("--default-backend-service", to.default_backend_service,
                 "answers what nothing matches; else a 404");
    flags.on_off("--enable-ssl-passthrough", to.enable_ssl_passthrough,
                 "whether the annotation ssl-passthrough counts");
    flags.on_off("--disable-catch-all", to.disable_catch_all,
                 "no Ingress answers for hosts that it does not name");
    flags.on_off("--disable-svc-external-name", to.disable_external_names,
                 "no Service of type ExternalName is served");
    flags.on_off("--enable-topology-aware-routing", options.topology_aware_routing,
                 "zone hints of EndpointSlices count");
    flags.text("--topology-zone", to.zone, "ZONE", "the zone that this process runs in");
}

std::optional<std::string> settle_ingresses(Options& options) {
    if (!options.topology_aware_routing) options.translation.zone.clear();
    return {};
}

}  // namespace breakwater::cmd
