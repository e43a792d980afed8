// A chunked body whose framing is wrong: the pod may have its head and the chunks before the mistake,
// never the mistake, never an end. And the mirror: pods whose answers are wrong.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

using namespace std::string_view_literals;

struct BodyCase {
    const char* name;
    const char* source;
    std::string_view bytes;
};

std::string name_of(const testing::TestParamInfo<BodyCase>& info) { return info.param.name; }

class Hostility : public testing::Test {
protected:
    Pod pod;
    Proxy proxy{table_to({pod.address()})};
};

constexpr BodyCase kBodies[] = {
    {"size_is_no_number", "RFC 9112 7.1", "x\r\nhello\r\n0\r\n\r\n"},
    {"size_missing", "RFC 9112 7.1", "\r\nhello\r\n0\r\n\r\n"},
    {"size_with_sign", "RFC 9112 7.1", "+5\r\nhello\r\n0\r\n\r\n"},
    {"size_with_prefix", "RFC 9112 7.1", "0x5\r\nhello\r\n0\r\n\r\n"},
    {"size_overflows", "RFC 9112 7.1", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
    {"size_behind_space", "RFC 9112 7.1", " 5\r\nhello\r\n0\r\n\r\n"},
    {"size_line_ends_in_lf", "RFC 9112 2.2", "5\nhello\r\n0\r\n\r\n"},
    {"size_line_has_bare_cr", "RFC 9112 2.2", "5\rhello\r\n0\r\n\r\n"},
    {"chunk_longer_than_its_size", "RFC 9112 7.1", "4\r\nhello\r\n0\r\n\r\n"},
    {"chunk_ends_in_lf", "RFC 9112 7.1", "5\r\nhello\n0\r\n\r\n"},
    {"lf_in_extension", "RFC 9112 7.1.1", "5;a\nb\r\nhello\r\n0\r\n\r\n"},
    {"nul_in_extension", "RFC 9112 7.1.1", "5;a\0\r\nhello\r\n0\r\n\r\n"sv},
    {"bare_lf_in_trailers", "RFC 9112 7.1.2", "0\r\nX: y\n\r\n"},
    {"trailer_without_colon", "RFC 9112 7.1.2", "0\r\nX\r\n\r\n"},
    {"folded_trailer", "RFC 9112 5.2", "0\r\nX: y\r\n z\r\n\r\n"},
};

class HostileBody : public Hostility, public testing::WithParamInterface<BodyCase> {
protected:
    static constexpr std::string_view kHead =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    void expect_refusal(Peer& client) {
        const std::string answer = client.read_to_end();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
        EXPECT_EQ(field_of(answer, "Connection"), "close");
        EXPECT_NE(proxy.next_log_line().find("\"error\":\"bad_body\""), std::string::npos);
        Peer visitor = pod.accept();
        const std::string seen = visitor.read_to_end();
        EXPECT_FALSE(seen.ends_with("0\r\n\r\n")) << seen;
        EXPECT_FALSE(pod.has_visitor());
    }
};

TEST_P(HostileBody, Whole) {
    SCOPED_TRACE(GetParam().source);
    Peer client = proxy.connect();
    client.send(std::string(kHead).append(GetParam().bytes));
    expect_refusal(client);
}

TEST_P(HostileBody, ByteByByte) {
    SCOPED_TRACE(GetParam().source);
    Peer client = proxy.connect();
    client.send(kHead);
    for (const char byte : GetParam().bytes) {
        client.send({&byte, 1});
        proxy.server().settle();
    }
    expect_refusal(client);
}

INSTANTIATE_TEST_SUITE_P(Chunks, HostileBody, testing::ValuesIn(kBodies), name_of);

constexpr BodyCase kAnswers[] = {
    {"both_framings", "RFC 9112 6.3 (3)",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"length_is_no_number", "RFC 9112 6.3 (5)",
     "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello"},
    {"length_twice", "RFC 9112 6.3 (5)",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"},
    {"coding_before_chunked", "RFC 9112 7.3",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {"chunked_in_http_1_0", "RFC 9112 6.1",
     "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"status_of_two_digits", "RFC 9112 4", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"},
    {"status_below_100", "RFC 9110 15", "HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n"},
    {"status_missing", "RFC 9112 4", "HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
    {"another_name", "RFC 9112 2.3", "ICY 200 OK\r\n\r\n"},
    {"another_version", "RFC 9110 6.2", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"no_head_at_all", "RFC 9112 4", "hello\r\n"},
    {"bare_lf", "RFC 9112 2.2", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
    {"folded", "RFC 9112 5.2", "HTTP/1.1 200 OK\r\nX: y\r\n z\r\nContent-Length: 0\r\n\r\n"},
    {"nul_in_value", "RFC 9110 5.5", "HTTP/1.1 200 OK\r\nX: \0\r\nContent-Length: 0\r\n\r\n"sv},
    {"cr_in_value", "RFC 9110 5.5", "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n"},
    {"switching_unasked", "RFC 9110 7.8",
     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"},
};

class WrongPod : public Hostility {
protected:
    void SetUp() override {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        visitor.emplace(pod.accept());
        visitor->read_head();
    }
    void expect_bad_gateway(const char* token) {
        const std::string answer = client.read_message();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
        EXPECT_EQ(field_of(answer, "X"), std::nullopt);
        EXPECT_EQ(body_of(answer).find("hello"), std::string::npos);
        EXPECT_EQ(visitor->drain(), 0U);
        const std::string line = proxy.next_log_line();
        EXPECT_NE(line.find(token), std::string::npos) << line;
    }

    Peer client = proxy.connect();
    std::optional<Peer> visitor;
};

class HostileAnswer : public WrongPod, public testing::WithParamInterface<BodyCase> {};

TEST_P(HostileAnswer, Whole) {
    SCOPED_TRACE(GetParam().source);
    visitor->send(GetParam().bytes);
    expect_bad_gateway("\"bad_response\"");
}

TEST_P(HostileAnswer, ByteByByte) {
    SCOPED_TRACE(GetParam().source);
    for (const char byte : GetParam().bytes) {
        if (visitor->send_some({&byte, 1}) == 0) break;  // the proxy has had enough
        proxy.server().settle();
    }
    expect_bad_gateway("\"bad_response\"");
}

INSTANTIATE_TEST_SUITE_P(Heads, HostileAnswer, testing::ValuesIn(kAnswers), name_of);

TEST_F(WrongPod, AHeadBeyondItsLimitIs502) {
    visitor->send("HTTP/1.1 200 OK\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n");
    expect_bad_gateway("\"response_head_too_large\"");
}

TEST_F(WrongPod, TooManyFieldsAre502) {
    std::string head = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 201; ++i) head += "A: b\r\n";
    visitor->send(head + "\r\n");
    expect_bad_gateway("\"bad_response\"");
}

TEST_F(WrongPod, InterimAnswersWithoutEndAre502) {
    std::string heads;
    for (int i = 0; i < 17; ++i) heads += "HTTP/1.1 102 Processing\r\n\r\n";
    visitor->send(heads);
    for (int i = 0; i < 16; ++i) EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 102 "));
    expect_bad_gateway("\"bad_response\"");
}

// What is wrong behind the head that has not left yet is still a page; behind one that has, a cut.
TEST_F(WrongPod, ABadFirstChunkIs502) {
    visitor->send("HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n");
    expect_bad_gateway("\"bad_response\"");
}

TEST_F(WrongPod, ABadLaterChunkCutsTheAnswer) {
    visitor->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    EXPECT_TRUE(client.read_until("hello\r\n").starts_with("HTTP/1.1 200 "));
    visitor->send("zz\r\nworld\r\n0\r\n\r\n");
    EXPECT_TRUE(client.sees_end());
    EXPECT_EQ(visitor->drain(), 0U);
}

TEST_F(WrongPod, WhatFollowsItsAnswerIsNobodys) {
    visitor->send(ok("one") + ok("two"));
    EXPECT_EQ(body_of(client.read_message()), "one");
    EXPECT_EQ(visitor->drain(), 0U);
    client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer second = pod.accept();
    EXPECT_TRUE(second.read_head().starts_with("GET /2 "));
    second.send(ok("three"));
    EXPECT_EQ(body_of(client.read_message()), "three");
}

}  // namespace
}  // namespace breakwater::test
