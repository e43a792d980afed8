#include "cmd/breakwater/runners_up.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "controller/translate/class.h"
#include "controller/translate/rule_paths.h"
#include "proxy/base/ascii.h"
#include "proxy/table/match.h"

namespace breakwater::cmd {
namespace {

using admin::ExplainedRule;
using table::Finding;

const char* text_of(table::PathType type) {
    return type == table::PathType::exact ? "Exact" : "Prefix";
}

/// The matchers of the table, asked about one rule.
bool matches_host(const std::string& name, std::string_view host) {
    return name.empty() || table::HostMatcher({name}).find(host) != table::HostMatcher::kNone;
}

bool matches_path(const kube::Ingress::Path& rule, std::string_view path) {
    table::Location location;
    location.path = translate::text_of(rule);
    location.path_type = translate::type_of(rule);
    return table::PathMatcher({std::move(location)}).find(path) != table::PathMatcher::kNone;
}

/// Whether a finding about the Ingress of a rule touches that rule: it is about it, about a part of it,
/// or about the Ingress as a whole.
bool touches(const Finding& finding, const std::string& field) {
    return finding.field.starts_with(field) || field.starts_with(finding.field) ||
           !finding.field.starts_with("spec.rules");
}

ExplainedRule without_field(ExplainedRule rule) {
    rule.field.clear();
    return rule;
}

/// Empty where there are none.
std::string text_of(const table::Findings& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += (text.empty() ? "" : "; ") + finding.field + ": " + finding.text;
    }
    return text;
}

std::string why_later(const ExplainedRule& rule, const ExplainedRule& decides) {
    if (rule.host != decides.host) {
        return rule.host.empty() ? "a rule without a host counts for hosts that no rule names"
                                 : "an exact host goes before a wildcard, with its paths alone";
    }
    if (rule.path_type != decides.path_type) return "an Exact path goes before a Prefix";
    return "a longer path goes first";
}

}  // namespace

ExplainedRule rule_of(const table::Host& host, const table::Location& location) {
    const table::Origin& origin = location.origin;
    ExplainedRule rule{.ingress = {}, .field = {}, .host = host.name, .path_type = {}, .path = {}};
    if (!origin.ingress.empty()) rule.ingress = origin.namespace_name + "/" + origin.ingress;
    if (&location == &host.fallback) return rule;  // no path of it matches
    rule.path_type = text_of(location.path_type);
    rule.path = location.path;
    return rule;
}

void RunnersUp::find(std::string_view host, std::string_view path, admin::Explanation& into) const {
    for (const auto& ingress : evidence_.objects.ingresses) {
        look_at(*ingress, host, path, into);
    }
    into.findings = findings_about(into.rule, into.service);
}

void RunnersUp::look_at(const kube::Ingress& ingress, std::string_view host, std::string_view path,
                        admin::Explanation& into) const {
    for (std::size_t i = 0; i < ingress.rules.size(); ++i) {
        const kube::Ingress::Rule& said = ingress.rules[i];
        const std::string name = lower_case(said.host);
        if (!matches_host(name, host)) continue;
        for (std::size_t k = 0; k < said.paths.size(); ++k) {
            if (!matches_path(said.paths[k], path)) continue;
            ExplainedRule rule{.ingress = ingress.meta.key().to_string(),
                               .field = {},
                               .host = name,
                               .path_type = text_of(translate::type_of(said.paths[k])),
                               .path = translate::text_of(said.paths[k])};
            const bool decides =
                rule == into.rule;  // the first of that text: its field is not known yet
            rule.field = translate::path_field(i, k);
            if (decides) {
                into.rule = std::move(rule);
                continue;
            }
            std::string why = why_not(ingress, rule, into.rule);
            into.others.push_back({std::move(rule), std::move(why)});
        }
    }
}

std::string RunnersUp::why_not(const kube::Ingress& ingress, const ExplainedRule& rule,
                               const ExplainedRule& decides) const {
    const bool twice = without_field(rule) == without_field(decides);
    return in_table(rule) && !twice ? why_later(rule, decides) : why_left_out(ingress, rule);
}

std::string RunnersUp::why_left_out(const kube::Ingress& ingress, const ExplainedRule& rule) const {
    const auto& [objects, findings, options] = evidence_;
    if (!translate::is_watched(ingress.meta.namespace_name, objects, options)) {
        return "the namespace of the Ingress is not selected";
    }
    translate::Report said;
    if (!translate::is_ours(ingress, objects, options, said)) {
        const std::string why = text_of(said.take());
        return why.empty() ? "the Ingress is of no class of ours" : why;
    }
    table::Findings errors = findings_about(rule, {});
    std::erase_if(
        errors, [](const Finding& finding) { return finding.severity != table::Severity::error; });
    const std::string why = text_of(errors);
    return why.empty() ? "it is not in the table in force" : why;
}

bool RunnersUp::in_table(const ExplainedRule& rule) const {
    const auto has = [&](const table::Host& host) {
        return host.name == rule.host &&
               std::ranges::any_of(host.locations, [&](const table::Location& location) {
                   return rule_of(host, location) == without_field(rule);
               });
    };
    if (rule.host.empty()) return has(*routes_.table->catch_all);
    return std::ranges::any_of(routes_.table->hosts, [&](const auto& host) { return has(*host); });
}

table::Findings RunnersUp::findings_about(const ExplainedRule& rule,
                                          const std::string& service) const {
    const auto is_about = [&](const Finding& finding) {
        const table::ObjectRef& object = finding.object;
        const std::string name = object.namespace_name + "/" + object.name;
        if (object.kind == "Ingress") return name == rule.ingress && touches(finding, rule.field);
        return object.kind == "Service" && service.starts_with(name + ":");
    };
    table::Findings out;
    std::ranges::copy_if(evidence_.findings, std::back_inserter(out), is_about);
    return out;
}

}  // namespace breakwater::cmd
