// `ssl-ciphers` and `ssl-prefer-server-ciphers` of a host, from the client's hello to the log: who gets
// which suite, and what a change does to connections that are open.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/tls_hosts.h"

namespace breakwater::test {
namespace {

constexpr const char* kAes128 = "ECDHE-ECDSA-AES128-GCM-SHA256";
constexpr const char* kAes256 = "ECDHE-ECDSA-AES256-GCM-SHA384";
constexpr const char* kChaCha = "ECDHE-ECDSA-CHACHA20-POLY1305";

std::string in_order(const char* first, const char* second) {
    return std::string(first) + ":" + second;
}

class HostCiphers : public TlsHosts {
protected:
    HostCiphers() {
        for (const char* name : {"*.example", "a.example", "b.example"}) {
            host(name).certificate = certificate_for(name);
        }
        table->settings.tls.ciphers = in_order(kAes128, kChaCha);
    }
    table::CipherPolicy& ciphers(const std::string& name) { return host(name).policies.ciphers; }

    /// The suite that a client of TLS 1.2 agrees on, with an answer to a request behind it; else what its
    /// handshake failed with.
    std::string suite_of(const std::string& name, const std::string& offered) {
        TlsClient client(proxy.connect_tls_port().release(),
                         {.server_name = name, .version = TLS1_2_VERSION, .ciphers = offered});
        if (!client.handshake()) return client.error();
        EXPECT_EQ(ask(client, name).status, 200);
        return SSL_get_cipher_name(client.ssl());
    }
};

TEST_F(HostCiphers, EachHostHasItsOwn) {  // reference 3.3: server-level
    ciphers("a.example").list = kAes256;
    ciphers("*.example").list = kChaCha;
    publish();
    const std::string all = in_order(kAes256, kAes128) + ":" + kChaCha;
    EXPECT_EQ(suite_of("a.example", all), kAes256);
    EXPECT_EQ(suite_of("x.example", all), kChaCha);
    EXPECT_EQ(suite_of("b.example", all), kAes128) << "the ConfigMap's";
    EXPECT_EQ(suite_of("unknown.test", all), kAes128);
}

TEST_F(HostCiphers, NothingInCommonIsAFailureForThatHostOnly) {  // RFC 5246 section 7.4.1.3
    ciphers("a.example").list = kAes256;
    publish();
    EXPECT_EQ(suite_of("a.example", kAes128), "sslv3 alert handshake failure");
    EXPECT_EQ(suite_of("b.example", kAes128), kAes128);
    EXPECT_EQ(suite_of("b.example", kAes256), "sslv3 alert handshake failure");
}

TEST_F(HostCiphers, WhoseOrderDecides) {  // nginx: ssl_prefer_server_ciphers
    ciphers("a.example").prefer_server = false;
    ciphers("b.example") = {.list = in_order(kChaCha, kAes128)};
    publish();
    for (const auto& [first, second] : {std::pair(kAes128, kChaCha), std::pair(kChaCha, kAes128)}) {
        EXPECT_EQ(suite_of("a.example", in_order(first, second)), first);
        EXPECT_EQ(suite_of("b.example", in_order(first, second)), kChaCha);
        EXPECT_EQ(suite_of("x.example", in_order(first, second)), kAes128);
    }
}

TEST_F(HostCiphers, AChangeReachesTheNextConnectionAndTouchesNoOpenOne) {
    ciphers("a.example").list = kAes128;
    publish();
    const auto before =
        connected({.server_name = "a.example", .version = TLS1_2_VERSION, .ciphers = kAes128});
    EXPECT_EQ(ask(*before, "a.example").status, 200);
    const SessionPtr session = before->take_session();
    ASSERT_NE(session, nullptr);

    ciphers("a.example").list = kAes256;
    publish();
    EXPECT_EQ(suite_of("a.example", kAes256), kAes256);
    EXPECT_EQ(suite_of("a.example", kAes128), "sslv3 alert handshake failure");
    EXPECT_EQ(ask(*before, "a.example").status, 200);
    EXPECT_STREQ(SSL_get_cipher_name(before->ssl()), kAes128);

    const auto again = connected({.server_name = "a.example",
                                  .version = TLS1_2_VERSION,
                                  .ciphers = in_order(kAes128, kAes256),
                                  .session = session.get()});
    EXPECT_FALSE(again->resumed()) << "its suite has left the list";
    EXPECT_STREQ(SSL_get_cipher_name(again->ssl()), kAes256);

    ciphers("a.example").list.clear();
    publish();
    EXPECT_EQ(suite_of("a.example", kAes128), kAes128) << "the ConfigMap's again";
}

// The certificate of a client is verified as without a list, which is given to the handshake before.
TEST_F(HostCiphers, BesideClientCertificates) {
    const PemPair root = make_authority("root");
    const PemPair certificate = make_client("web", root);
    client_policy("a.example") = policy_of(root);
    ciphers("a.example").list = kAes256;
    publish();
    const auto client = connected(
        {.server_name = "a.example", .version = TLS1_2_VERSION, .certificate = &certificate});
    EXPECT_STREQ(SSL_get_cipher_name(client->ssl()), kAes256);
    const TlsAnswer answer = ask(*client, "a.example");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.told_pod("ssl-client-verify"), "SUCCESS");
    EXPECT_EQ(ask(*connected({.server_name = "a.example"}), "a.example").status, 400);
}

// HTTP/2 is offered and agreed on whatever SSL_CTX the handshake was given.
TEST_F(HostCiphers, BesideHttp2) {
    ciphers("a.example").list = kAes256;
    publish();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto client =
            connected({.server_name = "a.example", .version = version, .alpn = {"h2", "http/1.1"}});
        EXPECT_EQ(client->alpn(), "h2");
    }
}

}  // namespace
}  // namespace breakwater::test
