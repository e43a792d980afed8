#pragma once
// What an Ingress may say about its requests: one struct per feature, merged by the controller, so
// that the traffic half never looks anything up. Names and defaults are those of ingress-nginx.
//
// `each_member(each, of...)` calls `each(name, of.member...)` for each member, by its name in a dump: what goes
// through all of them (dump_policy.cc) needs no line for a new one. dump_test.cc counts them.
//
// A default that is long (a list of methods) is an empty text here, and a constant where it is used: each location has one.
//
// Values; any thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "proxy/table/backend_tls.h"
#include "proxy/table/client_certificate.h"
#include "proxy/table/fastcgi.h"

namespace breakwater::table {

/// `permanent-redirect` and `temporal-redirect`: every request is answered with `url` as it stands.
struct RedirectPolicy {
    std::string url;  ///< absolute http or https URL; empty: no redirect
    int status = 301;
    bool operator==(const RedirectPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("url", of.url...);
        each("status", of.status...);
    }
};

/// From http to https: `ssl-redirect`, `force-ssl-redirect`, `http-redirect-code`.
struct HttpsRedirectPolicy {
    bool enabled = false;  ///< already decided: the host has TLS, or the redirect is forced
    int status = 308;
    bool preserve_trailing_slash = false;
    bool operator==(const HttpsRedirectPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("enabled", of.enabled...);
        each("status", of.status...);
        each("preserve_trailing_slash", of.preserve_trailing_slash...);
    }
};

/// `Strict-Transport-Security` (RFC 6797) on answers over https.
struct HstsPolicy {
    bool enabled = true;
    std::chrono::seconds max_age{31536000};
    bool include_subdomains = true;
    bool preload = false;
    bool operator==(const HstsPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("enabled", of.enabled...);
        each("max_age", of.max_age...);
        each("include_subdomains", of.include_subdomains...);
        each("preload", of.preload...);
    }
};

/// `proxy-body-size`.
struct BodySizePolicy {
    std::uint64_t max_bytes = 1024 * 1024;  ///< 0: no limit
    bool operator==(const BodySizePolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("max_bytes", of.max_bytes...);
    }
};

/// `proxy-connect-timeout`, `proxy-read-timeout`, `proxy-send-timeout`. Between two reads or writes,
/// not over a whole message.
struct TimeoutPolicy {
    std::chrono::seconds connect{5};
    std::chrono::seconds read{60};
    std::chrono::seconds send{60};
    bool operator==(const TimeoutPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("connect", of.connect...);
        each("read", of.read...);
        each("send", of.send...);
    }
};

/// `proxy-next-upstream-tries` and `proxy-next-upstream-timeout`.
struct RetryPolicy {
    int tries = 3;                    ///< attempts in all; 0: as many as there are endpoints
    std::chrono::seconds timeout{0};  ///< no further attempt after this long; 0: no limit
    bool operator==(const RetryPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("tries", of.tries...);
        each("timeout", of.timeout...);
    }
};

/// `backend-protocol`.
enum class BackendProtocol : std::uint8_t {
    http,
    https,
    auto_http,  ///< that of the client's connection
    grpc,       ///< HTTP/2 with prior knowledge
    grpcs,      ///< HTTP/2 over TLS
    fcgi,       ///< FastCGI, never over TLS
};

/// How the pods of a location are spoken to: `backend-protocol`, `proxy-ssl-*`.
struct BackendProtocolPolicy {
    BackendProtocol protocol = BackendProtocol::http;
    /// Shared with the host's other locations, as its PEM texts are long. Null: the defaults.
    std::shared_ptr<const BackendTls> tls;
    /// Whether any of its requests may go over TLS.
    [[nodiscard]] bool may_use_tls() const {
        return protocol == BackendProtocol::https || protocol == BackendProtocol::auto_http ||
               protocol == BackendProtocol::grpcs;
    }
    [[nodiscard]] bool speaks_grpc() const {
        return protocol == BackendProtocol::grpc || protocol == BackendProtocol::grpcs;
    }
    bool operator==(const BackendProtocolPolicy& other) const;  ///< compares what is pointed to
};

/// `breakwater.dev/grpc-web`: clients may speak gRPC-Web, which pods of gRPC need not know.
struct GrpcWebPolicy {
    bool enabled = false;  ///< counts where the pods speak gRPC
    bool operator==(const GrpcWebPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) { each("enabled", of.enabled...); }
};

/// All of them, as one location has them.
struct Policies {
    RedirectPolicy redirect;
    HttpsRedirectPolicy https_redirect;
    HstsPolicy hsts;
    BodySizePolicy body_size;
    TimeoutPolicy timeouts;
    RetryPolicy retry;
    BackendProtocolPolicy backend_protocol;
    GrpcWebPolicy grpc_web;
    FastCgiPolicy fastcgi;
    bool operator==(const Policies&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("redirect", of.redirect...);
        each("https_redirect", of.https_redirect...);
        each("hsts", of.hsts...);
        each("body_size", of.body_size...);
        each("timeouts", of.timeouts...);
        each("retry", of.retry...);
        each("backend_protocol", of.backend_protocol...);
        each("grpc_web", of.grpc_web...);
        each("fastcgi", of.fastcgi...);
    }
};

/// `ssl-ciphers` and `ssl-prefer-server-ciphers`.
struct CipherPolicy {
    std::string list;           ///< as TlsSettings::ciphers; empty: what the settings say
    bool prefer_server = true;  ///< our order decides, in TLS 1.3 too; else the client's
    bool operator==(const CipherPolicy&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("list", of.list...);
        each("prefer_server", of.prefer_server...);
    }
};

/// What holds for a host as a whole, whichever of its paths is asked for.
struct HostPolicies {
    ClientCertificatePolicy client_certificate = {};
    CipherPolicy ciphers = {};
    bool operator==(const HostPolicies&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("client_certificate", of.client_certificate...);
        each("ciphers", of.ciphers...);
    }
};

}  // namespace breakwater::table
