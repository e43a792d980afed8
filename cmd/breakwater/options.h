#pragma once
// The command line: flags are named and defaulted as ingress-nginx's, where the same thing exists.
//
// Pure; any thread.

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "controller/translate/options.h"
#include "proxy/base/address.h"
#include "proxy/base/log.h"
#include "proxy/reactor/io.h"

namespace breakwater::cmd {

/// Which objects a command looks at.
struct ObjectsFrom {
    std::vector<std::string> paths = {};  ///< of files and directories
    bool cluster = false;                 ///< `--from-cluster`; else the paths
    [[nodiscard]] bool nothing() const { return paths.empty() && !cluster; }
};

/// `breakwater check`.
struct CheckCommand {
    ObjectsFrom from = {};  ///< never nothing
    bool json = false;      ///< `--output json`
};

/// `breakwater explain`. What stands for a request is named as curl names it.
struct ExplainCommand {
    std::string url;
    std::string method = "GET";             ///< `-X`
    std::vector<std::string> headers = {};  ///< `-H`, as written: `Name: value`
    ObjectsFrom from = {};  ///< nothing: the instance that runs here, by its admin port
    bool json = false;      ///< `--output json`
};

/// What a cluster is told: status and Events, by the replica that leads.
struct WriterOptions {
    std::string election_id = "ingress-controller-leader";
    std::chrono::seconds election_ttl{10};
    bool disable_leader_election = false;
    bool update_status = true;
    bool update_status_on_shutdown = true;
    std::chrono::seconds status_update_interval{60};
    std::optional<kube::Key> publish_service;
    std::string publish_status_address;  ///< as given: a list
    bool report_node_internal_ip_address = false;
    bool disable_sync_events = false;
};

/// The admission webhook.
struct WebhookOptions {
    std::optional<SocketAddress> address =
        {};                                  ///< `--validating-webhook`; none: there is no webhook
    std::filesystem::path certificate = {};  ///< a chain in PEM form; read again when it changes
    std::filesystem::path key = {};          ///< the same
    // Where no files are named: our own, in a Secret that replicas share.
    std::optional<kube::Key> secret = {};  ///< `--validating-webhook-secret`
    std::string configuration = {};        ///< a ValidatingWebhookConfiguration that is to trust it
};

/// Everything that the command line decides, checked.
struct Options {
    // Where the objects come from: a directory, or a cluster.
    std::filesystem::path manifests;   ///< `--manifests`; empty: a cluster
    std::filesystem::path kubeconfig;  ///< empty: the pod's own access
    std::filesystem::path service_account_dir = "/var/run/secrets/kubernetes.io/serviceaccount";
    std::string watch_namespace;           ///< empty: all
    std::string watch_namespace_selector;  ///< of labels; empty: all. Never beside watch_namespace
    translate::Options translation;
    bool topology_aware_routing = false;  ///< counts where translation.zone is known
    WriterOptions writers;

    std::uint16_t http_port = 80;
    std::uint16_t https_port = 443;
    std::uint16_t healthz_port = 10254;
    std::string healthz_host;  ///< an IP address; empty: all addresses
    std::string health_check_path = "/healthz";
    std::uint16_t admin_port = 10245;  ///< on 127.0.0.1; 0: none
    bool enable_metrics = true;

    WebhookOptions webhook;

    int workers = 0;       ///< at least 1 once parsed
    std::optional<Io> io;  ///< none: io_uring where it is allowed
    std::chrono::seconds shutdown_grace_period{0};
    log::Format log_format = log::Format::text;
    log::Level log_level = log::Level::info;

    // At most one of them; where there is none the controller runs.
    std::optional<CheckCommand> check;
    std::optional<ExplainCommand> explain;

    /// Flags of ingress-nginx that were given and mean nothing here: for one warning.
    std::vector<std::string> without_effect;
};

/// The process ends here: `--help`, `--version`, or a mistake.
struct Exit {
    int code = 0;      ///< 2 for a mistake
    std::string text;  ///< with its end of line; for stdout where code is 0, else for stderr
};

/// @param arguments  without the program's name.
/// @param version_text  what `--version` prints.
[[nodiscard]] std::expected<Options, Exit> parse_options(std::span<const char* const> arguments,
                                                         const std::string& version_text);

}  // namespace breakwater::cmd
