// HTTPS from the client's hello to the pod: which certificate is shown, what the pod is told, and what
// a new certificate does to connections that are open.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

class Tls : public testing::Test {
protected:
    Tls() {
        pod.serve([](const std::string& asked) { return ok(asked); });
        publish();
    }
    void publish() {
        table = table_to({pod.address()});
        table->default_certificate = certificate_for("default.example");
        for (const char* name : {"*.wild.example", "shop.example"}) {
            auto host = std::make_shared<table::Host>(*table->catch_all);
            host->name = name;
            host->certificate = certificate_for(name);
            table->hosts.push_back(std::move(host));
        }
        proxy.publish(table);
    }
    TlsClient client_for(const std::string& server_name, TlsClientOptions options = {}) {
        options.server_name = server_name;
        return {connected(), options};
    }
    Descriptor connected() { return proxy.connect_tls_port().release(); }

    /// The whole answer; its Content-Length tells how long it is.
    static std::string ask(TlsClient& client, const std::string& host) {
        EXPECT_TRUE(client.write("GET /x HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        std::string answer;
        while (!answer.ends_with("\r\n\r\n")) {
            const std::string next = client.read(1);
            if (next.empty()) break;
            answer += next;
        }
        return answer + client.read(std::stoul(field_of(answer, "Content-Length").value_or("0")));
    }

    /// The same table with other settings of TLS.
    void change(const table::TlsSettings& settings) {
        table = std::make_shared<table::RoutingTable>(*table);
        table->settings.tls = settings;
        proxy.publish(table);
    }

    Pod pod;
    std::shared_ptr<table::RoutingTable> table = table_to({pod.address()});
    Proxy proxy{table, 2};
};

TEST_F(Tls, TheNameDecidesTheCertificate) {
    const std::map<std::string, std::string> kShown{
        {"shop.example", "shop.example"},
        {"SHOP.example", "shop.example"},
        {"a.wild.example", "*.wild.example"},
        {"a.b.wild.example", "default.example"},
        {"wild.example", "default.example"},
        {"other.example", "default.example"},
        {"", "default.example"},
    };
    for (const auto& [name, shown] : kShown) {
        TlsClient client = client_for(name);
        ASSERT_TRUE(client.handshake()) << name << ": " << client.error();
        EXPECT_EQ(client.certificate_name(), shown) << name;
    }
}

// reference 7.4: made at each start of each replica.
TEST(SelfMadeCertificate, IsAnotherAtEachStart) {
    const auto shown = [] {
        Proxy proxy{table_to({})};
        TlsClient client(proxy.connect_tls_port().release(), {.server_name = "unknown.example"});
        EXPECT_TRUE(client.handshake()) << client.error();
        return crypto::X509Ptr(SSL_get1_peer_certificate(client.ssl()));
    };
    const crypto::X509Ptr one = shown();
    const crypto::X509Ptr other = shown();
    ASSERT_TRUE(one && other);
    EXPECT_NE(X509_cmp(one.get(), other.get()), 0);
}

TEST_F(Tls, ARequestEndToEnd) {
    TlsClient client = client_for("shop.example");
    ASSERT_TRUE(client.handshake()) << client.error();
    const std::string answer = ask(client, "shop.example");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_EQ(field_of(answer, "Strict-Transport-Security"), "max-age=31536000; includeSubDomains");
    const std::string seen = body_of(answer);
    EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "https");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Port"), "443");
    EXPECT_EQ(field_of(seen, "X-Scheme"), "https");
    EXPECT_NE(proxy.next_log_line().find("\"scheme\":\"https\""), std::string::npos);
}

// RFC 8446 section 6.1: a client cannot tell an end without close_notify from an attack.
TEST_F(Tls, ConnectionsThatWeCloseEndInOrder) {
    for (const char* request : {"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n",
                                "GET / HTTP/1.0\r\nHost: shop.example\r\n\r\n"}) {
        TlsClient client = client_for("shop.example");
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write(request));
        EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 200 "));
        EXPECT_TRUE(client.closed_in_order());
    }
    TlsClient idle = client_for("shop.example");
    ASSERT_TRUE(idle.handshake()) << idle.error();
    ask(idle, "shop.example");
    proxy.advance(std::chrono::seconds(76));  // keep-alive is 75 s
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_TRUE(idle.closed_in_order());
}

TEST_F(Tls, ANewCertificateTouchesNoOpenConnection) {
    TlsClient before = client_for("shop.example");
    ASSERT_TRUE(before.handshake()) << before.error();
    ask(before, "shop.example");
    const std::string old_fingerprint = table->hosts.back()->certificate->fingerprint;
    publish();
    ASSERT_NE(table->hosts.back()->certificate->fingerprint, old_fingerprint);
    EXPECT_TRUE(ask(before, "shop.example").starts_with("HTTP/1.1 200 "));
    TlsClient after = client_for("shop.example");
    ASSERT_TRUE(after.handshake()) << after.error();
    EXPECT_TRUE(ask(after, "shop.example").starts_with("HTTP/1.1 200 "));
    EXPECT_NE(X509_cmp(crypto::X509Ptr(SSL_get1_peer_certificate(before.ssl())).get(),
                       crypto::X509Ptr(SSL_get1_peer_certificate(after.ssl())).get()),
              0);
}

TEST_F(Tls, OtherSettingsReachTheNextHandshakeAndTouchNoOpenConnection) {
    TlsClient before = client_for("shop.example", {.version = TLS1_2_VERSION});
    ASSERT_TRUE(before.handshake()) << before.error();
    change({.tls12 = false});
    EXPECT_TRUE(ask(before, "shop.example").starts_with("HTTP/1.1 200 "));
    TlsClient after = client_for("shop.example", {.version = TLS1_2_VERSION});
    EXPECT_FALSE(after.handshake());
    change({});
    TlsClient again = client_for("shop.example", {.version = TLS1_2_VERSION});
    EXPECT_TRUE(again.handshake()) << again.error();
}

// A host has a name whether or not it has a certificate, as server blocks in ingress-nginx.
TEST_F(Tls, OnlyNamesOfHostsWhereUnknownOnesAreRefused) {
    auto host = std::make_shared<table::Host>(*table->catch_all);
    host->name = "plain.example";
    table->hosts.insert(table->hosts.begin() + 1, std::move(host));
    change({.reject_unknown_names = true});
    for (const char* name : {"shop.example", "a.wild.example", "plain.example"}) {
        TlsClient client = client_for(name);
        EXPECT_TRUE(client.handshake()) << name << ": " << client.error();
    }
    for (const char* name : {"other.example", "a.b.wild.example", ""}) {
        TlsClient client = client_for(name);
        EXPECT_FALSE(client.handshake()) << name;
    }
}

TEST_F(Tls, PlainHttpOnItsPortIs400) {
    Peer client = proxy.connect_tls_port();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
    EXPECT_EQ(field_of(answer, "Connection"), "close");
}

// With two workers behind one port, some of these reach the one that did not give the ticket.
TEST_F(Tls, ASessionIsResumedByAnyWorker) {
    TlsClient first = client_for("shop.example");
    ASSERT_TRUE(first.handshake()) << first.error();
    ask(first, "shop.example");
    SessionPtr session = first.take_session();
    ASSERT_TRUE(session);
    for (int i = 0; i < 8; ++i) {
        TlsClient next = client_for("shop.example", {.session = session.get()});
        ASSERT_TRUE(next.handshake()) << next.error();
        EXPECT_TRUE(next.resumed());
        EXPECT_TRUE(ask(next, "shop.example").starts_with("HTTP/1.1 200 "));
        if (SessionPtr newer = next.take_session()) session = std::move(newer);
    }
}

// docs/decisions/session_tickets.md
TEST_F(Tls, ASessionIsResumedByAnotherReplicaWithTheSameSeed) {
    table = std::make_shared<table::RoutingTable>(*table);
    table->ticket_secret = std::make_shared<table::TicketSecret>(
        table::TicketSecret{.name = "ns/tickets", .seed = "a seed of at least thirty-two bytes"});
    proxy.publish(table);
    Proxy replica(table);
    Proxy* at = &proxy;
    Proxy* next = &replica;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SessionPtr session;
        for (int visit = 0; visit < 4; ++visit, std::swap(at, next)) {
            TlsClient client(
                at->connect_tls_port().release(),
                {.server_name = "shop.example", .version = version, .session = session.get()});
            ASSERT_TRUE(client.handshake()) << client.error();
            EXPECT_EQ(client.resumed(), visit > 0) << visit;
            ask(client, "shop.example");
            session = client.take_session();
            ASSERT_TRUE(session);
            for (Proxy* each : {at, next}) each->advance(tls::TicketKeys::kStep);
        }
    }
}

TEST_F(Tls, AClientThatFallsSilentInTheHandshakeIsDropped) {
    Peer client = proxy.connect_tls_port();
    client.send("\x16\x03\x01");
    proxy.advance(std::chrono::seconds(61));
    EXPECT_TRUE(client.sees_end());
    EXPECT_EQ(proxy.server().connections(), 0U);
}

TEST_F(Tls, AnIdleConnectionThatIsClosedAtTheEndIsClosedInOrder) {
    TlsClient client = client_for("shop.example");
    ASSERT_TRUE(client.handshake()) << client.error();
    ask(client, "shop.example");
    proxy.server().stop_accepting();
    EXPECT_EQ(client.read_all(), "");
    EXPECT_TRUE(client.closed_in_order());
}

}  // namespace
}  // namespace breakwater::test
