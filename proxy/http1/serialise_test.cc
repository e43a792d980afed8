#include "proxy/http1/serialise.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http1/request_parser.h"
#include "proxy/http1/response_parser.h"

namespace breakwater::http1 {
namespace {

using http::RequestHead;
using http::ResponseHead;

template <class Head>
std::string bytes_of(const Head& head) {
    std::string to(size_of(head), '?');
    EXPECT_EQ(write(head, to.data()), to.data() + to.size());
    return to;
}

TEST(Serialise, Request) {  // RFC 9112 sections 3 and 5
    Arena arena;
    RequestHead head(arena);
    head.method_text = "POST";
    head.path = "/a";
    head.query = "b=c";
    head.has_query = true;
    head.fields.add("Host", "d");
    head.fields.add("X-Empty", "");
    EXPECT_EQ(bytes_of(head), "POST /a?b=c HTTP/1.1\r\nHost: d\r\nX-Empty: \r\n\r\n");
}

// Runs of fields that lie as they came are copied as one; what stands between others is not theirs.
TEST(Serialise, FieldsAsReceived) {
    const std::string received = "A: 1\r\nB:2\r\nC: 3\r\nD: 4 \r\nE: \r\nF: 6\r\nG:\t7\r\n";
    Arena arena;
    http::Fields fields(arena);
    const auto add = [&](std::size_t name, std::size_t value, std::size_t bytes) {
        const std::string_view all = received;
        fields.add_view(all.substr(name, 1), all.substr(value, bytes));
    };
    add(0, 3, 1);
    add(6, 8, 1);
    add(11, 14, 1);
    add(17, 20, 1);
    add(24, 27, 0);
    fields.add_view("X", "between");
    add(29, 32, 1);
    add(35, 38, 1);
    std::string to(size_of(fields), '?');
    EXPECT_EQ(write(fields, to.data()), to.data() + to.size());
    EXPECT_EQ(to, "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: \r\nX: between\r\nF: 6\r\nG: 7\r\n");
}

TEST(Serialise, EmptyQueryAndNone) {
    Arena arena;
    RequestHead head(arena);
    head.method_text = "GET";
    head.path = "/";
    EXPECT_EQ(bytes_of(head), "GET / HTTP/1.1\r\n\r\n");
    head.has_query = true;
    EXPECT_EQ(bytes_of(head), "GET /? HTTP/1.1\r\n\r\n");
}

TEST(Serialise, Asterisk) {  // RFC 9112 section 3.2.4
    Arena arena;
    RequestHead head(arena);
    head.method_text = "OPTIONS";
    head.path = "*";
    EXPECT_EQ(bytes_of(head), "OPTIONS * HTTP/1.1\r\n\r\n");
}

// RFC 9112 section 11.1: what a rewrite made of decoded text does not split the request.
TEST(Serialise, ARewrittenTargetIsEncoded) {
    Arena arena;
    RequestHead head(arena);
    head.method_text = "GET";
    head.path = std::string_view("/a b\r\nc?#\0\x7F\xC3", 12);
    head.query = "d e#?\n";
    head.has_query = true;
    EXPECT_EQ(bytes_of(head), "GET /a%20b%0D%0Ac%3F%23%00%7F\xC3?d%20e%23?%0A HTTP/1.1\r\n\r\n");
}

TEST(Serialise, AFieldThatAFilterSetsDoesNotSplit) {  // RFC 9112 section 11.1
    Arena arena;
    ResponseHead head(arena);
    head.status = 302;
    head.reason = "Found";
    head.fields.set("location", "/\r\nSet-Cookie: a");
    EXPECT_EQ(bytes_of(head), "HTTP/1.1 302 Found\r\nlocation: /  Set-Cookie: a\r\n\r\n");
}

TEST(Serialise, Response) {  // RFC 9112 section 4: the space before an empty reason stays
    Arena arena;
    ResponseHead head(arena);
    head.status = 999;
    EXPECT_EQ(bytes_of(head), "HTTP/1.1 999 \r\n\r\n");
    head.status = 100;
    head.reason = "Continue";
    head.version = http::Version::v1_0;
    EXPECT_EQ(bytes_of(head), "HTTP/1.1 100 Continue\r\n\r\n") << "our own version";
}

TEST(Serialise, ARequestReadAgainIsTheSame) {
    for (const char* bytes : {
             "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
             "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n",
             "PURGE /a|b?{c} HTTP/1.1\r\nA: b\r\nHost: [::1]:80\r\nC: caf\xC3\xA9\r\nD: \r\n\r\n",
         }) {
        Arena arena;
        RequestHead head(arena);
        ASSERT_TRUE(parse_request_head(bytes, head));
        EXPECT_EQ(bytes_of(head), bytes);
    }
}

TEST(Serialise, AResponseReadAgainIsTheSame) {
    for (const char* bytes : {
             "HTTP/1.1 200 OK\r\n\r\n",
             "HTTP/1.1 204 \r\nA: b\r\n\r\n",
             "HTTP/1.1 418 I'm a teapot\r\nset-cookie: a\r\nset-cookie: b\r\n\r\n",
         }) {
        Arena arena;
        ResponseHead head(arena);
        ASSERT_TRUE(parse_response_head(bytes, head));
        EXPECT_EQ(bytes_of(head), bytes);
    }
}

}  // namespace
}  // namespace breakwater::http1
