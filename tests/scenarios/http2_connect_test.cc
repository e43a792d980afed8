// An extended CONNECT (RFC 8441) whose pod does not switch to WebSocket: a client takes any success for an open
// WebSocket, and what follows for its frames. Those that are granted: websocket_test.cc.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

struct Http2ConnectCase {
    const char* name;
    const char* source;
    const char* answer;  ///< of the pod
    int status;          ///< of the client's
    const char* body;    ///< nullptr: a page of ours
};

const Http2ConnectCase kCases[] = {
    {"ok", "RFC 8441 5", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage", 502, nullptr},
    {"ok_without_length", "RFC 8441 5", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\npage", 502,
     nullptr},
    {"no_content", "RFC 8441 5", "HTTP/1.1 204 No Content\r\n\r\n", 502, nullptr},
    {"last_success", "RFC 9110 15.3", "HTTP/1.1 299 Fine\r\nContent-Length: 0\r\n\r\n", 502,
     nullptr},
    {"hint_and_ok", "RFC 8297 2",
     "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage", 502,
     nullptr},
    {"redirect", "RFC 8441 5",
     "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 2\r\n\r\ngo", 302, "go"},
    {"refused", "RFC 8441 5", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", 403, "no"},
    {"other_version", "RFC 6455 4.4",
     "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n", 426,
     ""},
    {"failed", "RFC 8441 5", "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops", 500, "oops"},
};

class ExtendedConnect : public OnePod, public testing::WithParamInterface<Http2ConnectCase> {};

TEST_P(ExtendedConnect, ASuccessWithoutASwitchIsAFailure) {
    const Http2ConnectCase& c = GetParam();
    SCOPED_TRACE(c.source);
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::connect("/"), false);
    Peer called = pod.accept();
    EXPECT_EQ(field_of(called.read_head(), "upgrade"), "websocket");
    called.send(c.answer).shutdown_write();
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_TRUE(answer.ended);
    EXPECT_FALSE(answer.body.contains("page")) << answer.body;
    if (c.body) EXPECT_EQ(answer.body, c.body);
    const std::string line = proxy.next_log_line();
    const char* const token = c.body ? "\"error\":\"\"" : "\"error\":\"bad_response\"";
    EXPECT_NE(line.find(token), std::string::npos) << line;
}

INSTANTIATE_TEST_SUITE_P(Answers, ExtendedConnect, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

/// Pods that cannot switch: docs/decisions/protocols_to_pods.md.
class ConnectToOthers : public OnePod,
                        public testing::WithParamInterface<table::BackendProtocol> {};

TEST_P(ConnectToOthers, IsNotImplementedAndThePodIsNotAsked) {
    publish([](table::RoutingTable& table) {
        location_of(table).policies.backend_protocol.protocol = GetParam();
    });
    H2Client client(proxy.connect());
    for (const H2Fields& more : {H2Fields{}, H2Fields{{"content-type", "application/grpc"}}}) {
        const H2Answer answer =
            client.read_answer(client.request(H2Client::connect("/", more), false));
        EXPECT_EQ(answer.status, 501) << "also in gRPC's words a 200 would open a WebSocket";
        const std::string line = proxy.next_log_line();
        EXPECT_NE(line.find("\"error\":\"upgrade_unsupported\""), std::string::npos) << line;
    }
    EXPECT_FALSE(pod.has_visitor());
}

INSTANTIATE_TEST_SUITE_P(Protocols, ConnectToOthers,
                         testing::Values(table::BackendProtocol::grpc,
                                         table::BackendProtocol::fcgi),
                         [](const auto& info) {
                             return info.param == table::BackendProtocol::grpc ? "grpc" : "fcgi";
                         });

// An error that we make is no success either, whatever its client says that it speaks.
TEST_F(OnePod, AnExtendedConnectThatFailsIsNotToldInGrpc) {
    pod.close();
    H2Client client(proxy.connect());
    const H2Fields grpc{{"content-type", "application/grpc"}};
    EXPECT_EQ(client.read_answer(client.request(H2Client::connect("/", grpc), false)).status, 502);
    H2Fields another_host = grpc;
    another_host.emplace_back("host", "b.test");
    EXPECT_EQ(
        client.read_answer(client.request(H2Client::connect("/", another_host), false)).status,
        400);
}

// Over HTTP/1.1 a pod may pass over Upgrade: RFC 9110 section 7.8.
TEST_F(OnePod, AnUpgradeOverHttp1MayBeAnsweredWithAPage) {
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    Peer called = pod.accept();
    called.read_head();
    called.send(ok("page"));
    EXPECT_EQ(body_of(client.read_message()), "page");
}

}  // namespace
}  // namespace breakwater::test
