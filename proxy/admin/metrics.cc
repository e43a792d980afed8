#include "proxy/admin/metrics.h"

#include <prometheus/text_serializer.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "proxy/admin/metric_families.h"

namespace breakwater::admin {
namespace {

using prometheus::MetricType;
using serve::CounterSums;

std::string ingress_nginx(const char* name) {
    return std::string("nginx_ingress_controller_") + name;
}

Labels with(Labels labels, std::initializer_list<prometheus::ClientMetric::Label> more) {
    labels.insert(labels.end(), more);
    return labels;
}

Labels labels_of(const Identity& identity) {
    return {{"controller_class", identity.controller_class},
            {"controller_namespace", identity.controller_namespace},
            {"controller_pod", identity.controller_pod}};
}

void append_counter(Families& to, std::string name, std::string help, Labels labels, double value) {
    Family family(std::move(name), std::move(help), MetricType::Counter);
    family.counter(std::move(labels), value);
    to.push_back(family.take());
}

void append_gauge(Families& to, std::string name, std::string help, Labels labels, double value) {
    Family family(std::move(name), std::move(help), MetricType::Gauge);
    family.gauge(std::move(labels), value);
    to.push_back(family.take());
}

double real(std::uint64_t count) { return static_cast<double>(count); }

double between(std::uint64_t more, std::uint64_t less) {
    return more > less ? real(more - less) : 0;
}

void append_connections(Families& to, const Labels& identity, const CounterSums& sums) {
    const double active = between(sums.connections_opened, sums.connections_closed);
    const double writing = between(sums.requests_began, sums.requests_ended);
    Family now(ingress_nginx("nginx_process_connections"),
               "Client connections that are open (active), in a request (writing), between two "
               "(waiting).",
               MetricType::Gauge);
    now.gauge(with(identity, {{"state", "active"}}), active);
    now.gauge(with(identity, {{"state", "writing"}}), writing);
    now.gauge(with(identity, {{"state", "waiting"}}), std::max(0.0, active - writing));
    to.push_back(now.take());

    Family total(ingress_nginx("nginx_process_connections_total"),
                 "Client connections accepted, and those that were served.", MetricType::Counter);
    total.counter(with(identity, {{"state", "accepted"}}), sums.connections_opened);
    total.counter(with(identity, {{"state", "handled"}}), sums.connections_opened);
    to.push_back(total.take());

    append_counter(to, ingress_nginx("nginx_process_requests_total"), "Requests that have begun.",
                   identity, sums.requests_began);
}

void append_process(Families& to, const Labels& identity) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    append_counter(to, ingress_nginx("nginx_process_cpu_seconds_total"),
                   "Processor time of this process.", identity,
                   seconds(used.ru_utime) + seconds(used.ru_stime));
}

void append_by_error(Families& to, const char* name, const char* help,
                     const std::array<std::uint64_t, kErrors.size()>& counts) {
    Family family(name, help, MetricType::Counter);
    for (const ErrorRow& row : kErrors) {
        const std::uint64_t count = counts[static_cast<std::size_t>(row.code)];
        if (count > 0) family.counter({{"token", std::string(row.token)}}, count);
    }
    to.push_back(family.take());
}

void append_sessions(Families& to, const MetricsInput& input) {
    Family open("breakwater_l4_sessions", "Sessions of TCP and UDP services that are open.",
                MetricType::Gauge);
    Family total("breakwater_l4_sessions_total",
                 "Sessions of TCP and UDP services that have begun.", MetricType::Counter);
    Family bytes("breakwater_l4_bytes_total",
                 "Bytes of sessions that have ended, from clients and to them.",
                 MetricType::Counter);
    constexpr std::array kTransports{"tcp", "udp"};
    for (std::size_t i = 0; i < kTransports.size(); ++i) {
        const serve::SessionSums& sums = input.counters.sessions[i];
        const Labels labels{{"transport", kTransports[i]}};
        open.gauge(labels, between(sums.began, sums.ended));
        total.counter(labels, real(sums.began));
        bytes.counter(with(labels, {{"direction", "in"}}), real(sums.from_client_bytes));
        bytes.counter(with(labels, {{"direction", "out"}}), real(sums.to_client_bytes));
    }
    to.push_back(open.take());
    to.push_back(total.take());
    to.push_back(bytes.take());
    append_gauge(to, "breakwater_l4_ports_failed",
                 "Ports of TCP and UDP services that could not be opened.", {},
                 static_cast<double>(input.l4_ports_failed));
}

void append_ocsp(Families& to, const MetricsInput& input) {
    Family fetches("breakwater_ocsp_fetches_total",
                   "Times that an OCSP responder was asked about a certificate.",
                   MetricType::Counter);
    fetches.counter({{"result", "fetched"}}, real(input.ocsp.fetched));
    fetches.counter({{"result", "failed"}}, real(input.ocsp.failed));
    to.push_back(fetches.take());
}

void append_own(Families& to, const MetricsInput& input) {
    const CounterSums& sums = input.counters;
    append_counter(to, "breakwater_access_log_dropped_total",
                   "Requests whose access log line was dropped.", {}, input.access_log_dropped);
    append_counter(to, "breakwater_metrics_overflow_total",
                   "Requests that found no room for a series of their own.", {},
                   sums.series_overflow);
    append_counter(to, "breakwater_upstream_attempts_total", "Attempts at endpoints.", {},
                   sums.attempts);
    append_by_error(to, "breakwater_upstream_errors_total",
                    "Attempts at endpoints that failed, by error.", sums.attempt_errors);
    append_by_error(to, "breakwater_requests_refused_total",
                    "Requests that ended with an error that is not the endpoint's.", sums.refused);
    Family findings("breakwater_findings", "Mistakes in the objects behind the table in force.",
                    MetricType::Gauge);
    findings.gauge({{"severity", "warning"}},
                   static_cast<double>(input.controller.finding_warnings));
    findings.gauge({{"severity", "error"}}, static_cast<double>(input.controller.finding_errors));
    to.push_back(findings.take());
}

void append_admission(Families& to, const Labels& identity, const AdmissionFacts& facts) {
    const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
    append_gauge(to, ingress_nginx("admission_roundtrip_duration"),
                 "How long the last Ingress took that was judged, in seconds.", identity,
                 seconds(facts.roundtrip));
    append_gauge(to, ingress_nginx("admission_tested_duration"),
                 "How long judging alone took of that, in seconds.", identity,
                 seconds(facts.judging));
    append_gauge(to, ingress_nginx("admission_tested_ingresses"),
                 "Ingresses that were looked at for it.", identity,
                 static_cast<double>(facts.ingresses));
    Family reviews("breakwater_admission_reviews_total", "Reviews that the API server asked for.",
                   MetricType::Counter);
    reviews.counter({{"result", "allowed"}}, real(facts.allowed));
    reviews.counter({{"result", "refused"}}, real(facts.refused));
    reviews.counter({{"result", "unjudged"}}, real(facts.unjudged));
    reviews.counter({{"result", "malformed"}}, real(facts.malformed));
    to.push_back(reviews.take());
}

void append_publications(Families& to, const Labels& identity, const ControllerFacts& facts) {
    append_gauge(to, ingress_nginx("config_last_reload_successful"),
                 "Whether the last table could be put in force.", identity,
                 facts.last_publication_ok ? 1 : 0);
    append_gauge(to, ingress_nginx("config_last_reload_successful_timestamp_seconds"),
                 "When a table was last put in force.", identity,
                 std::chrono::duration<double>(facts.last_publication.time_since_epoch()).count());
    append_counter(to, ingress_nginx("success"), "Tables that were put in force.", identity,
                   facts.publications);
    append_counter(to, ingress_nginx("errors"), "Tables that could not be put in force.", identity,
                   facts.failed_publications);
}

void append_build_info(Families& to, const Labels& identity, const std::string& version) {
    append_gauge(to, ingress_nginx("build_info"), "Always 1; the labels say what runs.",
                 with(identity, {{"release", BREAKWATER_VERSION}, {"build", version}}), 1);
}

void append_election(Families& to, const Labels& identity, const ElectionFacts& election) {
    append_gauge(to, ingress_nginx("leader_election_status"),
                 "Whether this replica leads (1) or follows (0).",
                 with(identity, {{"name", election.name}}), election.leads ? 1 : 0);
}

Labels certificate_labels(const Labels& identity, std::string_view host,
                          const table::Certificate& certificate) {
    const std::string_view name = certificate.name;
    const std::size_t slash = std::min(name.find('/'), name.size());
    return with(identity,
                {{"host", std::string(host)},
                 {"namespace", std::string(name.substr(0, slash))},
                 {"secret_name", std::string(name.substr(std::min(slash + 1, name.size())))}});
}

void append_table(Families& to, const Labels& identity, const table::RoutingTable& table) {
    Family expiry(ingress_nginx("ssl_expire_time_seconds"),
                  "When a host's certificate ends, in seconds since 1970.", MetricType::Gauge);
    const auto add = [&](std::string_view host, const table::Certificate& certificate) {
        const auto end = certificate.not_after.time_since_epoch();
        expiry.gauge(certificate_labels(identity, host, certificate),
                     std::chrono::duration<double>(end).count());
    };
    for (const auto& host : table.hosts) {
        if (host->certificate) add(host->name, *host->certificate);
        if (host->rsa_certificate) add(host->name, *host->rsa_certificate);
    }
    if (table.default_certificate) add("_", *table.default_certificate);
    to.push_back(expiry.take());

    std::set<SocketAddress> endpoints;
    for (const auto& backend : table.backends) {
        for (const table::Endpoint& endpoint : backend->endpoints) {
            endpoints.insert(endpoint.address);
        }
    }
    append_gauge(to, "breakwater_table_hosts", "Host names in the table in force.", {},
                 static_cast<double>(table.hosts.size()));
    append_gauge(to, "breakwater_table_backends", "Service ports in the table in force.", {},
                 static_cast<double>(table.backends.size()));
    append_gauge(to, "breakwater_table_endpoints", "Ready addresses in the table in force.", {},
                 static_cast<double>(endpoints.size()));
}

}  // namespace

std::string metrics_text(const MetricsInput& input) {
    const Labels identity = labels_of(input.identity);
    Families families;
    append_requests(families, identity, input.counters);
    append_connections(families, identity, input.counters);
    append_process(families, identity);
    append_publications(families, identity, input.controller);
    append_build_info(families, identity, input.identity.version);
    if (input.election) append_election(families, identity, *input.election);
    if (input.controller.table) append_table(families, identity, *input.controller.table);
    if (input.admission) append_admission(families, identity, *input.admission);
    append_sessions(families, input);
    append_ocsp(families, input);
    append_gauge(families, "breakwater_external_names_unresolved",
                 "Names of ExternalName Services that lead nowhere now.", {},
                 static_cast<double>(input.unresolved_names));
    append_own(families, input);
    std::erase_if(families, [](const auto& family) { return family.metric.empty(); });
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace breakwater::admin
