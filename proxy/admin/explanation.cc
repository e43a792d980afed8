#include "proxy/admin/explanation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "proxy/table/dump_finding.h"

namespace breakwater::admin {
namespace {

using nlohmann::ordered_json;

/// `shop/web, spec.rules[0].http.paths[1]`
std::string place_of(const ExplainedRule& rule) {
    return rule.field.empty() ? rule.ingress : rule.ingress + ", " + rule.field;
}

/// `Prefix /cart of shop.example`
std::string words_of(const ExplainedRule& rule) {
    const std::string host = rule.host.empty() ? "all other hosts" : rule.host;
    if (rule.path.empty()) return "no path of " + host + " matches";
    return rule.path_type + " " + rule.path + " of " + host;
}

void add_line(std::string& text, const char* name, const std::string& value) {
    if (!value.empty()) fmt::format_to(std::back_inserter(text), "  {:<12}{}\n", name, value);
}

ordered_json json_of(const ExplainedRule& rule) {
    return {{"ingress", rule.ingress},
            {"field", rule.field},
            {"host", rule.host},
            {"path_type", rule.path_type},
            {"path", rule.path}};
}

}  // namespace

std::string to_text(const Explanation& explanation) {
    std::string text = explanation.request + "\n";
    add_line(text, "answer", explanation.answer);
    const ExplainedRule& rule = explanation.rule;
    if (explanation.routed) {
        add_line(text, "Ingress", rule.ingress.empty() ? "none" : place_of(rule));
        add_line(text, "rule", words_of(rule));
    }
    add_line(text, "certificate", explanation.certificate);
    add_line(text, "service", explanation.service);
    add_line(text, "filters", fmt::format("{}", fmt::join(explanation.filters, ", ")));
    add_line(text, "endpoints", fmt::format("{}", fmt::join(explanation.endpoints, ", ")));
    for (const table::Finding& finding : explanation.findings) {
        text += finding.to_line() + "\n";
    }
    if (!explanation.others.empty()) text += "others that match:\n";
    for (const RunnerUp& other : explanation.others) {
        fmt::format_to(std::back_inserter(text), "  Ingress {}: {}: {}\n", place_of(other.rule),
                       words_of(other.rule), other.why);
    }
    return text;
}

std::string to_json(const Explanation& explanation) {
    ordered_json others = ordered_json::array();
    for (const RunnerUp& other : explanation.others) {
        ordered_json one = json_of(other.rule);
        one["why"] = other.why;
        others.push_back(std::move(one));
    }
    const ordered_json all{
        {"request", explanation.request},
        {"answer", explanation.answer},
        {"rule", explanation.routed ? json_of(explanation.rule) : ordered_json()},
        {"certificate", explanation.certificate},
        {"service", explanation.service},
        {"filters", explanation.filters},
        {"endpoints", explanation.endpoints},
        {"findings", table::to_json_value(explanation.findings)},
        {"others", std::move(others)}};
    return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace breakwater::admin
