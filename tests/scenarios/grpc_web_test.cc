// gRPC-Web from clients of either protocol to a pod of gRPC: PROTOCOL-WEB.md of github.com/grpc/grpc.

#include <gtest/gtest.h>

#include <string>

#include "proxy/base/crypto/base64.h"
#include "tests/support/h2_client.h"
#include "tests/support/h2_pod.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

using crypto::encode_base64;
using namespace std::string_literals;

constexpr const char* kBinary = "application/grpc-web+proto";
constexpr const char* kText = "application/grpc-web-text+proto";
const std::string kAsk = "\0\0\0\0\3ask"s;
const std::string kAnswer = "\0\0\0\0\6answer"s;
const std::string kOk = "\x80\0\0\0\x10grpc-status: 0\r\n"s;
const H2Fields kGrpcHead{{":status", "200"}, {"content-type", "application/grpc+proto"}};
const H2Fields kGrpcEnd{{"grpc-status", "0"}};

class GrpcWeb : public OnePod {
protected:
    GrpcWeb() {
        speak_grpc_web([](table::Policies&) {});
    }
    template <class Change>
    void speak_grpc_web(Change change) {
        publish([&](table::RoutingTable& table) {
            table::Policies& policies = location_of(table).policies;
            policies.backend_protocol.protocol = table::BackendProtocol::grpc;
            policies.grpc_web.enabled = true;
            change(policies);
        });
    }
    static H2Fields call(const std::string& type, const H2Fields& more = {}) {
        H2Fields fields{{"content-type", type}};
        fields.insert(fields.end(), more.begin(), more.end());
        return H2Client::post("/shop.Cart/Add", fields);
    }
    static std::string http1_call(const std::string& type, const std::string& body) {
        return "POST /shop.Cart/Add HTTP/1.1\r\nHost: a.test\r\nContent-Type: " + type +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static void expect_grpc(const H2Request& request) {
        EXPECT_EQ(request.field("content-type"), "application/grpc+proto");
        EXPECT_EQ(request.field("te"), "trailers");
        EXPECT_EQ(request.body, kAsk);
    }
    static void answer_in_grpc(H2Pod& served, StreamId stream) {
        served.headers(stream, kGrpcHead, false);
        served.data(stream, kAnswer);
        served.headers(stream, kGrpcEnd, true);
    }
    void expect_logged(const std::string& text) {
        const std::string line = proxy.next_log_line();
        EXPECT_NE(line.find(text), std::string::npos) << line;
    }
};

TEST_F(GrpcWeb, ACallOverHttp1) {
    Peer client = proxy.connect();
    client.send(http1_call(kBinary, kAsk));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    expect_grpc(asked);
    EXPECT_EQ(asked.field("content-length"), std::to_string(kAsk.size()));
    answer_in_grpc(served, asked.stream);
    const std::string answer = client.read_message();
    EXPECT_EQ(field_of(answer, "content-type"), kBinary);
    EXPECT_EQ(field_of(answer, "transfer-encoding"), "chunked");
    EXPECT_EQ(decoded_body_of(answer), kAnswer + kOk);
    expect_logged("\"grpc_status\":0");
}

TEST_F(GrpcWeb, ACallOverHttp2) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call(kBinary), /*end=*/false);
    client.data(stream, kAsk, /*end=*/true);
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    expect_grpc(asked);
    answer_in_grpc(served, asked.stream);
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.field("content-type"), kBinary);
    EXPECT_EQ(answer.body, kAnswer + kOk);
    EXPECT_EQ(answer.trailers, H2Fields{});
    expect_logged("\"grpc_status\":0");
}

TEST_F(GrpcWeb, ACallInText) {
    Peer client = proxy.connect();
    client.send(http1_call(kText, encode_base64("\0\0\0"s) + encode_base64(kAsk.substr(3))));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    expect_grpc(asked);
    EXPECT_EQ(asked.field("content-length"), std::nullopt);
    answer_in_grpc(served, asked.stream);
    const std::string answer = client.read_message();
    EXPECT_EQ(field_of(answer, "content-type"), kText);
    EXPECT_EQ(decoded_body_of(answer), encode_base64(kAnswer) + encode_base64(kOk));
}

TEST_F(GrpcWeb, AcceptDecidesTheFormOfTheAnswer) {
    H2Client client(proxy.connect());
    const StreamId stream =
        client.request(call(kBinary, {{"accept", "text/plain, application/grpc-web-text;q=1"}}));
    H2Pod served(pod.accept());
    answer_in_grpc(served, served.next_request().stream);
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.field("content-type"), kText);
    EXPECT_EQ(answer.body, encode_base64(kAnswer) + encode_base64(kOk));
}

TEST_F(GrpcWeb, EachMessageOfAStreamLeavesAtOnce) {
    H2Client client(proxy.connect());
    const StreamId binary = client.request(call(kBinary));
    H2Pod served(pod.accept());
    const StreamId asked = served.next_request().stream;
    const StreamId text = client.request(call(kText));
    const StreamId asked_in_text = served.next_request().stream;
    served.headers(asked, kGrpcHead, false);
    served.headers(asked_in_text, kGrpcHead, false);
    for (int i = 0; i < 3; ++i) {
        served.data(asked, kAnswer);
        EXPECT_EQ(client.read_data(binary), kAnswer);
        served.data(asked_in_text, kAnswer);
        EXPECT_EQ(client.read_data(text), encode_base64(kAnswer)) << "with its padding";
    }
    served.headers(asked, kGrpcEnd, true);
    served.headers(asked_in_text, kGrpcEnd, true);
    EXPECT_EQ(client.read_answer(binary).body, kOk);
    EXPECT_EQ(client.read_answer(text).body, encode_base64(kOk));
}

TEST_F(GrpcWeb, AMessageOfTheClientLeavesBeforeTheNext) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call(kText), /*end=*/false);
    H2Pod served(pod.accept());
    const StreamId asked = served.next_head().stream;
    for (int i = 0; i < 3; ++i) {
        client.data(stream, encode_base64(kAsk));
        EXPECT_EQ(served.read_data(asked), kAsk);
    }
}

TEST_F(GrpcWeb, TrailersAloneStayInTheHead) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call(kBinary));
    H2Pod served(pod.accept());
    H2Fields alone = kGrpcHead;
    alone.emplace_back("grpc-status", "7");
    served.headers(served.next_request().stream, alone, true);
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.field("content-type"), kBinary);
    EXPECT_EQ(answer.field("grpc-status"), "7");
    EXPECT_EQ(answer.body, "");
    expect_logged("\"grpc_status\":7");
}

TEST_F(GrpcWeb, OurOwnErrorsHaveItsForm) {
    pod.close();
    const std::string answer = proxy.ask(http1_call(kText, encode_base64(kAsk)));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_EQ(field_of(answer, "content-type"), "application/grpc-web-text");
    EXPECT_EQ(field_of(answer, "grpc-status"), "14");
    EXPECT_EQ(field_of(answer, "content-length"), "0");
    expect_logged("\"grpc_status\":14");
}

TEST_F(GrpcWeb, TextThatIsNoBase64IsRefused) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call(kText), /*end=*/false);
    client.data(stream, "Zm9v!", /*end=*/true);
    const H2Pod served(pod.accept());
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.field("content-type"), "application/grpc-web-text");
    EXPECT_EQ(answer.field("grpc-status"), "13");
    expect_logged("\"error\":\"bad_body\"");
}

TEST_F(GrpcWeb, TheLimitCountsWhatTheClientSends) {
    speak_grpc_web(
        [](table::Policies& policies) { policies.body_size.max_bytes = kAsk.size() + 1; });
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call(kText), /*end=*/false);
    client.data(stream, encode_base64(kAsk), /*end=*/true);
    const H2Pod served(pod.accept());
    EXPECT_EQ(client.read_answer(stream).field("grpc-status"), "8");
    const std::string answer = proxy.ask(http1_call(kText, encode_base64(kAsk)));
    EXPECT_EQ(field_of(answer, "grpc-status"), "8");
    EXPECT_EQ(field_of(answer, "content-type"), "application/grpc-web-text");
}

TEST_F(GrpcWeb, AClientThatLeavesCancelsAtThePod) {
    Peer client = proxy.connect();
    client.send(http1_call(kBinary, kAsk));
    H2Pod served(pod.accept());
    const StreamId asked = served.next_request().stream;
    served.headers(asked, kGrpcHead, false);
    served.data(asked, kAnswer);
    client.read_head();
    client.close();
    EXPECT_EQ(served.read_reset(asked), 8U);  // CANCEL
}

TEST_F(GrpcWeb, AnAnswerThatIsCutHasNoLastFrame) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call(kBinary));
    H2Pod served(pod.accept());
    const StreamId asked = served.next_request().stream;
    served.headers(asked, kGrpcHead, false);
    served.data(asked, kAnswer);
    EXPECT_EQ(client.read_data(stream), kAnswer);
    served.reset(asked, 2);
    const H2Answer answer = client.read_answer(stream);
    EXPECT_TRUE(answer.reset);
    EXPECT_EQ(answer.body, "");
}

TEST_F(GrpcWeb, OtherContentPassesUnchanged) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call("application/grpc"));
    H2Pod served(pod.accept());
    answer_in_grpc(served, served.next_request().stream);
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.field("content-type"), "application/grpc+proto");
    EXPECT_EQ(answer.body, kAnswer);
    EXPECT_EQ(answer.trailers, kGrpcEnd);
}

TEST_F(GrpcWeb, APodThatAnswersInSomethingElseIsPassedOn) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(call(kText));
    H2Pod served(pod.accept());
    served.answer(served.next_request().stream, "plain", {{"content-type", "text/plain"}});
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.field("content-type"), "text/plain");
    EXPECT_EQ(answer.body, "plain");
}

// A body behind the answer to a HEAD would be read as the next answer (RFC 9112 section 6.3).
TEST_F(GrpcWeb, OnlyAPostIsACall) {
    Peer client = proxy.connect();
    client.send("HEAD / HTTP/1.1\r\nHost: a.test\r\nContent-Type: " + std::string(kBinary) +
                "\r\n\r\n");
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    EXPECT_EQ(asked.field("content-type"), kBinary);
    served.headers(asked.stream, kGrpcHead, false);
    served.headers(asked.stream, kGrpcEnd, true);
    client.read_head();
    client.shutdown_write();
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(GrpcWeb, PodsThatSpeakNoGrpcHearItUnchanged) {
    speak_grpc_web([](table::Policies& policies) { policies.backend_protocol = {}; });
    Peer client = proxy.connect();
    client.send(http1_call(kBinary, kAsk));
    Peer served = pod.accept();
    EXPECT_EQ(field_of(served.read_message(), "content-type"), kBinary);
    served.send(ok("fine"));
    EXPECT_EQ(body_of(client.read_message()), "fine");
}

}  // namespace
}  // namespace breakwater::test
