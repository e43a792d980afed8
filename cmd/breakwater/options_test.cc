#include "cmd/breakwater/options.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cmd/breakwater/processors.h"

namespace breakwater::cmd {
namespace {

using Arguments = std::vector<const char*>;

constexpr const char* kIngressNginx = "ingress-nginx, command line arguments";
constexpr const char* kPflag = "spf13/pflag, command line flag syntax";
constexpr const char* kOurs = "docs/flags.md";

std::expected<Options, Exit> parse(const Arguments& arguments) {
    return parse_options(arguments, "breakwater 1.2.3\n");
}

TEST(Options, DefaultsAreThoseOfIngressNginx) {
    const auto options = parse({});
    ASSERT_TRUE(options.has_value());
    EXPECT_EQ(options->http_port, 80);
    EXPECT_EQ(options->https_port, 443);
    EXPECT_EQ(options->healthz_port, 10254);
    EXPECT_EQ(options->healthz_host, "");
    EXPECT_EQ(options->health_check_path, "/healthz");
    EXPECT_EQ(options->shutdown_grace_period.count(), 0);
    EXPECT_EQ(options->translation.controller_class, "k8s.io/ingress-nginx");
    EXPECT_EQ(options->translation.ingress_class, "nginx");
    EXPECT_FALSE(options->translation.ingress_class_by_name);
    EXPECT_FALSE(options->translation.watch_ingress_without_class);
    EXPECT_EQ(options->translation.annotations_prefix, "nginx.ingress.kubernetes.io");
    EXPECT_FALSE(options->translation.configmap.has_value());
    EXPECT_FALSE(options->translation.no_api_server);
    EXPECT_TRUE(options->writers.update_status);
    EXPECT_TRUE(options->writers.update_status_on_shutdown);
    EXPECT_EQ(options->writers.status_update_interval, std::chrono::seconds(60));
    EXPECT_FALSE(options->writers.publish_service.has_value());
    EXPECT_EQ(options->writers.election_id, "ingress-controller-leader");
    EXPECT_TRUE(options->without_effect.empty());
}

TEST(Options, DefaultsOfOurOwn) {
    const auto options = parse({});
    ASSERT_TRUE(options.has_value());
    EXPECT_TRUE(options->enable_metrics);
    EXPECT_EQ(options->workers, usable_processors());
    EXPECT_EQ(options->writers.election_ttl, std::chrono::seconds(10));
    EXPECT_EQ(options->admin_port, 10245);
    EXPECT_EQ(options->log_format, log::Format::text);
    EXPECT_EQ(options->log_level, log::Level::info);
}

struct Good {
    const char* name;
    const char* source;
    Arguments arguments;
    bool (*holds)(const Options&);
};

const Good kGood[] = {
    {"equals", kPflag, {"--http-port=8080"}, [](const Options& o) { return o.http_port == 8080; }},
    {"space",
     kPflag,
     {"--http-port", "8080"},
     [](const Options& o) { return o.http_port == 8080; }},
    {"last_wins",
     kPflag,
     {"--http-port=1", "--http-port=2"},
     [](const Options& o) { return o.http_port == 2; }},
    {"empty_value",
     kPflag,
     {"--watch-namespace=", "--http-port=1"},
     [](const Options& o) { return o.watch_namespace.empty() && o.http_port == 1; }},
    {"namespace_selector",
     kIngressNginx,
     {"--watch-namespace-selector=team in (a,b),!old"},
     [](const Options& o) { return o.watch_namespace_selector == "team in (a,b),!old"; }},
    {"switch_on",
     kPflag,
     {"--ingress-class-by-name"},
     [](const Options& o) { return o.translation.ingress_class_by_name; }},
    {"switch_with_value",
     kPflag,
     {"--ingress-class-by-name=true"},
     [](const Options& o) { return o.translation.ingress_class_by_name; }},
    {"switch_off",
     kPflag,
     {"--enable-metrics=false"},
     [](const Options& o) { return !o.enable_metrics; }},
    {"object_name",
     kIngressNginx,
     {"--configmap=ingress/settings"},
     [](const Options& o) { return o.translation.configmap == kube::Key{"ingress", "settings"}; }},
    {"tcp_services",
     kIngressNginx,
     {"--tcp-services-configmap=ingress/tcp"},
     [](const Options& o) { return o.translation.tcp_services == kube::Key{"ingress", "tcp"}; }},
    {"udp_services",
     kIngressNginx,
     {"--udp-services-configmap=ingress/udp"},
     [](const Options& o) { return o.translation.udp_services == kube::Key{"ingress", "udp"}; }},
    {"ssl_passthrough",
     kIngressNginx,
     {"--enable-ssl-passthrough"},
     [](const Options& o) { return o.translation.enable_ssl_passthrough; }},
    {"no_external_names",
     kIngressNginx,
     {"--disable-svc-external-name"},
     [](const Options& o) { return o.translation.disable_external_names; }},
    {"no_catch_all",
     kIngressNginx,
     {"--disable-catch-all"},
     [](const Options& o) { return o.translation.disable_catch_all; }},
    {"zone",
     kOurs,
     {"--enable-topology-aware-routing", "--topology-zone=b"},
     [](const Options& o) { return o.translation.zone == "b"; }},
    {"zone_alone",
     kOurs,
     {"--topology-zone=b"},
     [](const Options& o) { return o.translation.zone.empty(); }},
    {"topology_alone",
     kIngressNginx,
     {"--enable-topology-aware-routing"},
     [](const Options& o) { return o.topology_aware_routing && o.translation.zone.empty(); }},
    {"own_ports",
     kPflag,
     {"--http-port=8080", "--https-port=8443"},
     [](const Options& o) {
         return o.translation.own_ports == std::set<std::uint16_t>{8080, 8443, 10245, 10254};
     }},
    {"object_name_left_empty",
     kIngressNginx,
     {"--default-backend-service="},
     [](const Options& o) { return !o.translation.default_backend_service; }},
    {"certificate",
     kIngressNginx,
     {"--default-ssl-certificate", "a/b"},
     [](const Options& o) { return o.translation.default_ssl_certificate == kube::Key{"a", "b"}; }},
    {"ticket_secret",
     "docs/decisions/session_tickets.md",
     {"--session-ticket-secret=a/b"},
     [](const Options& o) { return o.translation.session_ticket_secret == kube::Key{"a", "b"}; }},
    {"publish_service",
     kIngressNginx,
     {"--publish-service=a/b"},
     [](const Options& o) { return o.writers.publish_service == kube::Key{"a", "b"}; }},
    {"ttl",
     kIngressNginx,
     {"--election-ttl=1m30s"},
     [](const Options& o) { return o.writers.election_ttl == std::chrono::seconds(90); }},
    {"status_off",
     kIngressNginx,
     {"--update-status=false", "--status-update-interval=5"},
     [](const Options& o) {
         return !o.writers.update_status &&
                o.writers.status_update_interval == std::chrono::seconds(5);
     }},
    {"grace",
     kIngressNginx,
     {"--shutdown-grace-period=5"},
     [](const Options& o) { return o.shutdown_grace_period == std::chrono::seconds(5); }},
    {"any_port",
     kOurs,
     {"--http-port=0", "--https-port=0", "--healthz-port=0"},
     [](const Options& o) { return o.http_port == 0 && o.healthz_port == 0; }},
    {"no_debug_port",
     kOurs,
     {"--admin-port=0"},
     [](const Options& o) { return o.admin_port == 0; }},
    {"workers", kOurs, {"--workers=3"}, [](const Options& o) { return o.workers == 3; }},
    {"io_by_itself", kOurs, {}, [](const Options& o) { return !o.io; }},
    {"io_auto", kOurs, {"--io=auto"}, [](const Options& o) { return !o.io; }},
    {"io_epoll", kOurs, {"--io=epoll"}, [](const Options& o) { return o.io == Io::epoll; }},
    {"io_uring", kOurs, {"--io", "uring"}, [](const Options& o) { return o.io == Io::uring; }},
    {"json",
     kOurs,
     {"--log-format=json"},
     [](const Options& o) { return o.log_format == log::Format::json; }},
    {"level",
     kOurs,
     {"--log-level=debug"},
     [](const Options& o) { return o.log_level == log::Level::debug; }},
    {"webhook",
     kIngressNginx,
     {"--validating-webhook=:8443", "--validating-webhook-certificate=a",
      "--validating-webhook-key=b"},
     [](const Options& o) {
         return o.webhook.address->to_string() == "[::]:8443" && o.webhook.certificate == "a" &&
                o.webhook.key == "b" && o.translation.own_ports.contains(8443);
     }},
    {"webhook_v4",
     kIngressNginx,
     {"--validating-webhook=10.0.0.1:1", "--validating-webhook-certificate=a",
      "--validating-webhook-key=b"},
     [](const Options& o) { return o.webhook.address->to_string() == "10.0.0.1:1"; }},
    {"webhook_with_a_secret",
     kOurs,
     {"--validating-webhook=:8443", "--validating-webhook-secret=a/b",
      "--validating-webhook-configuration=c"},
     [](const Options& o) {
         return o.webhook.secret == kube::Key{"a", "b"} && o.webhook.configuration == "c";
     }},
    {"no_webhook",
     kIngressNginx,
     {"--validating-webhook-certificate=a"},
     [](const Options& o) { return !o.webhook.address; }},
    {"kubeconfig",
     kIngressNginx,
     {"--kubeconfig=/etc/config"},
     [](const Options& o) { return o.kubeconfig == "/etc/config"; }},
    {"service_account",
     kOurs,
     {"--service-account-dir=/run/account"},
     [](const Options& o) { return o.service_account_dir == "/run/account"; }},
    {"namespace",
     kIngressNginx,
     {"--watch-namespace=shop"},
     [](const Options& o) { return o.watch_namespace == "shop"; }},
    {"controller_class",
     kIngressNginx,
     {"--controller-class=a.example/b"},
     [](const Options& o) { return o.translation.controller_class == "a.example/b"; }},
    {"ingress_class",
     kIngressNginx,
     {"--ingress-class=own"},
     [](const Options& o) { return o.translation.ingress_class == "own"; }},
    {"without_class",
     kIngressNginx,
     {"--watch-ingress-without-class"},
     [](const Options& o) { return o.translation.watch_ingress_without_class; }},
    {"prefix",
     kIngressNginx,
     {"--annotations-prefix=a.example"},
     [](const Options& o) { return o.translation.annotations_prefix == "a.example"; }},
    {"default_backend",
     kIngressNginx,
     {"--default-backend-service=a/b"},
     [](const Options& o) { return o.translation.default_backend_service == kube::Key{"a", "b"}; }},
    {"status_address",
     kIngressNginx,
     {"--publish-status-address=192.0.2.1,lb.example"},
     [](const Options& o) { return o.writers.publish_status_address == "192.0.2.1,lb.example"; }},
    {"internal_addresses",
     kIngressNginx,
     {"--report-node-internal-ip-address"},
     [](const Options& o) { return o.writers.report_node_internal_ip_address; }},
    {"status_stays",
     kIngressNginx,
     {"--update-status-on-shutdown=false"},
     [](const Options& o) {
         return o.writers.update_status && !o.writers.update_status_on_shutdown;
     }},
    {"no_sync_events",
     kIngressNginx,
     {"--disable-sync-events"},
     [](const Options& o) { return o.writers.disable_sync_events; }},
    {"election_id",
     kIngressNginx,
     {"--election-id=own"},
     [](const Options& o) { return o.writers.election_id == "own"; }},
    {"no_election",
     kIngressNginx,
     {"--disable-leader-election"},
     [](const Options& o) { return o.writers.disable_leader_election; }},
    {"health",
     kIngressNginx,
     {"--healthz-port=1", "--health-check-path=/up"},
     [](const Options& o) { return o.healthz_port == 1 && o.health_check_path == "/up"; }},
    {"no_other_server",
     kIngressNginx,
     {"--apiserver-host=", "--certificate-authority="},
     [](const Options& o) { return o.without_effect.empty(); }},
    {"host_v6",
     kIngressNginx,
     {"--healthz-host=::1"},
     [](const Options& o) { return o.healthz_host == "::1"; }},
    {"manifests",
     kOurs,
     {"--manifests=/etc/objects"},
     [](const Options& o) {
         return o.manifests == "/etc/objects" && o.translation.no_api_server &&
                o.translation.allow_loopback_endpoints;
     }},
    {"known_without_effect",
     kIngressNginx,
     {"--deep-inspect=false", "--sync-period", "1s", "--profiling", "-v", "3"},
     [](const Options& o) {
         return o.without_effect ==
                std::vector<std::string>{"--deep-inspect", "--sync-period", "--profiling", "-v"};
     }},
    {"verbosity_in_its_long_form",
     kIngressNginx,
     {"--v=2", "--sync-rate-limit=0.3"},
     [](const Options& o) {
         return o.without_effect == std::vector<std::string>{"--sync-rate-limit", "-v"};
     }},
};

class GoodOptionsTest : public testing::TestWithParam<Good> {};

TEST_P(GoodOptionsTest, Parses) {
    const Good& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto options = parse(c.arguments);
    ASSERT_TRUE(options.has_value()) << options.error().text;
    EXPECT_TRUE(c.holds(*options));
}

INSTANTIATE_TEST_SUITE_P(Flags, GoodOptionsTest, testing::ValuesIn(kGood),
                         [](const auto& info) { return info.param.name; });

struct Bad {
    const char* name;
    Arguments arguments;
    const char* complaint;
};

const Bad kBad[] = {
    {"unknown", {"--htp-port=1"}, "unknown flag --htp-port"},
    {"prefix_of_a_flag", {"--http-por=1"}, "unknown flag --http-por"},
    {"one_dash", {"-http-port=1"}, "unknown flag -http-port=1"},
    {"unknown_after_version", {"version", "--foo"}, "unknown flag --foo"},
    {"argument", {"serve"}, "unknown argument serve"},
    {"check_of_nothing", {"check"}, "FILE is required, or --from-cluster"},
    {"webhook_alone",
     {"--validating-webhook=:8443", "--validating-webhook-key=a"},
     "--validating-webhook needs either --validating-webhook-certificate and -key, or "
     "--validating-webhook-secret and -configuration"},
    {"webhook_with_both",
     {"--validating-webhook=:8443", "--validating-webhook-key=a",
      "--validating-webhook-certificate=b", "--validating-webhook-secret=a/b",
      "--validating-webhook-configuration=c"},
     "--validating-webhook needs either --validating-webhook-certificate and -key, or "
     "--validating-webhook-secret and -configuration"},
    {"webhook_without_port",
     {"--validating-webhook=10.0.0.1"},
     "--validating-webhook: \"10.0.0.1\" is not of the form [IP]:PORT"},
    {"webhook_on_a_port_of_ours",
     {"--validating-webhook=:443", "--validating-webhook-certificate=a",
      "--validating-webhook-key=b"},
     "--https-port and --validating-webhook are both 443"},
    {"check_of_two", {"check", "--from-cluster", "a"}, "--from-cluster excludes files"},
    {"explain_nothing", {"explain"}, "URL is required"},
    {"check_output", {"check", "--output=xml", "a"}, "--output: \"xml\" is not text or json"},
    {"output_without_check", {"--output=json"}, "unknown flag --output"},
    {"port_too_large", {"--http-port=65536"}, "--http-port: \"65536\" is not a port (0 to 65535)"},
    {"port_negative", {"--http-port=-1"}, "--http-port: \"-1\" is not a port (0 to 65535)"},
    {"port_not_a_number",
     {"--admin-port=http"},
     "--admin-port: \"http\" is not a port (0 to 65535)"},
    {"port_twice", {"--http-port=10254"}, "--http-port and --healthz-port are both 10254"},
    {"no_value", {"--http-port"}, "--http-port: 1 required PORT missing"},
    {"no_namespace",
     {"--configmap=settings"},
     "--configmap: \"settings\" is not of the form NAMESPACE/NAME"},
    {"udp_services_without_namespace",
     {"--udp-services-configmap=udp"},
     "--udp-services-configmap: \"udp\" is not of the form NAMESPACE/NAME"},
    {"empty_name", {"--configmap=ns/"}, "--configmap: \"ns/\" is not of the form NAMESPACE/NAME"},
    {"three_parts",
     {"--default-ssl-certificate=a/b/c"},
     "--default-ssl-certificate: \"a/b/c\" is not of the form NAMESPACE/NAME"},
    {"other_server",
     {"--apiserver-host=https://10.0.0.1:6443"},
     "--apiserver-host is not followed: the API server and its authority are named by a file for "
     "--kubeconfig"},
    {"other_authority",
     {"--certificate-authority", "ca.crt"},
     "--certificate-authority is not followed: the API server and its authority are named by a "
     "file "
     "for --kubeconfig"},
    {"host_name",
     {"--healthz-host=localhost"},
     "--healthz-host: \"localhost\" is not an IP address"},
    {"path", {"--health-check-path=up"}, "--health-check-path: \"up\" does not begin with a slash"},
    {"format", {"--log-format=xml"}, "--log-format: \"xml\" is not text or json"},
    {"io", {"--io=kqueue"}, "--io: \"kqueue\" is not auto, epoll or uring"},
    {"workers", {"--workers=-1"}, "--workers: \"-1\" is not a number of workers (0 to 1024)"},
    {"grace",
     {"--shutdown-grace-period=5m"},
     "--shutdown-grace-period: \"5m\" is not a number of seconds (0 to 86400)"},
    {"ttl_too_long", {"--election-ttl=2h"}, "--election-ttl: \"2h\" is not a time from 1s to 1h"},
    {"ttl_without_sense",
     {"--election-ttl=soon"},
     "--election-ttl: \"soon\" is not a time from 1s to 1h"},
    {"two_addresses",
     {"--publish-service=a/b", "--publish-status-address=192.0.2.1"},
     "--publish-service and --publish-status-address exclude each other"},
    {"selector",
     {"--watch-namespace-selector=team in a"},
     "--watch-namespace-selector: \"team in a\" is no label selector: an opening bracket is "
     "missing "
     "before a"},
    {"two_scopes",
     {"--watch-namespace=a", "--watch-namespace-selector=b"},
     "--watch-namespace excludes --watch-namespace-selector"},
    {"two_sources", {"--manifests=a", "--kubeconfig=b"}, "--kubeconfig excludes --manifests"},
};

class BadOptionsTest : public testing::TestWithParam<Bad> {};

TEST_P(BadOptionsTest, IsOneClearLine) {
    const Bad& c = GetParam();
    const auto options = parse(c.arguments);
    ASSERT_FALSE(options.has_value());
    EXPECT_EQ(options.error().code, 2);
    EXPECT_EQ(options.error().text,
              std::string("breakwater: ") + c.complaint + " (see breakwater --help)\n");
}

INSTANTIATE_TEST_SUITE_P(Flags, BadOptionsTest, testing::ValuesIn(kBad),
                         [](const auto& info) { return info.param.name; });

TEST(Options, HelpFitsTheScreenAndSaysEveryDefault) {
    for (const char* flag : {"--help", "-h"}) {
        const auto options = parse({flag});
        ASSERT_FALSE(options.has_value());
        EXPECT_EQ(options.error().code, 0);
        const std::string& help = options.error().text;
        std::istringstream lines(help);
        for (std::string line; std::getline(lines, line);) EXPECT_LT(line.size(), 100u) << line;
        for (const char* part : {"Usage: breakwater", "\nPorts:\n", "--http-port PORT",
                                 "clients, plain (default 80)", "(default nginx)"}) {
            EXPECT_NE(help.find(part), std::string::npos) << part;
        }
        EXPECT_NE(help.find("--validating-webhook-certificate FILE\n                     "),
                  std::string::npos);
        EXPECT_EQ(help.find("--deep-inspect"), std::string::npos);
    }
}

TEST(Options, VersionSaysWhatIsInside) {
    for (const char* word : {"version", "--version"}) {
        const auto options = parse({word});
        ASSERT_FALSE(options.has_value());
        EXPECT_EQ(options.error().code, 0);
        EXPECT_EQ(options.error().text, "breakwater 1.2.3\n");
    }
}

TEST(Options, CheckTakesPathsAndTheFlagsThatDecideWhatIsOurs) {
    const auto options = parse({"check", "a.yaml", "--ingress-class=own", "b", "--output", "json"});
    ASSERT_TRUE(options.has_value());
    ASSERT_TRUE(options->check.has_value());
    EXPECT_EQ(options->check->from.paths, (std::vector<std::string>{"a.yaml", "b"}));
    EXPECT_TRUE(options->check->json);
    EXPECT_EQ(options->translation.ingress_class, "own");
    EXPECT_FALSE(parse({})->check.has_value());
}

TEST(Options, CheckOfACluster) {
    const auto options = parse({"check", "--from-cluster", "--kubeconfig=config"});
    ASSERT_TRUE(options.has_value()) << options.error().text;
    EXPECT_TRUE(options->check->from.cluster);
    EXPECT_EQ(options->kubeconfig, "config");
}

TEST(Options, CheckOfTheControllersDirectory) {
    const auto options = parse({"check", "--manifests=objects"});
    ASSERT_TRUE(options.has_value()) << options.error().text;
    EXPECT_EQ(options->check->from.paths, std::vector<std::string>{"objects"});
}

TEST(Options, ExplainTakesARequestAsCurlDoes) {
    const auto options = parse({"explain", "-XPOST", "http://a.example/b", "-H", "Host: b.example",
                                "-H", "X-One: 1", "one.yaml", "two.yaml"});
    ASSERT_TRUE(options.has_value()) << options.error().text;
    ASSERT_TRUE(options->explain.has_value());
    EXPECT_EQ(options->explain->url, "http://a.example/b");
    EXPECT_EQ(options->explain->method, "POST");
    EXPECT_EQ(options->explain->headers, (std::vector<std::string>{"Host: b.example", "X-One: 1"}));
    EXPECT_EQ(options->explain->from.paths, (std::vector<std::string>{"one.yaml", "two.yaml"}));
    EXPECT_FALSE(options->check.has_value());
}

TEST(Options, ExplainAsksTheRunningInstanceWhereNothingElseIsNamed) {
    const auto options = parse({"explain", "http://a.example/"});
    ASSERT_TRUE(options.has_value()) << options.error().text;
    EXPECT_TRUE(options->explain->from.nothing());
    EXPECT_EQ(options->explain->method, "GET");
}

TEST(Options, TheHelpOfACommandSaysHowItIsUsed) {
    struct Command {
        const char* name;
        std::vector<const char*> parts;
    };
    for (const Command& command :
         {Command{"check", {"Usage: breakwater check [flags] FILE|DIR...\n", "--from-cluster"}},
          Command{"explain",
                  {"Usage: breakwater explain [flags] URL", "-H,--header FIELD", "-X"}}}) {
        const auto options = parse({command.name, "--help"});
        ASSERT_FALSE(options.has_value());
        EXPECT_EQ(options.error().code, 0);
        const std::string& help = options.error().text;
        std::istringstream lines(help);
        for (std::string line; std::getline(lines, line);) EXPECT_LT(line.size(), 100u) << line;
        for (const char* part : command.parts) EXPECT_NE(help.find(part), help.npos) << part;
        for (const char* part : {"--output FORMAT", "\nIngresses:\n", "--kubeconfig FILE"}) {
            EXPECT_NE(help.find(part), help.npos) << part;
        }
        EXPECT_EQ(help.find("--http-port"), help.npos) << "it decides nothing here";
    }
}

TEST(Options, ThereIsAProcessorToRunOn) { EXPECT_GE(usable_processors(), 1); }

}  // namespace
}  // namespace breakwater::cmd
