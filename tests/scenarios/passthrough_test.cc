// ssl-passthrough: a look at the ClientHello decides whether TLS ends here or at the pod. Reference 3.2.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/hello.h"
#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

const std::string kPassedRequest = "GET / HTTP/1.1\r\nHost: pass.example\r\n\r\n";
const std::string kPassedAnswer = "HTTP/1.1 200 OK";

class Passthrough : public testing::Test {
protected:
    Passthrough() {
        plain.serve([](const std::string& asked) { return ok(asked); });
        publish();
    }

    void publish() {
        auto table = table_to({plain.address()});
        table->default_certificate = certificate_for("default.example");
        auto backend = std::make_shared<table::Backend>();
        backend->name = "shop-secure-443";
        backend->endpoints = {{secure.server().addresses(true).front()}};
        table->backends.put(std::move(backend));
        for (const char* name : {"*.wild.example", "ends.wild.example", "pass.example"}) {
            auto host = std::make_shared<table::Host>(*table->catch_all);
            host->name = name;
            if (std::string(name) != "ends.wild.example") {
                host->passthrough = {"shop", "secure", "443", "shop-secure-443"};
            }
            table->hosts.push_back(std::move(host));
        }
        table->settings.proxy_protocol.required = proxy_protocol;
        proxy.publish(std::move(table));
    }
    TlsClient client_for(const std::string& server_name) {
        return {proxy.connect_tls_port().release(), {.server_name = server_name}};
    }
    /// The certificate that a client for this name is shown.
    std::string shown_to(const std::string& server_name) {
        TlsClient client = client_for(server_name);
        EXPECT_TRUE(client.handshake()) << client.error();
        return client.certificate_name();
    }

    static std::shared_ptr<table::RoutingTable> secure_table(const SocketAddress& plain) {
        auto table = table_to({plain});
        table->default_certificate = certificate_for("pod.example");
        return table;
    }

    bool proxy_protocol = false;
    Pod plain;
    Proxy secure{secure_table(plain.address())};  ///< the pod that speaks TLS itself
    Proxy proxy{table_to({})};
};

TEST_F(Passthrough, TheClientSpeaksTlsWithThePodItself) {
    {
        TlsClient client = client_for("pass.example");
        ASSERT_TRUE(client.handshake()) << client.error();
        EXPECT_EQ(client.certificate_name(), "pod.example");
        ASSERT_TRUE(client.write(kPassedRequest));
        EXPECT_EQ(client.read(kPassedAnswer.size()), kPassedAnswer);
    }
    const std::string line = proxy.next_log_line();
    for (const char* part : {"\"protocol\":\"TCP\"", "\"host\":\"pass.example\"",
                             "\"service\":\"secure\"", "\"status\":200"}) {
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
    }
}

TEST_F(Passthrough, OtherNamesEndHereAndTheMostSpecificHostDecides) {
    EXPECT_EQ(shown_to("other.example"), "default.example");
    EXPECT_EQ(shown_to(""), "default.example") << "no name at all";
    EXPECT_EQ(shown_to("a.wild.example"), "pod.example");
    EXPECT_EQ(shown_to("ends.wild.example"), "default.example");
    EXPECT_EQ(shown_to("PASS.example"), "pod.example");
}

TEST_F(Passthrough, WhatEndsHereIsServedAsBefore) {
    TlsClient client = client_for("other.example");
    ASSERT_TRUE(client.handshake()) << client.error();
    ASSERT_TRUE(client.write(kPassedRequest));
    EXPECT_EQ(client.read(kPassedAnswer.size()), kPassedAnswer);
}

TEST_F(Passthrough, HttpVersionsAreChosenWithThePod) {
    TlsClient client(proxy.connect_tls_port().release(),
                     {.server_name = "pass.example", .alpn = {"h2", "http/1.1"}});
    ASSERT_TRUE(client.handshake()) << client.error();
    EXPECT_EQ(client.alpn(), "h2");
    constexpr char kSettings = 4;
    const std::string frame = client.read(9);
    ASSERT_EQ(frame.size(), 9U);
    EXPECT_EQ(frame[3], kSettings) << "the pod's first frame: RFC 9113 3.4";
}

TEST_F(Passthrough, AHelloInPiecesIsOne) {
    const std::string hello = hello_for("pass.example");
    Peer client = proxy.connect_tls_port();
    for (const char c : hello) client.send(std::string(1, c));
    const std::string answer = client.read_exactly(3);
    EXPECT_EQ(answer.substr(0, 2), "\x16\x03") << "a ServerHello";
    client.close();
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"request_bytes\":" + std::to_string(hello.size())), std::string::npos)
        << line;
}

TEST_F(Passthrough, WhatIsNoTlsIsToldSoAsBefore) {
    Peer client = proxy.connect_tls_port();
    client.send(kPassedRequest);
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 400 "));
}

TEST_F(Passthrough, AHelloThatDoesNotComeIsNotWaitedForLong) {
    Peer client = proxy.connect_tls_port();
    client.send(hello_for("pass.example").substr(0, 20));
    while (proxy.server().connections() == 0) {
    }
    proxy.advance(std::chrono::seconds(61));  // client-header-timeout
    EXPECT_TRUE(client.sees_end());
}

TEST_F(Passthrough, TheBalancersHeaderComesBeforeTheLook) {
    proxy_protocol = true;
    publish();
    Peer balancer = proxy.connect_tls_port();
    balancer.send("PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n");
    {
        TlsClient client(balancer.release(), {.server_name = "pass.example"});
        ASSERT_TRUE(client.handshake()) << client.error();
        EXPECT_EQ(client.certificate_name(), "pod.example");
    }
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"remote_addr\":\"192.0.2.7\""), std::string::npos) << line;
}

TEST_F(Passthrough, AConnectionOutlivesTheAnnotation) {
    TlsClient client = client_for("pass.example");
    ASSERT_TRUE(client.handshake()) << client.error();
    auto table = table_to({plain.address()});
    table->default_certificate = certificate_for("default.example");
    proxy.publish(std::move(table));
    ASSERT_TRUE(client.write(kPassedRequest));
    EXPECT_EQ(client.read(kPassedAnswer.size()), kPassedAnswer);
    EXPECT_EQ(shown_to("pass.example"), "default.example");
}

}  // namespace
}  // namespace breakwater::test
