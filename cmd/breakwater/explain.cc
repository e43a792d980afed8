#include "cmd/breakwater/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "cmd/breakwater/checks.h"
#include "cmd/breakwater/runners_up.h"
#include "cmd/breakwater/sources.h"
#include "controller/translate/translate.h"
#include "proxy/admin/debug_client.h"
#include "proxy/base/ascii.h"
#include "proxy/base/clock.h"
#include "proxy/base/crypto/self_signed.h"
#include "proxy/serve/compile.h"
#include "proxy/serve/rehearsal.h"

namespace breakwater::cmd {
namespace {

using admin::Explanation;

bool is_host(std::string_view header) {
    return equals_ignoring_case(header.substr(0, header.find(':')), "host");
}

/// Path and query of what stands behind `http://`, without a fragment.
std::string target_of(std::string_view rest) {
    rest = rest.substr(0, rest.find('#'));
    const std::size_t begin = rest.find_first_of("/?");
    if (begin == rest.npos) return "/";
    const std::string target(rest.substr(begin));
    return target.starts_with('?') ? "/" + target : target;
}

std::expected<serve::Rehearsed, std::string> request_of(const Question& question) {
    serve::Rehearsed request;
    std::string_view rest = question.url;
    if (const std::size_t scheme = rest.find("://"); scheme != rest.npos) {
        request.tls = rest.starts_with("https://");
        if (!request.tls && !rest.starts_with("http://")) {
            return std::unexpected(question.url + " is no URL of http or https");
        }
        rest.remove_prefix(scheme + 3);
    }
    request.head = fmt::format("{} {} HTTP/1.1\r\n", question.method, target_of(rest));
    if (std::ranges::none_of(question.headers, is_host)) {
        request.head += fmt::format("Host: {}\r\n", rest.substr(0, rest.find_first_of("/?#")));
    }
    for (const std::string& header : question.headers) {
        if (header.find(':') == header.npos) {
            return std::unexpected("\"" + header + "\" is not of the form Name: value");
        }
        request.head += header + "\r\n";
    }
    request.head += "\r\n";
    return request;
}

std::string answer_of(const serve::Outcome& outcome, const serve::Rehearsed& request) {
    if (request.tls && outcome.route && outcome.route->host->passthrough) {
        return "its TLS goes to " + outcome.route->host->passthrough->backend +
               " as it is (ssl-passthrough): what follows does not count";
    }
    if (outcome.status == 0) return "goes to one of the endpoints";
    std::string text = std::to_string(outcome.status);
    if (outcome.answered_by) text += " by " + std::string(outcome.answered_by->name());
    if (!outcome.location.empty()) text += ", Location: " + outcome.location;
    if (outcome.error.empty()) return text;
    return fmt::format("{} ({}{}{})", text, outcome.error, outcome.detail.empty() ? "" : ": ",
                       outcome.detail);
}

void describe(const exchange::Route& route, Explanation& into) {
    const table::Location& location = *route.location;
    const table::Origin& origin = location.origin;
    into.routed = true;
    into.rule = rule_of(*route.host, location);
    if (!origin.service.empty()) {
        // The default backend of the whole installation is in no Ingress's namespace.
        const std::string& backend = location.backend;
        const bool own = backend.empty() || backend.starts_with(origin.namespace_name + "-");
        into.service = (own && !origin.namespace_name.empty() ? origin.namespace_name + "/" : "") +
                       origin.service + ":" + origin.service_port;
    }
    if (route.host->certificate) into.certificate = route.host->certificate->name;
    for (const auto& filter : route.filters) into.filters.emplace_back(filter->name());
    if (!route.backend) return;
    if (const auto& external = route.backend->external) {
        into.endpoints.push_back(external->name + ":" + std::to_string(external->port));
    }
    for (const table::Endpoint& endpoint : route.backend->endpoints) {
        into.endpoints.push_back(endpoint.address.to_string());
    }
}

std::string print(const Explanation& explanation, bool json) {
    return json ? admin::to_json(explanation) : admin::to_text(explanation);
}

admin::Query query_of(const ExplainCommand& asked) {
    admin::Query query{
        {"url", asked.url}, {"method", asked.method}, {"output", asked.json ? "json" : "text"}};
    for (const std::string& header : asked.headers) query.emplace("header", header);
    return query;
}

Question question_of(const admin::Query& query) {
    Question question;
    for (const auto& [name, value] : query) {
        if (name == "url") question.url = value;
        if (name == "method") question.method = value;
        if (name == "header") question.headers.push_back(value);
    }
    return question;
}

std::shared_ptr<const exchange::Routes> compile_once(
    std::shared_ptr<const table::RoutingTable> table, const Options& options) {
    const crypto::PemPair pair = crypto::make_self_signed();
    return serve::compile(
        std::move(table), nullptr,
        {.self_made = tls::ServerCertificate::load(pair.chain_pem, pair.key_pem).value(),
         .health_check_path = options.health_check_path});
}

std::expected<std::string, std::string> explain_objects(const Options& options) {
    const ExplainCommand& asked = *options.explain;
    const source::ManifestSet set = read_objects(options, asked.from);
    for (const auto& remark : set.remarks) {
        if (remark.lost) return std::unexpected(remark.path + ": " + remark.text);
    }
    const translate::Options translation = translation_of(options, asked.from);
    const translate::Accepted none;
    auto made = translate::translate({set.objects, none, system_clock().wall()}, nullptr,
                                     all_checks(), translation);
    const auto explained =
        explain(Question{.url = asked.url, .method = asked.method, .headers = asked.headers},
                compile_once(std::move(made.table), options),
                {.objects = set.objects, .findings = made.findings, .options = translation});
    if (!explained) return std::unexpected(explained.error());
    return print(*explained, asked.json);
}

}  // namespace

std::expected<Explanation, std::string> explain(
    const Question& question, const std::shared_ptr<const exchange::Routes>& routes,
    const Evidence& evidence) {
    const auto request = request_of(question);
    if (!request) return std::unexpected(request.error());
    const serve::Outcome outcome = serve::rehearse(routes, *request);

    Explanation out;
    out.request = question.method + " " + question.url;
    out.answer = answer_of(outcome, *request);
    if (!outcome.route) return out;
    describe(*outcome.route, out);
    RunnersUp others(*routes, evidence);
    others.find(outcome.host, outcome.path, out);
    return out;
}

admin::Answer explain_page(const admin::Query& query,
                           const std::shared_ptr<const exchange::Routes>& routes,
                           const Evidence& evidence) {
    if (!query.contains("url")) return {.status = 400, .body = "which request? ?url=…\n"};
    const auto explained = explain(question_of(query), routes, evidence);
    if (!explained) return {.status = 400, .body = explained.error() + "\n"};
    const auto output = query.find("output");
    if (output == query.end() || output->second != "json") {
        return {.body = print(*explained, false)};
    }
    return {.content_type = "application/json", .body = print(*explained, true)};
}

std::expected<std::string, std::string> explain(const Options& options) {
    const ExplainCommand& asked = *options.explain;
    if (!asked.from.nothing()) return explain_objects(options);
    return admin::ask_debug_port(options.admin_port, "/debug/explain", query_of(asked));
}

}  // namespace breakwater::cmd
