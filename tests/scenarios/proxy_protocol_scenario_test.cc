// Connections that a load balancer hands on with the PROXY protocol: reference 5.1.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

const std::string kHeader = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n";
const std::string kPlainRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class ProxyProtocolScenario : public testing::Test {
protected:
    ProxyProtocolScenario() {
        pod.serve([](const std::string& asked) { return ok(asked); });
        auto table = table_to({pod.address()});
        table->settings.proxy_protocol.required = true;
        table->default_certificate = certificate_for("a");
        proxy.publish(table);
    }
    Pod pod;
    Proxy proxy{table_to({pod.address()})};
};

TEST_F(ProxyProtocolScenario, TheClientIsWhomTheHeaderNames) {
    Peer client = proxy.connect();
    client.send(kHeader + kPlainRequest);
    const std::string seen = body_of(client.read_message());
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "192.0.2.7");
    EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "192.0.2.7");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"remote_addr\":\"192.0.2.7\",\"remote_port\":40000"), std::string::npos)
        << line;
    client.send(kPlainRequest);  // the next request of the connection has none
    EXPECT_EQ(field_of(body_of(client.read_message()), "X-Real-IP"), "192.0.2.7");
}

TEST_F(ProxyProtocolScenario, AHeaderInPiecesIsOne) {
    Peer client = proxy.connect();
    for (const char c : kHeader) client.send(std::string(1, c));
    client.send(kPlainRequest);
    EXPECT_EQ(field_of(body_of(client.read_message()), "X-Real-IP"), "192.0.2.7");
}

TEST_F(ProxyProtocolScenario, ABalancersOwnConnectionKeepsItsAddress) {
    Peer client = proxy.connect();
    client.send("PROXY UNKNOWN\r\n" + kPlainRequest);
    EXPECT_EQ(field_of(body_of(client.read_message()), "X-Real-IP"), "127.0.0.1");
}

TEST_F(ProxyProtocolScenario, WithoutAHeaderAConnectionIsClosed) {
    Peer client = proxy.connect();
    client.send(kPlainRequest);
    EXPECT_TRUE(client.sees_end());
    EXPECT_EQ(pod.served(), 0U);
}

TEST_F(ProxyProtocolScenario, AHeaderThatDoesNotComeIsNotWaitedForLong) {
    Peer client = proxy.connect();
    client.send(kHeader.substr(0, 10));
    while (proxy.server().connections() == 0) {
    }
    proxy.advance(std::chrono::seconds(6));
    EXPECT_TRUE(client.sees_end());
}

TEST_F(ProxyProtocolScenario, TlsBeginsBehindTheHeader) {
    Peer plain = proxy.connect_tls_port();
    plain.send(kHeader);
    TlsClient client(plain.release(), {.server_name = "a"});
    ASSERT_TRUE(client.handshake()) << client.error();
    ASSERT_TRUE(client.write(kPlainRequest));
    std::string answer;
    while (!answer.contains("X-Real-IP: ") && !answer.contains("x-real-ip: ")) {
        const std::string more = client.read(1);
        ASSERT_FALSE(more.empty()) << answer;
        answer += more;
    }
    EXPECT_EQ(client.read(9), "192.0.2.7");
}

TEST_F(ProxyProtocolScenario, SoDoesHttp2) {
    Peer plain = proxy.connect();
    plain.send(kHeader);
    H2Client client(std::move(plain));
    EXPECT_EQ(field_of(client.ask(H2Client::get("/")).body, "X-Real-IP"), "192.0.2.7");
}

}  // namespace
}  // namespace breakwater::test
