#include "proxy/admin/metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "proxy/serve/access_log_record_example.h"

namespace breakwater::admin {
namespace {

constexpr const char* kIngressNginx = "ingress-nginx, monitoring: exposed metrics";
constexpr const char* kExposition = "Prometheus text exposition format 0.0.4";
constexpr const char* kOurs = "docs/metrics.md";

std::shared_ptr<const table::RoutingTable> example_table() {
    auto certificate = std::make_shared<table::Certificate>();
    certificate->name = "shop/tls";
    certificate->not_after = WallTime(std::chrono::seconds(1'900'000'000));
    auto host = std::make_shared<table::Host>();
    host->name = "shop.example.com";
    host->certificate = certificate;
    auto backend = std::make_shared<table::Backend>();
    backend->name = "shop-web-80";
    backend->endpoints = {{{IpAddress::v4({10, 0, 0, 1}), 8080}},
                          {{IpAddress::v4({10, 0, 0, 2}), 8080}}};
    auto made = std::make_shared<table::RoutingTable>();
    made->hosts = {host};
    made->catch_all = std::make_shared<table::Host>();
    made->backends.put(backend);
    return made;
}

serve::LogRecord session_of_no_attempt() {
    serve::LogRecord record;
    record.request_bytes = 5;
    record.response_bytes = 6;
    return record;
}

std::string example_text() {
    serve::WorkerCounters counters;
    counters.connection_opened();
    counters.connection_opened();
    counters.request_began();
    counters.request_began();
    counters.request_ended(serve::example_record(), Time{});
    serve::LogRecord refused;
    refused.error = Err::bad_host;
    counters.request_began();
    counters.request_ended(refused, Time{});
    for (int i = 0; i < 2; ++i) counters.session_began(table::Transport::tcp);
    counters.session_ended(session_of_no_attempt(), table::Transport::tcp);
    const std::array<const serve::WorkerCounters*, 1> workers{&counters};

    MetricsInput input;
    input.identity = {"1.2.3-dev", "k8s.io/ingress-nginx", "ingress", "pod-1"};
    input.controller.table = example_table();
    input.controller.last_publication_ok = true;
    input.controller.last_publication = WallTime(std::chrono::seconds(1'800'000'000));
    input.controller.publications = 3;
    input.controller.failed_publications = 1;
    input.controller.finding_errors = 2;
    input.election = ElectionFacts{.name = "ingress-controller-leader", .leads = true};
    input.admission = AdmissionFacts{.refused = 4,
                                     .roundtrip = std::chrono::milliseconds(20),
                                     .judging = std::chrono::milliseconds(10),
                                     .ingresses = 3};
    input.counters = serve::sum_of(workers);
    input.access_log_dropped = 7;
    input.l4_ports_failed = 1;
    input.ocsp = {.fetched = 8, .failed = 9};
    input.unresolved_names = 2;
    return metrics_text(input);
}

#define IDENTITY                                                                  \
    "controller_class=\"k8s.io/ingress-nginx\",controller_namespace=\"ingress\"," \
    "controller_pod=\"pod-1\""
#define ROUTE                                                                                  \
    IDENTITY                                                                                   \
    ",host=\"*.example.com\",path=\"/\",namespace=\"shop\",ingress=\"front\",service=\"web\"," \
    "canary=\"\",method=\"GET\",status=\"200\""

struct MetricsCase {
    const char* name;
    const char* source;
    const char* line;
};

const MetricsCase kMetricsCases[] = {
    {"requests", kIngressNginx, "nginx_ingress_controller_requests{" ROUTE "} 1"},
    {"type", kExposition, "# TYPE nginx_ingress_controller_requests counter"},
    {"bucket_below", kExposition,
     "nginx_ingress_controller_request_duration_seconds_bucket{" ROUTE ",le=\"0.025\"} 0"},
    {"bucket", kExposition,
     "nginx_ingress_controller_request_duration_seconds_bucket{" ROUTE ",le=\"0.05\"} 1"},
    {"buckets_are_cumulative", kExposition,
     "nginx_ingress_controller_request_duration_seconds_bucket{" ROUTE ",le=\"+Inf\"} 1"},
    {"duration_sum", kIngressNginx,
     "nginx_ingress_controller_request_duration_seconds_sum{" ROUTE "} 0.03775"},
    {"response_size", kIngressNginx, "nginx_ingress_controller_response_size_sum{" ROUTE "} 840"},
    {"request_size", kIngressNginx, "nginx_ingress_controller_request_size_count{" ROUTE "} 1"},
    {"connect", kIngressNginx,
     "nginx_ingress_controller_connect_duration_seconds_sum{" ROUTE "} 0.001"},
    {"header", kIngressNginx,
     "nginx_ingress_controller_header_duration_seconds_sum{" ROUTE "} 0.03"},
    {"active", kIngressNginx,
     "nginx_ingress_controller_nginx_process_connections{" IDENTITY ",state=\"active\"} 2"},
    {"writing", kIngressNginx,
     "nginx_ingress_controller_nginx_process_connections{" IDENTITY ",state=\"writing\"} 1"},
    {"waiting", kIngressNginx,
     "nginx_ingress_controller_nginx_process_connections{" IDENTITY ",state=\"waiting\"} 1"},
    {"reload", kIngressNginx,
     "nginx_ingress_controller_config_last_reload_successful{" IDENTITY "} 1"},
    {"reload_time", kIngressNginx,
     "nginx_ingress_controller_config_last_reload_successful_timestamp_seconds{" IDENTITY
     "} 1800000000"},
    {"success", kIngressNginx, "nginx_ingress_controller_success{" IDENTITY "} 3"},
    {"errors", kIngressNginx, "nginx_ingress_controller_errors{" IDENTITY "} 1"},
    {"build", kIngressNginx,
     "nginx_ingress_controller_build_info{" IDENTITY ",release=\"" BREAKWATER_VERSION
     "\",build=\"1.2.3-dev\"} 1"},
    {"leads", kIngressNginx,
     "nginx_ingress_controller_leader_election_status{" IDENTITY
     ",name=\"ingress-controller-leader\"} 1"},
    {"certificate", kIngressNginx,
     "nginx_ingress_controller_ssl_expire_time_seconds{" IDENTITY
     ",host=\"shop.example.com\",namespace=\"shop\",secret_name=\"tls\"} 1900000000"},
    {"admission_roundtrip", kIngressNginx,
     "nginx_ingress_controller_admission_roundtrip_duration{" IDENTITY "} 0.02"},
    {"admission_tested", kIngressNginx,
     "nginx_ingress_controller_admission_tested_duration{" IDENTITY "} 0.01"},
    {"admission_ingresses", kIngressNginx,
     "nginx_ingress_controller_admission_tested_ingresses{" IDENTITY "} 3"},
    {"admission_refused", kOurs, "breakwater_admission_reviews_total{result=\"refused\"} 4"},
    {"hosts", kOurs, "breakwater_table_hosts 1"},
    {"endpoints", kOurs, "breakwater_table_endpoints 2"},
    {"findings", kOurs, "breakwater_findings{severity=\"error\"} 2"},
    {"refused", kOurs, "breakwater_requests_refused_total{token=\"bad_host\"} 1"},
    {"upstream_errors", kOurs, "breakwater_upstream_errors_total{token=\"connect_failed\"} 1"},
    {"attempts", kOurs, "breakwater_upstream_attempts_total 2"},
    {"dropped", kOurs, "breakwater_access_log_dropped_total 7"},
    {"sessions", kOurs, "breakwater_l4_sessions{transport=\"tcp\"} 1"},
    {"sessions_total", kOurs, "breakwater_l4_sessions_total{transport=\"tcp\"} 2"},
    {"bytes_in", kOurs, "breakwater_l4_bytes_total{transport=\"tcp\",direction=\"in\"} 5"},
    {"bytes_out", kOurs, "breakwater_l4_bytes_total{transport=\"tcp\",direction=\"out\"} 6"},
    {"ports_failed", kOurs, "breakwater_l4_ports_failed 1"},
    {"unresolved_names", kOurs, "breakwater_external_names_unresolved 2"},
    {"ocsp_fetched", kOurs, "breakwater_ocsp_fetches_total{result=\"fetched\"} 8"},
    {"ocsp_failed", kOurs, "breakwater_ocsp_fetches_total{result=\"failed\"} 9"},
};

class MetricsTest : public testing::TestWithParam<MetricsCase> {};

TEST_P(MetricsTest, Line) {
    const MetricsCase& c = GetParam();
    SCOPED_TRACE(c.source);
    static const std::string text = example_text();
    EXPECT_NE(text.find(std::string("\n") + c.line + "\n"), std::string::npos) << c.line << "\n\n"
                                                                               << text;
}

INSTANTIATE_TEST_SUITE_P(Lines, MetricsTest, testing::ValuesIn(kMetricsCases),
                         [](const auto& info) { return info.param.name; });

TEST(Metrics, AreThereBeforeTheFirstTable) {
    const std::string text = metrics_text({});
    EXPECT_NE(text.find("config_last_reload_successful"), std::string::npos);
    EXPECT_EQ(text.find("breakwater_table_hosts"), std::string::npos);
    EXPECT_EQ(text.find("leader_election_status"), std::string::npos);
    EXPECT_EQ(text.find("admission"), std::string::npos);
}

}  // namespace
}  // namespace breakwater::admin
