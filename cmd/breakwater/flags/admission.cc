#include "cmd/breakwater/flags/flag_group.h"
#include "cmd/breakwater/flags/groups.h"

namespace breakwater::cmd {
namespace {

/// `:8443` is all addresses, as with Go.
std::optional<SocketAddress> listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    const auto port = parse_port(text.substr(colon + 1));
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto ip = IpAddress::parse(host.empty() ? "::" : std::string(host));
    if (!port || !ip) return {};
    return SocketAddress{*ip, *port};
}

}  // namespace

void add_admission(CLI::App& app, Options& options) {
    WebhookOptions& to = options.webhook;
    FlagGroup flags(app, "Admission");
    flags.optional<SocketAddress>("--validating-webhook", to.address, "ADDRESS",
                                  "where the API server asks about Ingresses, such as :8443",
                                  listen_address, "is not of the form [IP]:PORT");
    flags.path("--validating-webhook-certificate", to.certificate, "FILE",
               "what it is shown there, in PEM form");
    flags.path("--validating-webhook-key", to.key, "FILE", "the key of that");
    flags.object("--validating-webhook-secret", to.secret,
                 "or: a Secret in which replicas keep one of their own");
    flags.text("--validating-webhook-configuration", to.configuration, "NAME",
               "which then is made to trust that");
}

std::optional<std::string> settle_admission(Options& options) {
    const WebhookOptions& webhook = options.webhook;
    if (!webhook.address) return {};
    const bool has_files = !webhook.certificate.empty() && !webhook.key.empty();
    const bool has_secret = webhook.secret && !webhook.configuration.empty();
    if (has_files != has_secret) return {};
    return "--validating-webhook needs either --validating-webhook-certificate and -key, or "
           "--validating-webhook-secret and -configuration";
}

}  // namespace breakwater::cmd
