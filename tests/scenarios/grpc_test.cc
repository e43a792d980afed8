// gRPC: what is said in it where we answer ourselves, and what is told of a pod's answers.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/h2_pod.h"
#include "tests/support/one_h2_pod.h"

namespace breakwater::test {
namespace {

const H2Fields kGrpc{{"content-type", "application/grpc"}, {"te", "trailers"}};

class Grpc : public OneH2Pod {
protected:
    /// PROTOCOL-HTTP2.md: an error without an answer is an answer of trailers alone.
    static void expect_error(const H2Answer& answer, const char* status, const char* message) {
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.field("content-type"), "application/grpc");
        EXPECT_EQ(answer.field("grpc-status"), status);
        EXPECT_EQ(answer.field("grpc-message"), message);
        EXPECT_EQ(answer.body, "");
        EXPECT_TRUE(answer.ended);
    }
};

TEST_F(Grpc, APodThatIsNotThereIsUnavailable) {
    pod.close();
    H2Client client(proxy.connect());
    expect_error(client.ask(H2Client::post("/", kGrpc)), "14", "Bad Gateway");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"status\":200,\"grpc_status\":14"), std::string::npos) << line;
    EXPECT_NE(line.find("\"error\":\"connect_failed\""), std::string::npos) << line;
}

TEST_F(Grpc, APodThatKeepsSilentHasExceededItsDeadline) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/", kGrpc));
    H2Pod served(pod.accept());
    (void)served.next_request();
    proxy.advance(std::chrono::seconds(61));
    expect_error(client.read_answer(stream), "4", "Gateway Timeout");
}

TEST_F(Grpc, TheDeadlineOfTheCallHolds) {
    H2Client client(proxy.connect());
    H2Fields fields = H2Client::post("/", kGrpc);
    fields.emplace_back("grpc-timeout", "5S");
    const StreamId stream = client.request(fields);
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    EXPECT_EQ(asked.field("grpc-timeout"), "5S");
    proxy.advance(std::chrono::seconds(6));
    expect_error(client.read_answer(stream), "4", "Gateway Timeout");
    EXPECT_EQ(served.read_reset(asked.stream), 8U);
}

TEST_F(Grpc, NobodyBehindAServiceIsUnavailable) {
    speak_http2([](table::RoutingTable& table) { location_of(table).backend.clear(); });
    H2Client client(proxy.connect());
    expect_error(client.ask(H2Client::post("/", kGrpc)), "14", "Service Unavailable");
}

TEST_F(Grpc, NoRouteIsUnimplemented) {
    speak_http2([](table::RoutingTable& table) {
        location_of(table).backend.clear();
        location_of(table).origin = {};
    });
    H2Client client(proxy.connect());
    expect_error(client.ask(H2Client::post("/", kGrpc)), "12", "Not Found");
}

TEST_F(Grpc, ABodyThatIsTooLargeIsResourceExhausted) {
    speak_http2(
        [](table::RoutingTable& table) { location_of(table).policies.body_size.max_bytes = 3; });
    H2Client client(proxy.connect());
    const StreamId stream = client.request(
        H2Client::post("/", {{"content-type", "application/grpc"}, {"content-length", "4"}}),
        false);
    expect_error(client.read_answer(stream), "8", "Content Too Large");
}

TEST_F(Grpc, WhoSpeaksNoGrpcGetsAPage) {
    pod.close();
    H2Client client(proxy.connect());
    const H2Answer answer = client.ask(H2Client::get("/"));
    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.field("grpc-status"), std::nullopt);
}

TEST_F(Grpc, TheStatusOfTheTrailersIsLogged) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/", kGrpc));
    H2Pod served(pod.accept());
    const StreamId asked = served.next_request().stream;
    served.headers(asked, {{":status", "200"}, {"content-type", "application/grpc+proto"}}, false);
    served.data(asked, "message");
    served.headers(asked, {{"grpc-status", "5"}}, true);
    EXPECT_EQ(field_of(client.read_answer(stream).trailers, "grpc-status"), "5");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"grpc_status\":5"), std::string::npos) << line;
}

TEST_F(Grpc, TheStatusOfAnAnswerOfTrailersAloneIsLogged) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/", kGrpc));
    H2Pod served(pod.accept());
    served.headers(served.next_request().stream,
                   {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "7"}},
                   true);
    EXPECT_EQ(client.read_answer(stream).field("grpc-status"), "7");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"grpc_status\":7"), std::string::npos) << line;
}

TEST_F(Grpc, AnAnswerThatIsCutHasNoStatus) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/", kGrpc));
    H2Pod served(pod.accept());
    const StreamId asked = served.next_request().stream;
    served.headers(asked, {{":status", "200"}, {"content-type", "application/grpc"}}, false);
    served.data(asked, "message");
    EXPECT_EQ(client.read_data(stream), "message");
    served.reset(asked, 2);
    EXPECT_TRUE(client.read_answer(stream).reset);
    const std::string line = proxy.next_log_line();
    EXPECT_EQ(line.find("grpc_status"), std::string::npos) << line;
}

}  // namespace
}  // namespace breakwater::test
