#include "controller/translate/plan.h"

#include <optional>
#include <utility>

#include "controller/translate/names.h"
#include "controller/translate/rule_paths.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

using kube::Ingress;

/// Goes through the Ingresses from the oldest to the newest.
class Planner {
public:
    explicit Planner(Report& report) : report_(report) { plan_[{}]; }

    void add(const Chosen& chosen) {
        const Ingress& ingress = *chosen.object;
        if (ingress.rules.empty() && !ingress.default_backend) {
            report_.warn(ref(ingress), "spec", "has neither rules nor a default backend");
        }
        for (std::size_t i = 0; i < ingress.rules.size(); ++i) add_rule(chosen, i);
    }

    Plan take() { return std::move(plan_); }

private:
    using PathKey = std::pair<std::string, table::PathType>;

    void add_rule(const Chosen& chosen, std::size_t index) {
        const Ingress::Rule& rule = chosen.object->rules[index];
        const std::string name = lower_case(rule.host);
        if (!name.empty()) {
            if (const auto mistake = mistake_in_host(name)) {
                report_.error(
                    ref(*chosen.object), rule_field(index) + ".host",
                    in_quotes(rule.host) + " " + std::string(*mistake) + "; the rule is left out");
                return;
            }
        }
        PlannedHost& host = plan_[name];
        if (host.ingresses.empty() || host.ingresses.back() != &chosen) {
            host.ingresses.push_back(&chosen);
        }
        for (std::size_t i = 0; i < rule.paths.size(); ++i) {
            add_path(name, host,
                     {.from = &chosen,
                      .field = path_field(index, i),
                      .type = type_of(rule.paths[i]),
                      .path = text_of(rule.paths[i]),
                      .backend = &rule.paths[i].backend});
        }
    }

    void add_path(const std::string& name, PlannedHost& host, PlannedPath path) {
        if (!can_be_served(path)) return;
        const auto [winner, is_first] =
            taken_[name].emplace(PathKey{path.path, path.type}, path.from);
        if (!is_first) {
            report_lost(path, *winner->second);
            return;
        }
        if (path.path.find('%') != std::string::npos) {
            report_.warn(ref(*path.from->object), path.field + ".path",
                         "requests are decoded before they are compared: the % of " +
                             in_quotes(path.path) + " stands for itself");
        }
        host.paths.push_back(std::move(path));
    }

    bool can_be_served(const PlannedPath& path) {
        const table::ObjectRef object = ref(*path.from->object);
        if (const auto mistake = mistake_in_path(path.path)) {
            report_.error(object, path.field + ".path",
                          in_quotes(path.path) + " " + std::string(*mistake) + "; it is left out");
            return false;
        }
        if (!path.backend->resource.empty()) {
            report_.error(object, path.field + ".backend.resource",
                          "only Services can be backends; the path is left out");
            return false;
        }
        if (path.backend->service_name.empty()) {
            report_.error(object, path.field + ".backend",
                          "names no Service; the path is left out");
            return false;
        }
        return true;
    }

    void report_lost(const PlannedPath& path, const Chosen& winner) {
        const std::string text =
            &winner == path.from
                ? "an earlier rule of this Ingress has the same host, path and type; this one is "
                  "left out"
                : "the Ingress " + winner.object->meta.key().to_string() +
                      " goes first and has the same host, path and type; this one is left out";
        report_.error(ref(*path.from->object), path.field, text);
    }

    Report& report_;
    Plan plan_;
    std::map<std::string, std::map<PathKey, const Chosen*>> taken_;  ///< by host
};

}  // namespace

Plan plan_hosts(const std::vector<Chosen>& all, Report& report) {
    Planner planner(report);
    for (const Chosen& chosen : all) planner.add(chosen);
    return planner.take();
}

}  // namespace breakwater::translate
