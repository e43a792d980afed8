#include "proxy/table/dump_policy.h"

namespace breakwater::table {
namespace {

Json json(const RedirectPolicy& p) { return {{"url", p.url}, {"status", p.status}}; }

Json json(const HttpsRedirectPolicy& p) {
    return {{"enabled", p.enabled},
            {"status", p.status},
            {"preserve_trailing_slash", p.preserve_trailing_slash}};
}

Json json(const HstsPolicy& p) {
    return {{"enabled", p.enabled},
            {"max_age", p.max_age.count()},
            {"include_subdomains", p.include_subdomains},
            {"preload", p.preload}};
}

Json json(const BodySizePolicy& p) { return {{"max_bytes", p.max_bytes}}; }

Json json(const TimeoutPolicy& p) {
    return {{"connect", p.connect.count()}, {"read", p.read.count()}, {"send", p.send.count()}};
}

Json json(const RetryPolicy& p) { return {{"tries", p.tries}, {"timeout", p.timeout.count()}}; }

std::string_view text_of(BackendProtocol protocol) {
    switch (protocol) {
        case BackendProtocol::http: return "http";
        case BackendProtocol::https: return "https";
        case BackendProtocol::auto_http: return "auto_http";
        case BackendProtocol::grpc: return "grpc";
        case BackendProtocol::grpcs: return "grpcs";
        case BackendProtocol::fcgi: return "fcgi";
    }
    return {};
}

/// Neither PEM texts nor the key: the Secret's name stands for them.
Json json(const BackendTls& tls) {
    return {{"secret", tls.secret},
            {"trusts", !tls.ca_pem.empty()},
            {"shows", !tls.key_pem.empty()},
            {"verify", tls.verify},
            {"verify_depth", tls.verify_depth},
            {"name", tls.name},
            {"send_name", tls.send_name},
            {"ciphers", tls.ciphers},
            {"tls12", tls.tls12},
            {"tls13", tls.tls13}};
}

Json json(const BackendProtocolPolicy& p) {
    Json out = {{"protocol", text_of(p.protocol)}};
    if (p.tls) out["tls"] = json(*p.tls);
    return out;
}

Json json(const GrpcWebPolicy& p) { return {{"enabled", p.enabled}}; }

/// Names of parameters: their values are the user's, and may be of no interest to who reads a dump.
Json json(const FastCgiPolicy& p) {
    Json params = Json::array();
    for (const FastCgiParam& param : p.params) params.push_back(param.name);
    return {{"index", p.index}, {"document_root", p.document_root}, {"params", std::move(params)}};
}

Json json(const ClientSettings& s) {
    return {{"keep_alive", s.keep_alive.count()},
            {"keep_alive_requests", s.keep_alive_requests},
            {"header_timeout", s.header_timeout.count()},
            {"body_timeout", s.body_timeout.count()}};
}

Json json(const HeadLimits& s) {
    return {{"line_bytes", s.line_bytes}, {"head_bytes", s.head_bytes}};
}

Json json(const ProxyProtocolSettings& s) {
    return {{"required", s.required}, {"header_timeout", s.header_timeout.count()}};
}

Json json(const ForwardedSettings& s) {
    Json trusted = Json::array();
    for (const AddressRange& range : s.trusted) trusted.push_back(range.to_string());
    return {{"use_headers", s.use_headers},
            {"real_ip", s.real_ip},
            {"for_header", s.for_header},
            {"trusted", std::move(trusted)},
            {"full_list", s.full_list}};
}

Json json(const Http2Settings& s) {
    return {{"offered", s.offered}, {"concurrent_streams", s.concurrent_streams}};
}

Json json(const TlsSettings& s) {
    Json protocols = Json::array();
    if (s.tls12) protocols.push_back("TLSv1.2");
    if (s.tls13) protocols.push_back("TLSv1.3");
    return {{"protocols", std::move(protocols)},
            {"ciphers", s.ciphers},
            {"groups", s.groups},
            {"session_tickets", s.session_tickets},
            {"session_timeout", s.session_timeout.count()},
            {"reject_unknown_names", s.reject_unknown_names},
            {"ocsp", s.ocsp}};
}

Json json(const UpstreamSettings& s) {
    return {{"idle_connections", s.idle_connections},
            {"lifetime", s.lifetime.count()},
            {"idle_timeout", s.idle_timeout.count()},
            {"requests", s.requests}};
}

const char* text_of(ClientVerification verification) {
    switch (verification) {
        case ClientVerification::off: return "off";
        case ClientVerification::required: return "on";
        case ClientVerification::optional: return "optional";
        case ClientVerification::optional_no_ca: return "optional_no_ca";
    }
    return "";
}

Json json(const ClientCertificatePolicy& p) {
    if (p.unusable) return {{"unusable", true}};
    return {{"authorities", p.authorities ? p.authorities->name : ""},
            {"fingerprint", p.authorities ? p.authorities->fingerprint : ""},
            {"verification", text_of(p.verification)},
            {"depth", p.depth},
            {"error_page", p.error_page},
            {"pass_to_upstream", p.pass_to_upstream},
            {"subject", p.subject}};
}

Json json(const CipherPolicy& p) { return {{"list", p.list}, {"prefer_server", p.prefer_server}}; }

Json json(const L4Settings& s) {
    return {{"timeout", s.timeout.count()},
            {"next_upstream", s.next_upstream},
            {"tries", s.tries},
            {"tries_timeout", s.tries_timeout.count()},
            {"responses", s.responses}};
}

Json json(const std::vector<std::string>& texts) { return texts; }
Json json(bool value) { return value; }
Json json(std::chrono::seconds value) { return value.count(); }

template <class T>
void put(Json& into, const char* key, const T& value, const T& standard) {
    if (value != standard) into[key] = json(value);
}

}  // namespace

Json to_json_value(const Policies& policies) {
    const Policies standard;
    Json out = Json::object();
    put(out, "redirect", policies.redirect, standard.redirect);
    put(out, "https_redirect", policies.https_redirect, standard.https_redirect);
    put(out, "hsts", policies.hsts, standard.hsts);
    put(out, "body_size", policies.body_size, standard.body_size);
    put(out, "timeouts", policies.timeouts, standard.timeouts);
    put(out, "retry", policies.retry, standard.retry);
    put(out, "backend_protocol", policies.backend_protocol, standard.backend_protocol);
    put(out, "grpc_web", policies.grpc_web, standard.grpc_web);
    put(out, "fastcgi", policies.fastcgi, standard.fastcgi);
    return out;
}

Json to_json_value(const HostPolicies& policies) {
    const HostPolicies standard;
    Json out = Json::object();
    put(out, "client_certificate", policies.client_certificate, standard.client_certificate);
    put(out, "ciphers", policies.ciphers, standard.ciphers);
    return out;
}

Json to_json_value(const Settings& settings) {
    const Settings standard;
    Json out = Json::object();
    put(out, "client", settings.client, standard.client);
    put(out, "head_limits", settings.head_limits, standard.head_limits);
    put(out, "http2", settings.http2, standard.http2);
    put(out, "proxy_protocol", settings.proxy_protocol, standard.proxy_protocol);
    put(out, "tls", settings.tls, standard.tls);
    put(out, "forwarded", settings.forwarded, standard.forwarded);
    put(out, "upstream", settings.upstream, standard.upstream);
    put(out, "l4", settings.l4, standard.l4);
    put(out, "bind_addresses", settings.bind_addresses, standard.bind_addresses);
    put(out, "disable_ipv6", settings.disable_ipv6, standard.disable_ipv6);
    put(out, "generate_request_id", settings.generate_request_id, standard.generate_request_id);
    put(out, "original_uri", settings.original_uri, standard.original_uri);
    put(out, "via", settings.via, standard.via);
    put(out, "log_default_backend", settings.log_default_backend, standard.log_default_backend);
    put(out, "worker_shutdown_timeout", settings.worker_shutdown_timeout,
        standard.worker_shutdown_timeout);
    return out;
}

}  // namespace breakwater::table
