#include "proxy/http1/head_scan.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/scan_every_way.h"

namespace breakwater::http1 {
namespace {

using namespace std::string_literals;

constexpr auto kRequest = MessageKind::request;
constexpr auto kResponse = MessageKind::response;
constexpr table::HeadLimits kLimits{.line_bytes = 32, .head_bytes = 64};

struct Complete {
    const char* name;
    const char* source;
    MessageKind kind;
    std::string bytes;
    std::size_t skipped;
    std::size_t length;
};

const Complete kComplete[] = {
    {"request", "RFC 9112 2.1", kRequest, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0, 27},
    {"no_field", "RFC 9112 2.1", kRequest, "GET / HTTP/1.0\r\n\r\n", 0, 18},
    {"what_follows_is_left", "RFC 9112 9.3.2: pipelining", kRequest,
     "GET / HTTP/1.0\r\n\r\n\x16\r\n", 0, 18},
    {"empty_line_before", "RFC 9112 2.2: SHOULD ignore", kRequest, "\r\nGET / HTTP/1.1\r\n\r\n", 2,
     18},
    {"empty_lines_before", "RFC 9112 2.2", kRequest, "\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", 6, 18},
    {"most_empty_lines", "limits.h: kMaxEmptyLines", kRequest,
     "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", 16, 18},
    {"tab_and_text_in_a_value", "RFC 9110 5.5", kRequest, "GET / HTTP/1.1\r\na:\t\xC3\xA9\r\n\r\n",
     0, 25},
    {"another_version", "RFC 9110 2.5", kRequest, "PRI * HTTP/2.0\r\n\r\n", 0, 18},
    {"line_at_its_limit", "HeadLimits", kRequest,
     "GET /" + std::string(18, 'a') + " HTTP/1.1\r\n\r\n", 0, 36},
    {"field_at_its_limit", "HeadLimits", kRequest,
     "GET / HTTP/1.1\r\na:" + std::string(30, 'b') + "\r\n\r\n", 0, 52},
    {"head_at_its_limit", "HeadLimits", kRequest,
     "GET / HTTP/1.1\r\na: " + std::string(20, 'b') + "\r\nc: " + std::string(16, 'd') + "\r\n\r\n",
     0, 64},
    {"response", "RFC 9112 4", kResponse, "HTTP/1.1 200 OK\r\na: b\r\n\r\n", 0, 25},
    {"response_without_reason", "RFC 9112 4", kResponse, "HTTP/1.1 200 \r\n\r\n", 0, 17},
};

class CompleteTest : public testing::TestWithParam<Complete> {};

TEST_P(CompleteTest, IsFoundAtItsLastByte) {
    const Complete& c = GetParam();
    SCOPED_TRACE(c.source);
    HeadScan scan(c.kind, kLimits);
    const Found found = find_every_way(c.bytes, scan);
    ASSERT_TRUE(found);
    ASSERT_TRUE(*found);
    EXPECT_EQ(**found, c.length);
    EXPECT_EQ(scan.skipped(), c.skipped);
    EXPECT_TRUE(c.bytes.substr(0, c.skipped + c.length).ends_with("\r\n\r\n"));
}

INSTANTIATE_TEST_SUITE_P(Rules, CompleteTest, testing::ValuesIn(kComplete),
                         [](const auto& param) { return param.param.name; });

/// Refused as soon as the last of `bytes` is there.
struct Refused {
    const char* name;
    const char* source;
    MessageKind kind;
    std::string bytes;
    Err want;
};

constexpr const char* kLineEnds = "RFC 9112 2.2: strict line ends";
constexpr const char* kBareCr = "RFC 9112 2.2: a bare CR is invalid";
constexpr const char* kControl = "RFC 9110 5.5: CR, LF, NUL and controls";
constexpr const char* kFirstByte = "RFC 9112 3, RFC 9110 9.1: a method is a token";
constexpr const char* kSpaceFirst = "RFC 9112 2.2: white space before the first field";
constexpr const char* kFolded = "RFC 9112 5.2: MUST reject obs-fold";

const Refused kRefused[] = {
    {"client_hello", kFirstByte, kRequest, "\x16", Err::bad_request},
    {"ssh_is_a_token_until_its_end", kFirstByte, kRequest, "SSH-2.0-OpenSSH\r", Err::bad_request},
    {"space_first", kFirstByte, kRequest, " ", Err::bad_request},
    {"high_byte_first", kFirstByte, kRequest, "\xFF", Err::bad_request},
    {"method_with_control", kFirstByte, kRequest, "GE\x01", Err::bad_request},
    {"method_with_tab", kFirstByte, kRequest, "GET\t", Err::bad_request},
    {"method_with_slash", kFirstByte, kRequest, "GET/", Err::bad_request},
    {"method_with_colon", kFirstByte, kRequest, "Host:", Err::bad_request},
    {"lf_first", kLineEnds, kRequest, "\n", Err::bad_request},
    {"cr_first", kBareCr, kRequest, "\rG", Err::bad_request},
    {"cr_cr", kBareCr, kRequest, "\r\r", Err::bad_request},
    {"too_many_empty_lines", "limits.h: kMaxEmptyLines", kRequest,
     "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", Err::bad_request},
    {"nul_in_target", kControl, kRequest, "GET /\0"s, Err::bad_request},
    {"del_in_target", kControl, kRequest, "GET /\x7F", Err::bad_request},
    {"control_in_target", kControl, kRequest, "GET /\x1B", Err::bad_request},
    {"lf_in_first_line", kLineEnds, kRequest, "GET / HTTP/1.1\n", Err::bad_request},
    {"cr_in_target", kBareCr, kRequest, "GET /\ra", Err::bad_request},
    {"cr_behind_version", kBareCr, kRequest, "GET / HTTP/1.1\r\r", Err::bad_request},
    {"http_0_9", "RFC 9112 A.1.1: no HTTP/0.9", kRequest, "GET /\r\n", Err::bad_request},
    {"version_only", "RFC 9112 3", kRequest, "G HTTP/1\r\n", Err::bad_request},
    {"lower_case_version", "RFC 9112 2.3: case-sensitive", kRequest, "GET / http/1.1\r\n",
     Err::bad_request},
    {"space_before_fields", kSpaceFirst, kRequest, "GET / HTTP/1.1\r\n ", Err::bad_request},
    {"tab_before_fields", kSpaceFirst, kRequest, "GET / HTTP/1.1\r\n\t", Err::bad_request},
    {"folded", kFolded, kRequest, "GET / HTTP/1.1\r\na: b\r\n ", Err::bad_request},
    {"folded_by_tab", kFolded, kRequest, "GET / HTTP/1.1\r\na: b\r\n\t", Err::bad_request},
    {"line_begins_with_colon", "RFC 9112 5", kRequest, "GET / HTTP/1.1\r\n:", Err::bad_request},
    {"line_begins_with_control", "RFC 9112 5", kRequest, "GET / HTTP/1.1\r\n\x0B",
     Err::bad_request},
    {"lf_behind_field", kLineEnds, kRequest, "GET / HTTP/1.1\r\na: b\n", Err::bad_request},
    {"lf_ends_head", kLineEnds, kRequest, "GET / HTTP/1.1\r\na: b\r\n\n", Err::bad_request},
    {"cr_in_value", kBareCr, kRequest, "GET / HTTP/1.1\r\na: b\rc", Err::bad_request},
    {"cr_ends_head", kBareCr, kRequest, "GET / HTTP/1.1\r\na: b\r\n\rX", Err::bad_request},
    {"nul_in_value", kControl, kRequest, "GET / HTTP/1.1\r\na: \0"s, Err::bad_request},
    {"nul_in_name", kControl, kRequest, "GET / HTTP/1.1\r\na\0"s, Err::bad_request},
    {"vertical_tab_in_value", kControl, kRequest, "GET / HTTP/1.1\r\nTransfer-Encoding: \x0B",
     Err::bad_request},
    {"del_in_value", kControl, kRequest, "GET / HTTP/1.1\r\na: \x7F", Err::bad_request},

    {"method_too_long", "RFC 9112 3: 414", kRequest, std::string(33, 'A'), Err::uri_too_long},
    {"uri_too_long", "RFC 9112 3: 414", kRequest, "GET /" + std::string(28, 'a'),
     Err::uri_too_long},
    {"field_too_long", "RFC 9112 5.4, RFC 6585 5: 431", kRequest,
     "GET / HTTP/1.1\r\na:" + std::string(31, 'b'), Err::head_too_large},
    {"head_too_large", "RFC 9112 5.4, RFC 6585 5: 431", kRequest,
     "GET / HTTP/1.1\r\na: " + std::string(20, 'b') + "\r\nc: " + std::string(17, 'd') + "\r\n\r\n",
     Err::head_too_large},

    {"response_not_http", "RFC 9112 4", kResponse, "S", Err::bad_response},
    {"response_not_http_late", "RFC 9112 4", kResponse, "HTTX", Err::bad_response},
    {"response_icy", "RFC 9112 4", kResponse, "I", Err::bad_response},
    {"response_behind_an_empty_line", "RFC 9112 2.2: for servers alone", kResponse, "\r",
     Err::bad_response},
    {"response_lf", kLineEnds, kResponse, "HTTP/1.1 200 OK\n", Err::bad_response},
    {"response_cr", kBareCr, kResponse, "HTTP/1.1 200 OK\r\na: b\rc", Err::bad_response},
    {"response_nul", kControl, kResponse, "HTTP/1.1 200 OK\r\na: \0"s, Err::bad_response},
    {"response_folded", "RFC 9112 5.2: or replace it with 502", kResponse,
     "HTTP/1.1 200 OK\r\na: b\r\n ", Err::bad_response},
    {"response_line_too_long", "RFC 9112 5.4", kResponse, "HTTP/1.1 200 " + std::string(20, 'a'),
     Err::response_head_too_large},
    {"response_too_large", "RFC 9112 5.4", kResponse,
     "HTTP/1.1 200 OK\r\na:" + std::string(25, 'b') + "\r\na: " + std::string(16, 'b'),
     Err::response_head_too_large},
};

class RefusedTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedTest, WithTheByteThatShowsIt) {
    const Refused& c = GetParam();
    SCOPED_TRACE(c.source);
    HeadScan scan(c.kind, kLimits);
    const Found found = find_every_way(c.bytes, scan);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, c.want);
    EXPECT_STRNE(found.error().detail, nullptr);

    HeadScan before(c.kind, kLimits);
    EXPECT_EQ(before.find(c.bytes.substr(0, c.bytes.size() - 1)), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Rules, RefusedTest, testing::ValuesIn(kRefused),
                         [](const auto& param) { return param.param.name; });

TEST(HeadScan, WaitsForMore) {
    HeadScan scan(kRequest, kLimits);
    EXPECT_EQ(scan.find(""), std::nullopt);
    EXPECT_EQ(scan.find("GET / HTTP/1.1\r\nHost: a\r\n\r"), std::nullopt);
}

TEST(HeadScan, NextMessage) {
    HeadScan scan(kRequest, kLimits);
    ASSERT_EQ(scan.find("\r\nGET / HTTP/1.0\r\n\r\n").value(), 18U);
    scan.reset();
    EXPECT_EQ(scan.skipped(), 0U);
    EXPECT_EQ(scan.find("GET /a HTTP/1.0\r\n\r\n").value(), 19U);
}

}  // namespace
}  // namespace breakwater::http1
