// Pods of FastCGI: what they are told, and what becomes of their answers.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>

#include "tests/support/fcgi_pod.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

const std::string kGetPhp = "GET /a.php?x=y HTTP/1.1\r\nHost: a.example\r\n\r\n";
const std::string kHead = "Content-Type: text/plain\r\n";

class FastCgi : public OnePod {
protected:
    FastCgi() {
        speak_fastcgi([](table::RoutingTable&) {});
    }
    template <class Change>
    void speak_fastcgi(Change change) {
        publish([&](table::RoutingTable& table) {
            location_of(table).policies.backend_protocol.protocol = table::BackendProtocol::fcgi;
            change(table);
        });
    }
    /// A client's GET, and the pod that has read it.
    FcgiPod asked() {
        client.send(kGetPhp);
        FcgiPod served(pod.accept());
        (void)served.next_request();
        return served;
    }
    void expect_logged(const std::string& text) {
        const std::string line = proxy.next_log_line();
        EXPECT_NE(line.find(text), std::string::npos) << line;
    }
    /// The answer is a page of ours with that status, and the log says why.
    void expect_page(const std::string& status, const std::string& token) {
        EXPECT_EQ(client.read_message().substr(0, 12), "HTTP/1.1 " + status);
        expect_logged("\"error\":\"" + token + "\"");
    }

    Peer client = proxy.connect();
};

TEST_F(FastCgi, ARequestIsToldInParameters) {
    client.send(
        "POST /a/%62.php?x=y HTTP/1.1\r\nHost: a.example\r\nContent-Type: text/plain\r\n"
        "Content-Length: 5\r\nAccept: a\r\nAccept: b\r\nProxy: evil\r\nx_real_ip: "
        "evil\r\n\r\nhello");
    FcgiPod served(pod.accept());
    const FcgiRequest request = served.next_request();
    EXPECT_EQ(request.body, "hello");
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"REQUEST_METHOD", "POST"},
             {"REQUEST_URI", "/a/%62.php?x=y"},
             {"SCRIPT_NAME", "/a/b.php"},
             {"SCRIPT_FILENAME", "/var/www/html/a/b.php"},
             {"QUERY_STRING", "x=y"},
             {"CONTENT_LENGTH", "5"},
             {"CONTENT_TYPE", "text/plain"},
             {"REMOTE_ADDR", "127.0.0.1"},
             {"SERVER_ADDR", "127.0.0.1"},
             {"SERVER_NAME", "a.example"},
             {"HTTP_HOST", "a.example"},
             {"HTTP_ACCEPT", "a, b"},
             {"HTTP_X_REAL_IP", "127.0.0.1"},
         }) {
        const auto found = request.params.find(name);
        ASSERT_NE(found, request.params.end()) << name;
        EXPECT_EQ(found->second, value) << name;
    }
    EXPECT_FALSE(request.params.contains("HTTP_PROXY"));
    EXPECT_FALSE(request.params.contains("HTTPS"));
    served.answer("Status: 201 Made\r\n" + kHead + "\r\nbody");
    const std::string answer = client.read_message();
    EXPECT_EQ(answer.substr(0, 22), "HTTP/1.1 201 Made\r\nCon");
    EXPECT_EQ(field_of(answer, "Content-Type"), "text/plain");
    EXPECT_EQ(decoded_body_of(answer), "body");
    expect_logged("\"status\":201");
}

/// docs/decisions/fastcgi.md: a connection that is kept holds a process of the application.
TEST_F(FastCgi, EachRequestHasAConnectionOfItsOwn) {
    for (const char* head : {"", "Content-Length: 3\r\n"}) {
        client.send(kGetPhp);
        FcgiPod served(pod.accept());
        EXPECT_FALSE(served.next_request().keep);
        served.answer(kHead + head + "\r\none");
        EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 200 "));
        EXPECT_TRUE(served.peer().sees_end()) << "though the pod has not closed it";
    }
}

TEST_F(FastCgi, AHeadMayComeInAnyPieces) {
    FcgiPod served = asked();
    const std::string text = "Status: 404\r\n" + kHead + "\r\nbody";
    for (const char c : text) served.send(6, std::string(1, c), 3);
    served.error("PHP Warning: nobody cares");
    served.out("");
    served.end();
    const std::string answer = client.read_message();
    EXPECT_EQ(answer.substr(0, 22), "HTTP/1.1 404 Not Found");
    EXPECT_EQ(decoded_body_of(answer), "body");
}

TEST_F(FastCgi, ABodyFlowsAsItComes) {
    FcgiPod served = asked();
    served.out(kHead + "\r\n");
    EXPECT_EQ(client.read_head().substr(0, 12), "HTTP/1.1 200");
    served.out("one");
    EXPECT_EQ(client.read_until("one\r\n"), "3\r\none\r\n");
    served.out("two");
    EXPECT_EQ(client.read_until("two\r\n"), "3\r\ntwo\r\n");
    served.end();
    EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
}

TEST_F(FastCgi, LargeBodiesGoBothWays) {
    speak_fastcgi(
        [](table::RoutingTable& table) { location_of(table).policies.body_size.max_bytes = 0; });
    const std::string large(3'000'000, 'x');
    std::thread sending([&] {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                    std::to_string(large.size()) + "\r\n\r\n" + large);
    });
    FcgiPod served(pod.accept());
    EXPECT_TRUE(served.next_request().body == large);
    sending.join();
    std::thread answering([&] {
        served.out(kHead + "\r\n");
        for (std::size_t at = 0; at < large.size(); at += 60'000)
            served.out(std::string_view(large).substr(at, 60'000));
        served.end();
    });
    EXPECT_TRUE(decoded_body_of(client.read_message()) == large);
    answering.join();
}

TEST_F(FastCgi, AnAnswerMayComeBeforeTheRequestHasEnded) {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    FcgiPod served(pod.accept());
    EXPECT_EQ(served.next_params().params.at("CONTENT_LENGTH"), "5");
    served.answer("Status: 403\r\n\r\n");
    EXPECT_EQ(client.read_head().substr(0, 12), "HTTP/1.1 403");
    EXPECT_EQ(served.peer().read_to_end().substr(8), "he") << "what is unfinished is not kept";
}

TEST_F(FastCgi, HeadHasNoBody) {
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    FcgiPod served(pod.accept());
    EXPECT_EQ(served.next_request().params.at("REQUEST_METHOD"), "HEAD");
    served.answer(kHead + "Content-Length: 4\r\n\r\n");
    EXPECT_EQ(field_of(client.read_head(), "Content-Length"), "4");
    asked().answer(kHead + "\r\nnext");
    EXPECT_EQ(decoded_body_of(client.read_message()), "next");
}

/// What a script appends by mistake: nginx drops it, too.
TEST_F(FastCgi, WhatIsBeyondTheLengthGoesToNobody) {
    FcgiPod served = asked();
    served.answer(kHead + "Content-Length: 3\r\n\r\none\n\n");
    EXPECT_EQ(body_of(client.read_message()), "one");
    asked().answer(kHead + "Content-Length: 3\r\n\r\ntwo");
    EXPECT_EQ(body_of(client.read_message()), "two");
}

/// docs/decisions/expect_continue.md
TEST_F(FastCgi, AClientThatWaitsForAWordGetsItFromUs) {
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n");
    EXPECT_EQ(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
    FcgiPod busy(pod.accept());
    EXPECT_FALSE(busy.next_params().params.contains("HTTP_EXPECT"));
    client.send("body");
    EXPECT_EQ(busy.read_body(), "body");
    busy.end(2);  // overloaded: asked once more, and the client is told nothing more
    FcgiPod served(pod.accept());
    EXPECT_EQ(served.next_request().body, "body");
    served.answer(kHead + "\r\nstored");
    const std::string answer = client.read_message();
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 200");
    EXPECT_EQ(decoded_body_of(answer), "stored");
}

TEST_F(FastCgi, AnAnswerInTheWordsPlaceIsAllTheClientGets) {
    client.send(
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
    EXPECT_EQ(client.read_message().substr(0, 12), "HTTP/1.1 413");
    EXPECT_FALSE(pod.has_visitor());
}

/// RFC 9110 section 15.2: HTTP/1.0 has no interim answers.
TEST_F(FastCgi, AClientOfHttpOneZeroGetsNoSuchWord) {
    client.send(
        "PUT / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody");
    FcgiPod served(pod.accept());
    EXPECT_EQ(served.next_request().body, "body");
    served.answer(kHead + "\r\nstored");
    EXPECT_EQ(client.read_head().substr(0, 12), "HTTP/1.1 200");
}

/// RFC 3875 section 4.1.2: CONTENT_LENGTH goes with every body.
TEST_F(FastCgi, ABodyOfUnknownLengthIsRefused) {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    expect_page("411", "length_required");
}

TEST_F(FastCgi, ABusyPodIsAskedOnceMoreOnANewConnection) {
    FcgiPod served = asked();
    served.end(2);
    FcgiPod again(pod.accept());
    (void)again.next_request();
    again.answer(kHead + "\r\nbody");
    EXPECT_EQ(decoded_body_of(client.read_message()), "body");
}

TEST_F(FastCgi, APodThatKeepsSilentHasItsTime) {
    FcgiPod served = asked();
    proxy.advance(std::chrono::seconds(61));
    expect_page("504", "upstream_timeout");
    EXPECT_TRUE(served.peer().sees_end());
}

TEST_F(FastCgi, APodThatIsNotThereIsABadGateway) {
    pod.close();
    client.send(kGetPhp);
    expect_page("502", "connect_failed");
}

struct Bad {
    const char* name;
    void (*say)(FcgiPod& pod);
    const char* token;
};

class BadFastCgi : public FastCgi, public testing::WithParamInterface<Bad> {};

TEST_P(BadFastCgi, IsABadGateway) {
    FcgiPod served = asked();
    GetParam().say(served);
    expect_page("502", GetParam().token);
    EXPECT_TRUE(served.peer().sees_end() || served.peer().sees_reset());
}

const Bad kBad[] = {
    {"http", [](FcgiPod& pod) { pod.peer().send(ok("hello")); }, "bad_response"},
    {"unknown_type", [](FcgiPod& pod) { pod.send(11, "12345678"); }, "bad_response"},
    {"no_head", [](FcgiPod& pod) { pod.end(); }, "bad_response"},
    {"no_responder", [](FcgiPod& pod) { pod.end(3); }, "bad_response"},
    {"no_field", [](FcgiPod& pod) { pod.answer("hello\n\n"); }, "bad_response"},
    {"interim", [](FcgiPod& pod) { pod.answer("Status: 101\r\n\r\n"); }, "bad_response"},
    {"coding", [](FcgiPod& pod) { pod.answer("Transfer-Encoding: chunked\r\n\r\n"); },
     "bad_response"},
    {"two_lengths",
     [](FcgiPod& pod) { pod.answer("Content-Length: 1\r\nContent-Length: 2\r\n\r\na"); },
     "bad_response"},
    {"endless_head", [](FcgiPod& pod) { pod.out("A: " + std::string(20'000, 'b')); },
     "response_head_too_large"},
    {"errors_without_end",
     [](FcgiPod& pod) {
         for (int i = 0; i < 32; ++i) pod.error(std::string(32 * 1024, 'e'));
         pod.error("e");  // the byte that is too much
     },
     "bad_response"},
    {"closed", [](FcgiPod& pod) { pod.peer().shutdown_write(); }, "upstream_reset"},
    {"closed_in_the_head",
     [](FcgiPod& pod) {
         pod.out(kHead);
         pod.peer().shutdown_write();
     },
     "upstream_reset"},
};

INSTANTIATE_TEST_SUITE_P(Pods, BadFastCgi, testing::ValuesIn(kBad),
                         [](const auto& info) { return info.param.name; });

struct CutBody {
    const char* name;
    void (*say)(FcgiPod& pod);
};

class CutFastCgi : public FastCgi, public testing::WithParamInterface<CutBody> {};

/// The head has left: the client sees a cut, and no end.
TEST_P(CutFastCgi, IsCutInTurn) {
    FcgiPod served = asked();
    served.out(kHead + "\r\none");
    (void)client.read_until("one\r\n");
    GetParam().say(served);
    EXPECT_EQ(client.read_to_end().find("0\r\n"), std::string::npos);
    expect_logged("\"error\":\"");
}

const CutBody kCuts[] = {
    {"closed", [](FcgiPod& pod) { pod.peer().close(); }},
    {"given_up", [](FcgiPod& pod) { pod.end(2); }},
    {"garbled", [](FcgiPod& pod) { pod.peer().send("HTTP/1.1 200 OK\r\n\r\n"); }},
};

INSTANTIATE_TEST_SUITE_P(Pods, CutFastCgi, testing::ValuesIn(kCuts),
                         [](const auto& info) { return info.param.name; });

TEST_F(FastCgi, AnAnswerShorterThanItsLengthIsCut) {
    FcgiPod served = asked();
    served.out(kHead + "Content-Length: 5\r\n\r\none");
    (void)client.read_until("one");
    served.end();
    EXPECT_TRUE(client.sees_end() || client.sees_reset());
    expect_logged("\"error\":\"response_cut\"");
}

}  // namespace
}  // namespace breakwater::test
