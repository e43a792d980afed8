#include "controller/translate/class.h"

#include <algorithm>

namespace breakwater::translate {
namespace {

constexpr std::string_view kOldAnnotation = "kubernetes.io/ingress.class";

bool is_our_class(const kube::IngressClass& found, const Options& options) {
    return found.controller == options.controller_class ||
           (options.ingress_class_by_name && found.meta.name == options.ingress_class);
}

bool is_ours_by_class(const kube::Ingress& ingress, const kube::Objects& objects,
                      const Options& options, Report& report) {
    const std::string& name = ingress.ingress_class_name;
    if (objects.forbidden.contains(kube::Kind::ingress_class)) return name == options.ingress_class;
    if (const auto* found = objects.ingress_classes.find({{}, name})) {
        return is_our_class(*found, options);
    }
    if (name != options.ingress_class) return false;  // somebody else's, if anybody's
    if (options.no_api_server) return true;
    report.error_elsewhere(
        ref(ingress), "spec.ingressClassName",
        "the IngressClass " + in_quotes(name) + " does not exist; the Ingress is left out");
    return false;
}

bool default_class_is_ours(const kube::Objects& objects, const Options& options) {
    return std::ranges::any_of(objects.ingress_classes, [&](const auto& found) {
        return found->is_default && is_our_class(*found, options);
    });
}

bool is_of_our_class(const kube::Ingress& ingress, const kube::Objects& objects,
                     const Options& options, Report& report) {
    if (!ingress.ingress_class_name.empty()) {
        return is_ours_by_class(ingress, objects, options, report);
    }
    const auto old = ingress.meta.annotations.find(kOldAnnotation);
    if (old != ingress.meta.annotations.end() && !old->second.empty()) {
        return old->second == options.ingress_class;
    }
    return options.watch_ingress_without_class ||
           (options.no_api_server && default_class_is_ours(objects, options));
}

/// Where it says that it answers for hosts that nobody else has. Empty: it does not.
std::string catch_all_field(const kube::Ingress& ingress) {
    if (ingress.default_backend) return "spec.defaultBackend";
    for (std::size_t i = 0; i < ingress.rules.size(); ++i) {
        if (ingress.rules[i].host.empty()) return "spec.rules[" + std::to_string(i) + "].host";
    }
    return {};
}

}  // namespace

bool is_watched(const std::string& namespace_name, const kube::Objects& objects,
                const Options& options) {
    return !options.select_namespaces || objects.namespaces.contains({{}, namespace_name});
}

void report_parameters(const kube::Objects& objects, const Options& options, Report& report) {
    for (const auto& found : objects.ingress_classes) {
        if (!found->has_parameters || !is_our_class(*found, options)) continue;
        report.warn(ref(kube::Kind::ingress_class, found->meta.key()), "spec.parameters",
                    "are not read: settings of the whole controller are in the ConfigMap of "
                    "--configmap");
    }
}

bool is_ours(const kube::Ingress& ingress, const kube::Objects& objects, const Options& options,
             Report& report) {
    if (!is_watched(ingress.meta.namespace_name, objects, options)) return false;
    if (!is_of_our_class(ingress, objects, options, report)) return false;
    const std::string field = options.disable_catch_all ? catch_all_field(ingress) : std::string();
    if (field.empty()) return true;
    report.error(
        ref(ingress), field,
        "would answer for any host, which --disable-catch-all forbids; the Ingress is left out");
    return false;
}

}  // namespace breakwater::translate
