#include "proxy/http1/response_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/scan_every_way.h"

namespace breakwater::http1 {
namespace {

using namespace std::string_literals;
using http::ResponseHead;
using http::Version;

/// What one pass takes for a head, the scan must find.
Done read(std::string_view bytes, ResponseHead& into) {
    const Result<std::string_view> head = scan_head(bytes, MessageKind::response);
    Arena arena;
    ResponseHead at_once(arena);
    if (const auto length = parse_response_head(bytes, at_once)) {
        EXPECT_TRUE(head.has_value() && head->size() == *length) << bytes;
    }
    if (!head) return fail(head.error());
    const Result<std::size_t> parsed = parse_response_head(*head, into);
    if (!parsed) return fail(parsed.error());
    EXPECT_EQ(*parsed, head->size());
    return {};
}

struct AcceptedResponse {
    const char* name;
    const char* source;
    std::string bytes;
    int status;
    const char* reason;
    const char* fields;
    Version version = Version::v1_1;
};

const AcceptedResponse kAcceptedResponses[] = {
    {"plain", "RFC 9112 4", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200, "OK", "A=b;"},
    {"old", "RFC 9112 2.3", "HTTP/1.0 404 Not Found\r\n\r\n", 404, "Not Found", "", Version::v1_0},
    {"later_minor_version", "RFC 9110 2.5", "HTTP/1.7 200 OK\r\n\r\n", 200, "OK", ""},
    {"empty_reason", "RFC 9112 4", "HTTP/1.1 200 \r\n\r\n", 200, "", ""},
    {"no_reason", "response_parser.h: from many servers", "HTTP/1.1 200\r\n\r\n", 200, "", ""},
    {"any_reason", "RFC 9112 4: SHOULD ignore", "HTTP/1.1 200  \tvery \xC3\xA9 \r\n\r\n", 200,
     " \tvery \xC3\xA9 ", ""},
    {"interim", "RFC 9110 15.2", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", 103, "Early Hints",
     "Link=a;"},
    {"unknown_status", "RFC 9110 15", "HTTP/1.1 599 X\r\n\r\n", 599, "X", ""},
    {"largest_status", "head.h", "HTTP/1.1 999 X\r\n\r\n", 999, "X", ""},
    {"space_before_colon", "RFC 9112 5.1: a proxy MUST remove it",
     "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", 200, "OK", "A=b;"},
    {"underscore", "nginx passes it", "HTTP/1.1 200 OK\r\na_b: c\r\n\r\n", 200, "OK", "a_b=c;"},
};

class ResponseTest : public testing::TestWithParam<AcceptedResponse> {};

TEST_P(ResponseTest, Accepts) {
    const AcceptedResponse& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    ResponseHead head(arena);
    ASSERT_TRUE(read(c.bytes, head));
    EXPECT_EQ(head.status, c.status);
    EXPECT_EQ(head.reason, c.reason);
    EXPECT_EQ(head.version, c.version);
    std::string fields;
    for (const http::Field& field : head.fields) {
        fields += std::string(field.name()) + "=" + std::string(field.value()) + ";";
    }
    EXPECT_EQ(fields, c.fields);
}

INSTANTIATE_TEST_SUITE_P(Rules, ResponseTest, testing::ValuesIn(kAcceptedResponses),
                         [](const auto& param) { return param.param.name; });

struct RefusedResponse {
    const char* name;
    const char* source;
    std::string bytes;
};

constexpr const char* kStatusLine = "RFC 9112 4";
const RefusedResponse kRefusedResponses[] = {
    {"status_two_digits", kStatusLine, "HTTP/1.1 20 OK\r\n\r\n"},
    {"status_four_digits", kStatusLine, "HTTP/1.1 2000 OK\r\n\r\n"},
    {"status_letters", kStatusLine, "HTTP/1.1 2x0 OK\r\n\r\n"},
    {"status_sign", kStatusLine, "HTTP/1.1 +20 OK\r\n\r\n"},
    {"status_below_100", "RFC 9110 15", "HTTP/1.1 099 OK\r\n\r\n"},
    {"no_status", kStatusLine, "HTTP/1.1\r\n\r\n"},
    {"no_status_but_space", kStatusLine, "HTTP/1.1 \r\n\r\n"},
    {"two_spaces", kStatusLine, "HTTP/1.1  200 OK\r\n\r\n"},
    {"tab_before_reason", kStatusLine, "HTTP/1.1 200\tOK\r\n\r\n"},
    {"version_2", "RFC 9112 2.3", "HTTP/2.0 200 OK\r\n\r\n"},
    {"version_without_minor", "RFC 9112 2.3", "HTTP/2 200 OK\r\n\r\n"},
    {"version_two_digits", "RFC 9112 2.3", "HTTP/1.10 200 OK\r\n\r\n"},
    {"lower_case", "RFC 9112 2.3", "http/1.1 200 OK\r\n\r\n"},
    {"bad_field", "RFC 9112 5", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n"},
    {"space_in_name", "RFC 9110 5.1", "HTTP/1.1 200 OK\r\na b: c\r\n\r\n"},
    {"obs_fold", "RFC 9112 5.2: or replace it with 502", "HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n"},
    {"bare_lf_splits", "RFC 9112 11.1", "HTTP/1.1 200 OK\r\na: b\nSet-Cookie: c\r\n\r\n"},
    {"bare_cr_splits", "RFC 9112 2.2, 11.1", "HTTP/1.1 200 OK\r\na: b\rSet-Cookie: c\r\n\r\n"},
    {"nul", "RFC 9110 5.5", "HTTP/1.1 200 OK\r\na: b\0\r\n\r\n"s},
};

class RefusedResponseTest : public testing::TestWithParam<RefusedResponse> {};

TEST_P(RefusedResponseTest, Refuses) {
    const RefusedResponse& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    ResponseHead head(arena);
    const Done got = read(c.bytes, head);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Err::bad_response);
}

INSTANTIATE_TEST_SUITE_P(Rules, RefusedResponseTest, testing::ValuesIn(kRefusedResponses),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace breakwater::http1
