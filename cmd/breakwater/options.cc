#include "cmd/breakwater/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "cmd/breakwater/options_help.h"
#include "cmd/breakwater/options_known.h"
#include "cmd/breakwater/processors.h"
#include "controller/kube/selector.h"
#include "controller/translate/value.h"
#include "proxy/base/address.h"
#include "proxy/base/ascii.h"

namespace breakwater::cmd {
namespace {

constexpr const char* kAbout =
    "Breakwater carries a Kubernetes cluster's incoming HTTP traffic as its Ingresses say.";
constexpr int kMistake = 2;
constexpr int kMaxWorkers = 1024;

template <class Value>
using Choices = std::map<std::string, Value, std::less<>>;
const Choices<log::Format> kFormats{{"text", log::Format::text}, {"json", log::Format::json}};
const Choices<log::Level> kLevels{{"debug", log::Level::debug},
                                  {"info", log::Level::info},
                                  {"warn", log::Level::warn},
                                  {"error", log::Level::error}};

const Choices<bool> kOutputs{{"text", false}, {"json", true}};
const Choices<std::optional<Io>> kIos{
    {"auto", std::nullopt}, {"epoll", Io::epoll}, {"uring", Io::uring}};

/// What the flags are written into before it is checked as a whole.
struct Given {
    Options options;
    std::string configmap;
    std::string tcp_services;
    std::string udp_services;
    std::string default_certificate;
    std::string ticket_secret;
    std::string default_backend;
    std::string zone;
    std::string publish_service;
    std::string election_ttl = "10s";
    int status_seconds = 60;
    std::string webhook;
    std::string webhook_secret;
    int grace_seconds = 0;
    std::string io = "auto";
    std::string log_format = "text";
    std::string log_level = "info";
    ExplainCommand explain;
    ObjectsFrom from;
    std::string output = "text";
    bool version = false;
};

std::optional<kube::Key> key_of(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) return {};
    if (text.find('/', slash + 1) != std::string_view::npos) return {};
    kube::Key key;
    key.namespace_name = text.substr(0, slash);
    key.name = text.substr(slash + 1);
    return key;
}

/// A check with its complaint; it says nothing in `--help`.
template <class Check>
CLI::Validator check(Check is_good, const char* complaint) {
    return CLI::Validator(
        [is_good, complaint](std::string& value) {
            return is_good(value) ? std::string() : fmt::format("\"{}\" {}", value, complaint);
        },
        "");
}

CLI::Validator object_name() {
    return check([](const std::string& text) { return text.empty() || key_of(text); },
                 "is not of the form NAMESPACE/NAME");
}

/// `:8443` is all addresses, as with Go.
std::optional<SocketAddress> listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    int port = 0;
    if (colon == text.npos ||
        !CLI::detail::lexical_cast(std::string(text.substr(colon + 1)), port) || port < 1 ||
        port > 65535) {
        return {};
    }
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto ip = IpAddress::parse(host.empty() ? "::" : std::string(host));
    if (!ip) return {};
    return SocketAddress{*ip, static_cast<std::uint16_t>(port)};
}

CLI::Validator label_selector() {
    return CLI::Validator(
        [](std::string& value) {
            const auto mistake = kube::mistake_in_selector(value);
            return mistake ? fmt::format("\"{}\" {}", value, *mistake) : std::string();
        },
        "");
}

CLI::Validator port() {
    return check(
        [](const std::string& text) {
            int value = -1;
            return CLI::detail::lexical_cast(text, value) && value >= 0 && value <= 65535;
        },
        "is not a port (0 to 65535)");
}

CLI::Validator whole_number(int least, int most, const char* complaint) {
    return check(
        [least, most](const std::string& text) {
            int value = 0;
            return CLI::detail::lexical_cast(text, value) && value >= least && value <= most;
        },
        complaint);
}

template <class Value>
CLI::Validator one_of(const Choices<Value>& choices, const char* complaint) {
    return check([&choices](const std::string& text) { return choices.contains(text); }, complaint);
}

template <class Value>
CLI::Option* add(CLI::App& app, const char* name, Value& into, const char* value_name,
                 const char* text) {
    return app.add_option(name, into, text)->type_name(value_name)->capture_default_str();
}

CLI::Option* add_switch(CLI::App& app, const char* name, bool& into, const char* text) {
    return app.add_flag(name, into, text)->capture_default_str();
}

void add_sources(CLI::App& app, Given& given) {
    Options& to = given.options;
    std::vector<CLI::Option*> of_cluster{
        add(app, "--kubeconfig", to.kubeconfig, "FILE",
            "how to reach the API server; without it the pod's own access"),
        add(app, "--service-account-dir", to.service_account_dir, "DIR",
            "the pod's own access: token, ca.crt, namespace")
            ->default_str(""),
        add(app, "--watch-namespace", to.watch_namespace, "NS", "this namespace only"),
        add(app, "--watch-namespace-selector", to.watch_namespace_selector, "LABELS",
            "Ingresses of the namespaces with these labels only")
            ->check(label_selector())
            ->excludes("--watch-namespace"),
    };
    CLI::Option* const manifests = add(app, "--manifests", to.manifests, "DIR",
                                       "no cluster: the objects are YAML files in DIR");
    for (CLI::Option* option : of_cluster) manifests->excludes(option);
    add(app, "--configmap", given.configmap, "NS/NAME", "the ConfigMap of global settings")
        ->check(object_name());
    add(app, "--tcp-services-configmap", given.tcp_services, "NS/NAME",
        "the ConfigMap of TCP services")
        ->check(object_name());
    add(app, "--udp-services-configmap", given.udp_services, "NS/NAME",
        "the ConfigMap of UDP services")
        ->check(object_name());
    for (CLI::Option* option : app.get_options()) {
        if (option->get_group() == "Options") option->group("Objects");
    }
}

void add_selection(CLI::App& app, Given& given) {
    translate::Options& to = given.options.translation;
    std::vector<CLI::Option*> all{
        add(app, "--controller-class", to.controller_class, "NAME", "its IngressClasses are ours"),
        add(app, "--ingress-class", to.ingress_class, "NAME",
            "so are Ingresses with this old annotation"),
        add_switch(app, "--ingress-class-by-name", to.ingress_class_by_name,
                   "so is an IngressClass of that name"),
        add_switch(app, "--watch-ingress-without-class", to.watch_ingress_without_class,
                   "so are Ingresses without a class"),
        add(app, "--annotations-prefix", to.annotations_prefix, "PREFIX", "of the annotations")
            ->check(check([](const std::string& text) { return !text.empty(); }, "is empty")),
        add(app, "--default-ssl-certificate", given.default_certificate, "NS/NAME",
            "a Secret; else a self-made certificate")
            ->check(object_name()),
        add(app, "--session-ticket-secret", given.ticket_secret, "NS/NAME",
            "a Secret that replicas share for TLS session tickets")
            ->check(object_name()),
        add(app, "--default-backend-service", given.default_backend, "NS/NAME",
            "answers what nothing matches; else a 404")
            ->check(object_name()),
        add_switch(app, "--enable-ssl-passthrough", to.enable_ssl_passthrough,
                   "whether the annotation ssl-passthrough counts"),
        add_switch(app, "--disable-catch-all", to.disable_catch_all,
                   "no Ingress answers for hosts that it does not name"),
        add_switch(app, "--disable-svc-external-name", to.disable_external_names,
                   "no Service of type ExternalName is served"),
        add_switch(app, "--enable-topology-aware-routing", given.options.topology_aware_routing,
                   "zone hints of EndpointSlices count"),
        add(app, "--topology-zone", given.zone, "ZONE", "the zone that this process runs in"),
    };
    for (CLI::Option* option : all) option->group("Ingresses");
}

/// A ttl that a Lease can hold and that its parts can be told apart in.
std::optional<std::chrono::seconds> read_ttl(const std::string& text) {
    const auto time = translate::parse_time(text);
    const bool good = time && *time >= std::chrono::seconds(1) && *time <= std::chrono::hours(1);
    return good ? std::optional(*time) : std::nullopt;
}

void add_writers(CLI::App& app, Given& given) {
    WriterOptions& to = given.options.writers;
    std::vector<CLI::Option*> all{
        add_switch(app, "--update-status", to.update_status, "whether Ingresses get a status")
            ->default_str("true"),
        add(app, "--publish-service", given.publish_service, "NS/NAME",
            "this Service's addresses are the status")
            ->check(object_name()),
        add(app, "--publish-status-address", to.publish_status_address, "LIST",
            "these addresses are the status"),
        add_switch(app, "--report-node-internal-ip-address", to.report_node_internal_ip_address,
                   "of nodes the internal address"),
        add(app, "--status-update-interval", given.status_seconds, "SECONDS",
            "how often the status is looked after")
            ->check(whole_number(1, 24 * 3600, "is not a number of seconds (1 to 86400)")),
        add_switch(app, "--update-status-on-shutdown", to.update_status_on_shutdown,
                   "whether the last replica clears it")
            ->default_str("true"),
        add_switch(app, "--disable-sync-events", to.disable_sync_events,
                   "no Event for an Ingress that has come or changed"),
        add(app, "--election-id", to.election_id, "NAME", "the Lease of the election")
            ->check(check([](const std::string& text) { return !text.empty(); }, "is empty")),
        add(app, "--election-ttl", given.election_ttl, "TIME", "after which another one may lead")
            ->check(check([](const std::string& text) { return read_ttl(text).has_value(); },
                          "is not a time from 1s to 1h")),
        add_switch(app, "--disable-leader-election", to.disable_leader_election,
                   "every replica writes: for a single one"),
    };
    for (CLI::Option* option : all) option->group("What is written to the cluster");
}

void add_ports(CLI::App& app, Given& given) {
    Options& to = given.options;
    const auto is_address = [](const std::string& text) {
        return text.empty() || IpAddress::parse(text).has_value();
    };
    const auto is_path = [](const std::string& text) { return text.starts_with('/'); };
    std::vector<CLI::Option*> all{
        add(app, "--http-port", to.http_port, "PORT", "clients, plain")->check(port()),
        add(app, "--https-port", to.https_port, "PORT", "clients, TLS")->check(port()),
        add(app, "--healthz-port", to.healthz_port, "PORT", "/healthz, /readyz, /metrics")
            ->check(port()),
        add(app, "--healthz-host", to.healthz_host, "IP", "its address; without it all of them")
            ->check(check(is_address, "is not an IP address")),
        add(app, "--health-check-path", to.health_check_path, "PATH", "the path of /healthz")
            ->check(check(is_path, "does not begin with a slash")),
        add(app, "--admin-port", to.admin_port, "PORT", "/debug/*, on 127.0.0.1 only; 0: none")
            ->check(port()),
        add_switch(app, "--enable-metrics", to.enable_metrics, "whether there is /metrics")
            ->default_str("true"),
    };
    for (CLI::Option* option : all) option->group("Ports");
}

void add_webhook(CLI::App& app, Given& given) {
    WebhookOptions& to = given.options.webhook;
    std::vector<CLI::Option*> all{
        add(app, "--validating-webhook", given.webhook, "ADDRESS",
            "where the API server asks about Ingresses, such as :8443")
            ->check(
                check([](const std::string& text) { return text.empty() || listen_address(text); },
                      "is not of the form [IP]:PORT")),
        add(app, "--validating-webhook-certificate", to.certificate, "FILE",
            "what it is shown there, in PEM form")
            ->default_str(""),
        add(app, "--validating-webhook-key", to.key, "FILE", "the key of that")->default_str(""),
        add(app, "--validating-webhook-secret", given.webhook_secret, "NS/NAME",
            "or: a Secret in which replicas keep one of their own")
            ->check(object_name()),
        add(app, "--validating-webhook-configuration", to.configuration, "NAME",
            "which then is made to trust that"),
    };
    for (CLI::Option* option : all) option->group("Admission");
}

void add_process(CLI::App& app, Given& given) {
    Options& to = given.options;
    std::vector<CLI::Option*> all{
        add(app, "--workers", to.workers, "N", "worker threads; 0: one for each usable processor")
            ->check(whole_number(0, kMaxWorkers, "is not a number of workers (0 to 1024)")),
        add(app, "--io", given.io, "KIND", "auto, epoll or uring (io_uring)")
            ->check(one_of(kIos, "is not auto, epoll or uring")),
        add(app, "--shutdown-grace-period", given.grace_seconds, "SECONDS",
            "serve on for so long after SIGTERM")
            ->check(whole_number(0, 24 * 3600, "is not a number of seconds (0 to 86400)")),
        add(app, "--log-format", given.log_format, "FORMAT", "text or json")
            ->check(one_of(kFormats, "is not text or json")),
        add(app, "--log-level", given.log_level, "LEVEL", "debug, info, warn or error")
            ->check(one_of(kLevels, "is not debug, info, warn or error")),
        app.add_flag("--version", given.version, "print the version and exit"),
    };
    for (CLI::Option* option : all) option->group("Process");
    app.set_help_flag("-h,--help", "print this and exit")->group("Process");
}

/// What the commands that look at objects have in common.
CLI::App* add_command(CLI::App& app, const char* name, const char* text, Given& given) {
    CLI::App* const command = app.add_subcommand(name, text)->group("")->fallthrough();
    command->set_help_flag("-h,--help", "print this and exit");
    add(*command, "--output", given.output, "FORMAT", "text or json")
        ->check(one_of(kOutputs, "is not text or json"));
    command->add_flag("--from-cluster", given.from.cluster,
                      "of the objects of a cluster (see --kubeconfig)");
    return command;
}

/// Last, so that other arguments come before the files.
void add_paths(CLI::App& command, Given& given) {
    command.add_option("FILE", given.from.paths, "manifests, or directories of them")
        ->type_name("");
}

CLI::App* add_check(CLI::App& app, Given& given) {
    CLI::App* const check =
        add_command(app, "check",
                    "Says what is wrong with manifests, or with the objects of "
                    "a cluster: what a Breakwater\nthat has them would log. "
                    "Exit code 1 where something asked for would not be served.",
                    given);
    add_paths(*check, given);
    return check;
}

CLI::App* add_explain(CLI::App& app, Given& given) {
    ExplainCommand& to = given.explain;
    CLI::App* const explain =
        add_command(app, "explain",
                    "Says what becomes of a request: which Ingress and rule decide, which filters "
                    "it passes, which\n"
                    "endpoints are behind them, and why other rules that match do not count.",
                    given);
    add(*explain, "-X,--request", to.method, "METHOD", "the request's method");
    explain
        ->add_option("-H,--header", to.headers, "a field of it, 'Name: value'; as often as wanted")
        ->type_name("FIELD")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    explain->add_option("URL", to.url, "of the request")->type_name("")->required();
    add_paths(*explain, given);
    return explain;
}

/// Flags of ingress-nginx that it would be wrong to ignore: who gives them means another API server.
constexpr std::array kRefused{"--apiserver-host", "--certificate-authority"};

void add_refused(CLI::App& app) {
    for (const char* name : kRefused) app.add_option(name)->expected(1)->group("");
}

/// Hidden in `--help`; what was given is found by its count.
std::vector<CLI::Option*> add_known(CLI::App& app) {
    std::vector<CLI::Option*> known;
    for (const KnownFlag& flag : kKnownFlags) {
        const std::string name(flag.name);
        CLI::Option* const option =
            flag.takes_value ? app.add_option(name)->expected(1) : app.add_flag(name);
        known.push_back(option->group(""));
    }
    return known;
}

/// As CLI11 takes them. It would call the value of `--name=` missing; Go's flags have an empty one.
std::vector<std::string> last_to_first(std::span<const char* const> arguments) {
    std::vector<std::string> reversed;
    for (std::size_t i = arguments.size(); i-- > 0;) {
        std::string argument = arguments[i];
        if (argument.starts_with("--") && argument.find('=') + 1 == argument.size()) {
            argument.pop_back();
            reversed.emplace_back();
        }
        reversed.push_back(std::move(argument));
    }
    return reversed;
}

/// A whole word behind one dash: CLI11 would read `-http-port` as `-h` and more.
const char* one_dash_word(std::span<const char* const> arguments) {
    const auto found = std::ranges::find_if(arguments, [](const std::string_view argument) {
        return argument.size() > 2 && argument[0] == '-' && is_alpha(argument[1]) &&
               !argument.starts_with("-v") && !argument.starts_with("-X") &&
               !argument.starts_with("-H");
    });
    return found == arguments.end() ? nullptr : *found;
}

std::unexpected<Exit> mistake(const std::string& text) {
    return std::unexpected(
        Exit{kMistake, fmt::format("breakwater: {} (see breakwater --help)\n", text)});
}

/// Two of our own ports that are the same one.
std::optional<std::string> clash(const Options& options) {
    const int webhook = options.webhook.address ? options.webhook.address->port : 0;
    const std::array<std::pair<const char*, int>, 5> ports{
        {{"--http-port", options.http_port},
         {"--https-port", options.https_port},
         {"--healthz-port", options.healthz_port},
         {"--admin-port", options.admin_port},
         {"--validating-webhook", webhook}}};
    for (std::size_t a = 0; a < ports.size(); ++a) {
        for (std::size_t b = a + 1; b < ports.size(); ++b) {
            if (ports[a].second == 0 || ports[a].second != ports[b].second) continue;
            return fmt::format("{} and {} are both {}", ports[a].first, ports[b].first,
                               ports[a].second);
        }
    }
    return {};
}

/// Both would say what the status has.
std::optional<std::string> clash(const WriterOptions& options) {
    if (!options.publish_service || options.publish_status_address.empty()) return {};
    return "--publish-service and --publish-status-address exclude each other";
}

std::optional<std::string> incomplete(const WebhookOptions& webhook) {
    if (!webhook.address) return {};
    const bool has_files = !webhook.certificate.empty() && !webhook.key.empty();
    const bool has_secret = webhook.secret && !webhook.configuration.empty();
    if (has_files != has_secret) return {};
    return "--validating-webhook needs either --validating-webhook-certificate and -key, or "
           "--validating-webhook-secret and -configuration";
}

std::optional<std::string> refused(const CLI::App& app) {
    for (const char* name : kRefused) {
        const CLI::Option* const option = app.get_option(name);
        if (option->count() == 0 || option->as<std::string>().empty()) continue;
        return fmt::format(
            "{} is not followed: the API server and its authority are named by a file for "
            "--kubeconfig",
            name);
    }
    return {};
}

/// What CLI11 says, on one line and in our words where it speaks of its own.
std::string complaint_of(const CLI::ParseError& error, const CLI::App& app) {
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty()) {
        const bool flag = unknown.front().starts_with('-');
        return fmt::format("unknown {} {}", flag ? "flag" : "argument",
                           unknown.front().substr(0, unknown.front().find('=')));
    }
    std::string text = error.what();
    std::ranges::replace(text, '\n', ' ');
    return text;
}

/// The command that was given, `check` or `explain`. @return a mistake in it
std::optional<std::string> settle_command(const CLI::App& check, Given& given) {
    ObjectsFrom& from = given.from;
    const std::string manifests = given.options.manifests.string();
    if (!manifests.empty()) from.paths.push_back(manifests);
    if (from.cluster && !from.paths.empty()) return "--from-cluster excludes files";
    const bool json = kOutputs.at(given.output);
    if (!check.parsed()) {
        given.options.explain = std::move(given.explain);
        given.options.explain->from = std::move(from);
        given.options.explain->json = json;
        return {};
    }
    if (from.nothing()) return "FILE is required, or --from-cluster";
    given.options.check = CheckCommand{.from = std::move(from), .json = json};
    return {};
}

Options finish(Given& given, const std::vector<CLI::Option*>& known) {
    Options options = std::move(given.options);
    translate::Options& translation = options.translation;
    translation.configmap = key_of(given.configmap);
    translation.tcp_services = key_of(given.tcp_services);
    translation.udp_services = key_of(given.udp_services);
    translation.own_ports = {options.http_port, options.https_port, options.healthz_port,
                             options.admin_port};
    if (options.webhook.address) translation.own_ports.insert(options.webhook.address->port);
    translation.default_ssl_certificate = key_of(given.default_certificate);
    translation.session_ticket_secret = key_of(given.ticket_secret);
    translation.default_backend_service = key_of(given.default_backend);
    translation.select_namespaces = !options.watch_namespace_selector.empty();
    if (options.topology_aware_routing) translation.zone = given.zone;
    translation.no_api_server = !options.manifests.empty();
    translation.allow_loopback_endpoints = !options.manifests.empty();
    options.writers.status_update_interval = std::chrono::seconds(given.status_seconds);
    options.writers.election_ttl = read_ttl(given.election_ttl).value();
    options.io = kIos.at(given.io);
    options.log_format = kFormats.at(given.log_format);
    options.log_level = kLevels.at(given.log_level);
    options.shutdown_grace_period = std::chrono::seconds(given.grace_seconds);
    if (options.workers == 0) options.workers = usable_processors();
    for (std::size_t i = 0; i < known.size(); ++i) {
        const std::string_view name = kKnownFlags[i].name;
        if (known[i]->count() > 0) options.without_effect.emplace_back(name, 0, name.find(','));
    }
    return options;
}

}  // namespace

std::expected<Options, Exit> parse_options(std::span<const char* const> arguments,
                                           const std::string& version_text) {
    if (const char* word = one_dash_word(arguments)) {
        return mistake(fmt::format("unknown flag {}", word));
    }
    Given given;
    CLI::App app(kAbout, "breakwater");
    app.formatter(std::make_shared<HelpFormat>());
    app.set_help_flag();  // added last, where it is to be read
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);  // as Go's flags
    add_sources(app, given);
    add_selection(app, given);
    add_writers(app, given);
    add_ports(app, given);
    add_webhook(app, given);
    add_process(app, given);
    add_refused(app);
    const std::vector<CLI::Option*> known = add_known(app);
    const CLI::App* const check = add_check(app, given);
    const CLI::App* const explain = add_explain(app, given);
    const CLI::App* const version = app.add_subcommand("version", "as --version")->group("");

    try {
        app.parse(last_to_first(arguments));
    } catch (const CLI::CallForHelp&) {
        return std::unexpected(Exit{0, app.help()});
    } catch (const CLI::ParseError& error) {
        return mistake(complaint_of(error, app));
    }
    if (given.version || version->parsed()) return std::unexpected(Exit{0, version_text});
    given.options.writers.publish_service = key_of(given.publish_service);
    given.options.webhook.address = listen_address(given.webhook);
    given.options.webhook.secret = key_of(given.webhook_secret);
    if (const auto text = refused(app)) return mistake(*text);
    if (const auto text = clash(given.options)) return mistake(*text);
    if (const auto text = clash(given.options.writers)) return mistake(*text);
    if (const auto text = incomplete(given.options.webhook)) return mistake(*text);
    if (check->parsed() || explain->parsed()) {
        if (const auto text = settle_command(*check, given)) return mistake(*text);
    }
    return finish(given, known);
}

}  // namespace breakwater::cmd
