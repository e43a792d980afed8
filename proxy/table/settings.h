#pragma once
// What holds for the whole process and may change while it runs: the ConfigMap's keys that belong to
// no location. Names and defaults are those of ingress-nginx, where the same thing exists.
//
// `each_member()` is policy.h's.
//
// Values; any thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "proxy/base/address_range.h"

namespace breakwater::table {

/// How long and how often a client's connection is used: `keep-alive`, `keep-alive-requests`,
/// `client-header-timeout`, `client-body-timeout`.
struct ClientSettings {
    std::chrono::seconds keep_alive{
        75};  ///< idle between two requests; 0: one request a connection
    int keep_alive_requests = 1000;
    std::chrono::seconds header_timeout{60};  ///< for a whole head, from its first byte
    std::chrono::seconds body_timeout{60};    ///< between two reads of a body
    bool operator==(const ClientSettings&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("keep_alive", of.keep_alive...);
        each("keep_alive_requests", of.keep_alive_requests...);
        each("header_timeout", of.header_timeout...);
        each("body_timeout", of.body_timeout...);
    }
};

/// HTTP/2 with clients: `use-http2`, `http2-max-concurrent-streams`.
struct Http2Settings {
    bool offered = true;  ///< by ALPN on the https port, by prior knowledge on the http port
    int concurrent_streams = 128;
    bool operator==(const Http2Settings&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("offered", of.offered...);
        each("concurrent_streams", of.concurrent_streams...);
    }
};

/// `large-client-header-buffers` as "4 8k": one line of a head fits into one buffer, all of it into
/// all of them.
struct HeadLimits {
    std::uint32_t line_bytes = 8 * 1024;
    std::uint32_t head_bytes = 4 * 8 * 1024;
    bool operator==(const HeadLimits&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("line_bytes", of.line_bytes...);
        each("head_bytes", of.head_bytes...);
    }
};

/// The pools of connections to pods: `upstream-keepalive-*`.
struct UpstreamSettings {
    int idle_connections = 320;  ///< per worker; 0: none is kept
    std::chrono::seconds lifetime{3600};
    std::chrono::seconds idle_timeout{60};
    int requests = 10000;  ///< on one connection
    bool operator==(const UpstreamSettings&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("idle_connections", of.idle_connections...);
        each("lifetime", of.lifetime...);
        each("idle_timeout", of.idle_timeout...);
        each("requests", of.requests...);
    }
};

/// TLS towards clients: `ssl-protocols`, `ssl-ciphers`, `ssl-ecdh-curve`, `ssl-session-tickets`,
/// `ssl-session-timeout`, `ssl-reject-handshake`, `enable-ocsp`. Checked when the table was built.
struct TlsSettings {
    bool tls12 = true;
    bool tls13 = true;            ///< at least one of the two
    std::string ciphers = {};     ///< of TLS 1.2, as OpenSSL writes lists of them; empty: ours
    std::string groups = {};      ///< for the key exchange, the same; empty: ours
    bool session_tickets = true;  ///< off in ingress-nginx, where their key does not change
    std::chrono::seconds session_timeout{600};
    bool reject_unknown_names = false;  ///< a hello without a name, or with one that no host has
    bool ocsp = false;                  ///< responses are fetched and stapled (RFC 6066 section 8)
    bool operator==(const TlsSettings&) const = default;
};

/// The PROXY protocol on the ports for clients: `use-proxy-protocol`, `proxy-protocol-header-timeout`.
struct ProxyProtocolSettings {
    bool required = false;  ///< of every connection; one without a header is closed
    std::chrono::seconds header_timeout{5};
    bool operator==(const ProxyProtocolSettings&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("required", of.required...);
        each("header_timeout", of.header_timeout...);
    }
};

/// What proxies in front are believed about a request's client.
struct ForwardedSettings {
    /// `use-forwarded-headers`: its address, and the scheme, the host and the port that it has used.
    bool use_headers = false;
    bool real_ip = false;                        ///< `enable-real-ip`: its address alone
    std::string for_header = "X-Forwarded-For";  ///< `forwarded-for-header`: where the address is
    /// `proxy-real-ip-cidr`: who is believed, also with a PROXY header. Everybody, if nothing is said.
    std::vector<AddressRange> trusted{{IpAddress::v4({}), 0}, {IpAddress::v6({}), 0}};
    /// `compute-full-forwarded-for`: pods get the list that was received with its sender behind it. With
    /// use_headers.
    bool full_list = false;

    [[nodiscard]] bool believes() const { return use_headers || real_ip; }
    bool operator==(const ForwardedSettings&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("use_headers", of.use_headers...);
        each("real_ip", of.real_ip...);
        each("for_header", of.for_header...);
        each("trusted", of.trusted...);
        each("full_list", of.full_list...);
    }
};

/// TCP and UDP services, and TLS that is passed through: `proxy-stream-*`.
struct L4Settings {
    std::chrono::seconds timeout{600};        ///< without a byte in either direction
    bool next_upstream = true;                ///< another endpoint where one cannot be connected to
    int tries = 3;                            ///< endpoints in all; 0: as many as there are
    std::chrono::seconds tries_timeout{600};  ///< no further one after this long; 0: no limit
    int responses = 1;  ///< datagrams that answer one of a client: then its flow ends
    bool operator==(const L4Settings&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("timeout", of.timeout...);
        each("next_upstream", of.next_upstream...);
        each("tries", of.tries...);
        each("tries_timeout", of.tries_timeout...);
        each("responses", of.responses...);
    }
};

struct Settings {
    ClientSettings client;
    ProxyProtocolSettings proxy_protocol;
    ForwardedSettings forwarded;
    HeadLimits head_limits;
    Http2Settings http2;
    TlsSettings tls;
    UpstreamSettings upstream;
    L4Settings l4;
    /// `bind-address`: empty for all addresses of both families. Read when the listeners open.
    std::vector<std::string> bind_addresses;
    bool disable_ipv6 = false;
    bool generate_request_id = true;
    bool original_uri = false;                          ///< `proxy-add-original-uri-header`
    bool via = false;                                   ///< our own key: `Via` on requests to pods
    bool log_default_backend = false;                   ///< `enable-access-log-for-default-backend`
    std::chrono::seconds worker_shutdown_timeout{240};  ///< what is in flight may finish
    bool operator==(const Settings&) const = default;
    static void each_member(const auto& each, const auto&... of) {
        each("client", of.client...);
        each("head_limits", of.head_limits...);
        each("http2", of.http2...);
        each("proxy_protocol", of.proxy_protocol...);
        each("tls", of.tls...);
        each("forwarded", of.forwarded...);
        each("upstream", of.upstream...);
        each("l4", of.l4...);
        each("bind_addresses", of.bind_addresses...);
        each("disable_ipv6", of.disable_ipv6...);
        each("generate_request_id", of.generate_request_id...);
        each("original_uri", of.original_uri...);
        each("via", of.via...);
        each("log_default_backend", of.log_default_backend...);
        each("worker_shutdown_timeout", of.worker_shutdown_timeout...);
    }
};

}  // namespace breakwater::table
