// What an admin port takes for a request, whole or in pieces, and what it refuses.

#include "proxy/admin/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace breakwater::admin {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::size_t kLargestBody = 10;

std::expected<bool, int> take_in_pieces(RequestReader& reader, std::string_view text,
                                        std::size_t piece) {
    std::expected<bool, int> taken = false;
    while (!text.empty() && taken && !*taken) {
        taken = reader.take(text.substr(0, piece));
        text.remove_prefix(std::min(piece, text.size()));
    }
    return taken;
}

TEST(RequestReader, ReadsARequestHoweverItComes) {
    const std::string text =
        "POST /a%20b+c?d=e+f%21&d=g&=h&i&%6a=k=l HTTP/1.1\r\nHost: a\r\nContent-Length: "
        "5\r\n\r\nhelloXX";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
        SCOPED_TRACE(piece);
        RequestReader reader(kLargestBody);
        EXPECT_EQ(take_in_pieces(reader, text, piece), true);
        const Request& read = reader.request();
        EXPECT_EQ(read.method, http::Method::post);
        EXPECT_EQ(read.path, "/a b+c");
        EXPECT_THAT(read.query, UnorderedElementsAre(Pair("d", "e f!"), Pair("d", "g"),
                                                     Pair("i", ""), Pair("j", "k=l")));
        EXPECT_EQ(read.body, "hello");
    }
}

TEST(RequestReader, WaitsForTheWholeBody) {
    RequestReader reader(kLargestBody);
    EXPECT_EQ(reader.take("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell"), false);
    EXPECT_EQ(reader.take("o"), true);
}

TEST(RequestReader, LeavesWhatIsNoCodeAsItIs) {
    RequestReader reader(0);
    EXPECT_EQ(reader.take("GET /%zz%4 HTTP/1.1\r\nHost: a\r\n\r\n"), true);
    EXPECT_EQ(reader.request().path, "/%zz%4");
}

struct RequestCase {
    const char* name;
    std::string text;
    int status;
};

std::string post(const std::string& fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

const RequestCase kRequestCases[] = {
    {"long_body", post("Content-Length: 11\r\n"), 413},
    {"huge_body", post("Content-Length: 9223372036854775807\r\n"), 413},
    {"chunks", post("Transfer-Encoding: chunked\r\n"), 411},
    {"compressed_chunks", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
    {"two_lengths", post("Content-Length: 1\r\nContent-Length: 1\r\n"), 400},
    {"length_beside_chunks", post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400},
    {"signed_length", post("Content-Length: +1\r\n"), 400},
    {"expectation", post("Content-Length: 1\r\nExpect: 100-continue\r\n"), 417},
    {"body_of_a_get", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 413},
    {"other_method", "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
    {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"http_2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"bare_lf", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"endless_path", "GET /" + std::string(1 << 20, 'a'), 414},
    {"endless_field", "GET / HTTP/1.1\r\nA: " + std::string(1 << 20, 'a'), 431},
    {"nonsense", std::string(1 << 10, '\0'), 400},
};

TEST(RequestReader, Refuses) {
    for (const RequestCase& c : kRequestCases) {
        SCOPED_TRACE(c.name);
        RequestReader reader(kLargestBody);
        const auto taken = take_in_pieces(reader, c.text, 1000);
        ASSERT_FALSE(taken.has_value());
        EXPECT_EQ(taken.error(), c.status);
        EXPECT_LT(reader.held_bytes(), 20'000U);
    }
}

TEST(RequestReader, RefusesEndlessLines) {
    RequestReader reader(kLargestBody);
    std::expected<bool, int> taken = reader.take("GET / HTTP/1.1\r\n");
    int lines = 0;
    while (taken && lines < 1'000'000) {
        taken = reader.take("a: b\r\n");
        ++lines;
    }
    EXPECT_EQ(taken.error(), 431);
    EXPECT_LE(lines, 16 * 1024 / 6);
}

TEST(RequestReader, RefusesAPostWhereNoneIsTaken) {
    RequestReader reader(0);
    EXPECT_EQ(reader.take(post("Content-Length: 1\r\n")).error(), 405);
}

}  // namespace
}  // namespace breakwater::admin
