#include "proxy/tls/negotiation.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

#include "proxy/base/check.h"
#include "proxy/base/crypto/handles.h"

namespace breakwater::tls {
namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
struct FreeCiphers {
    void operator()(STACK_OF(SSL_CIPHER) * list) const { sk_SSL_CIPHER_free(list); }
};
using CiphersPtr = std::unique_ptr<STACK_OF(SSL_CIPHER), FreeCiphers>;
using ConnectionPtr = std::unique_ptr<SSL, Free<SSL_free>>;

/// ingress-nginx's default without its DHE suites: slow, and no client needs them.
constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kSuites13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

/// Without P-521, X448 and the finite fields, which OpenSSL's own default has: a client that asks for
/// them costs many times what others do, and none needs them.
constexpr const char* kGroups = "X25519:P-256:P-384";
/// draft-ietf-tls-ecdhe-mlkem; OpenSSL has it since 3.5.
constexpr const char* kHybridGroup = "X25519MLKEM768";

/// What crypto::inspect_certificate() asks for, too; said here because distributions differ.
constexpr int kSecurityLevel = 2;

ContextPtr new_context() {
    ContextPtr made(SSL_CTX_new(TLS_server_method()));
    CHECK(made != nullptr);
    SSL_CTX_set_security_level(made.get(), kSecurityLevel);
    return made;
}

/// All suites that there are, by name, are half of it. Each part of a list costs OpenSSL a walk over them.
constexpr std::size_t kMostListBytes = 4096;

/// A cipher list may hold commands. This one would let weak keys and signatures in.
bool sets_level(const std::string& list) { return list.find("@SECLEVEL") != list.npos; }

/// Keys come from a curve or from the certificate. DHE and the rest need what is not set up, and the
/// suites of TLS 1.3, which are always there, name no exchange.
bool can_be_agreed_on(const SSL_CIPHER* cipher) {
    const int exchange = SSL_CIPHER_get_kx_nid(cipher);
    return exchange == NID_kx_ecdhe || exchange == NID_kx_rsa;
}

bool set_ciphers(SSL_CTX* context, const std::string& list) {
    const bool set = !sets_level(list) && list.size() <= kMostListBytes &&
                     SSL_CTX_set_cipher_list(context, list.c_str()) == 1;
    ERR_clear_error();
    return set;
}

bool set_groups(SSL_CTX* context, const std::string& list) {
    const bool set = SSL_CTX_set1_groups_list(context, list.c_str()) == 1;
    ERR_clear_error();
    return set;
}

}  // namespace

std::expected<void, std::string> check_ciphers(const std::string& list) {
    if (sets_level(list)) {
        return std::unexpected("sets the security level, which stays where it is");
    }
    if (list.size() > kMostListBytes) return std::unexpected("is longer than 4 KiB");
    const ContextPtr context = new_context();
    const bool known = set_ciphers(context.get(), list);
    const ConnectionPtr connection(known ? SSL_new(context.get()) : nullptr);
    const CiphersPtr usable(connection ? SSL_get1_supported_ciphers(connection.get()) : nullptr);
    for (int i = 0; i < sk_SSL_CIPHER_num(usable.get()); ++i) {
        if (can_be_agreed_on(sk_SSL_CIPHER_value(usable.get(), i))) return {};
    }
    return std::unexpected("names no cipher suite that TLS 1.2 could use here");
}

std::expected<void, std::string> check_groups(const std::string& list) {
    if (set_groups(new_context().get(), list)) return {};
    return std::unexpected("names a group that this OpenSSL does not have");
}

const std::string& standard_groups() {
    static const std::string groups = set_groups(new_context().get(), kHybridGroup)
                                          ? std::string(kHybridGroup) + ":" + kGroups
                                          : std::string(kGroups);
    return groups;
}

bool set_suites(SSL_CTX* context, const std::string& list) {
    SSL_CTX_set_security_level(context, kSecurityLevel);
    CHECK(SSL_CTX_set_ciphersuites(context, kSuites13) == 1);
    return set_ciphers(context, list);
}

void set_negotiation(SSL_CTX* context, const table::TlsSettings& settings) {
    const int lowest = settings.tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    const int highest = settings.tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    CHECK(SSL_CTX_set_min_proto_version(context, lowest) == 1);
    CHECK(SSL_CTX_set_max_proto_version(context, highest) == 1);
    if (settings.ciphers.empty() || !set_suites(context, settings.ciphers)) {
        CHECK(set_suites(context, kCiphers12));
    }
    if (settings.groups.empty() || !set_groups(context, settings.groups)) {
        CHECK(set_groups(context, standard_groups()));
    }
}

}  // namespace breakwater::tls
