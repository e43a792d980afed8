#include "proxy/http1/head_scan.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/scan_every_way.h"

namespace breakwater::http1 {
namespace {

using namespace std::string_literals;

constexpr auto kWholeRequest = MessageKind::request;
constexpr auto kWholeResponse = MessageKind::response;
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
    {"request", "RFC 9112 2.1", kWholeRequest, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0, 27},
    {"no_field", "RFC 9112 2.1", kWholeRequest, "GET / HTTP/1.0\r\n\r\n", 0, 18},
    {"what_follows_is_left", "RFC 9112 9.3.2: pipelining", kWholeRequest,
     "GET / HTTP/1.0\r\n\r\n\x16\r\n", 0, 18},
    {"empty_line_before", "RFC 9112 2.2: SHOULD ignore", kWholeRequest,
     "\r\nGET / HTTP/1.1\r\n\r\n", 2, 18},
    {"empty_lines_before", "RFC 9112 2.2", kWholeRequest, "\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", 6,
     18},
    {"most_empty_lines", "limits.h: kMaxEmptyLines", kWholeRequest,
     "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", 16, 18},
    {"tab_and_text_in_a_value", "RFC 9110 5.5", kWholeRequest,
     "GET / HTTP/1.1\r\na:\t\xC3\xA9\r\n\r\n", 0, 25},
    {"another_version", "RFC 9110 2.5", kWholeRequest, "PRI * HTTP/2.0\r\n\r\n", 0, 18},
    {"line_at_its_limit", "HeadLimits", kWholeRequest,
     "GET /" + std::string(18, 'a') + " HTTP/1.1\r\n\r\n", 0, 36},
    {"field_at_its_limit", "HeadLimits", kWholeRequest,
     "GET / HTTP/1.1\r\na:" + std::string(30, 'b') + "\r\n\r\n", 0, 52},
    {"head_at_its_limit", "HeadLimits", kWholeRequest,
     "GET / HTTP/1.1\r\na: " + std::string(20, 'b') + "\r\nc: " + std::string(16, 'd') + "\r\n\r\n",
     0, 64},
    {"response", "RFC 9112 4", kWholeResponse, "HTTP/1.1 200 OK\r\na: b\r\n\r\n", 0, 25},
    {"response_without_reason", "RFC 9112 4", kWholeResponse, "HTTP/1.1 200 \r\n\r\n", 0, 17},
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

/// RefusedHead as soon as the last of `bytes` is there.
struct RefusedHead {
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

const RefusedHead kRefusedHeads[] = {
    {"client_hello", kFirstByte, kWholeRequest, "\x16", Err::bad_request},
    {"ssh_is_a_token_until_its_end", kFirstByte, kWholeRequest, "SSH-2.0-OpenSSH\r",
     Err::bad_request},
    {"space_first", kFirstByte, kWholeRequest, " ", Err::bad_request},
    {"high_byte_first", kFirstByte, kWholeRequest, "\xFF", Err::bad_request},
    {"method_with_control", kFirstByte, kWholeRequest, "GE\x01", Err::bad_request},
    {"method_with_tab", kFirstByte, kWholeRequest, "GET\t", Err::bad_request},
    {"method_with_slash", kFirstByte, kWholeRequest, "GET/", Err::bad_request},
    {"method_with_colon", kFirstByte, kWholeRequest, "Host:", Err::bad_request},
    {"lf_first", kLineEnds, kWholeRequest, "\n", Err::bad_request},
    {"cr_first", kBareCr, kWholeRequest, "\rG", Err::bad_request},
    {"cr_cr", kBareCr, kWholeRequest, "\r\r", Err::bad_request},
    {"too_many_empty_lines", "limits.h: kMaxEmptyLines", kWholeRequest,
     "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", Err::bad_request},
    {"nul_in_target", kControl, kWholeRequest, "GET /\0"s, Err::bad_request},
    {"del_in_target", kControl, kWholeRequest, "GET /\x7F", Err::bad_request},
    {"control_in_target", kControl, kWholeRequest, "GET /\x1B", Err::bad_request},
    {"lf_in_first_line", kLineEnds, kWholeRequest, "GET / HTTP/1.1\n", Err::bad_request},
    {"cr_in_target", kBareCr, kWholeRequest, "GET /\ra", Err::bad_request},
    {"cr_behind_version", kBareCr, kWholeRequest, "GET / HTTP/1.1\r\r", Err::bad_request},
    {"http_0_9", "RFC 9112 A.1.1: no HTTP/0.9", kWholeRequest, "GET /\r\n", Err::bad_request},
    {"version_only", "RFC 9112 3", kWholeRequest, "G HTTP/1\r\n", Err::bad_request},
    {"lower_case_version", "RFC 9112 2.3: case-sensitive", kWholeRequest, "GET / http/1.1\r\n",
     Err::bad_request},
    {"space_before_fields", kSpaceFirst, kWholeRequest, "GET / HTTP/1.1\r\n ", Err::bad_request},
    {"tab_before_fields", kSpaceFirst, kWholeRequest, "GET / HTTP/1.1\r\n\t", Err::bad_request},
    {"folded", kFolded, kWholeRequest, "GET / HTTP/1.1\r\na: b\r\n ", Err::bad_request},
    {"folded_by_tab", kFolded, kWholeRequest, "GET / HTTP/1.1\r\na: b\r\n\t", Err::bad_request},
    {"line_begins_with_colon", "RFC 9112 5", kWholeRequest,
     "GET / HTTP/1.1\r\n:", Err::bad_request},
    {"line_begins_with_control", "RFC 9112 5", kWholeRequest, "GET / HTTP/1.1\r\n\x0B",
     Err::bad_request},
    {"lf_behind_field", kLineEnds, kWholeRequest, "GET / HTTP/1.1\r\na: b\n", Err::bad_request},
    {"lf_ends_head", kLineEnds, kWholeRequest, "GET / HTTP/1.1\r\na: b\r\n\n", Err::bad_request},
    {"cr_in_value", kBareCr, kWholeRequest, "GET / HTTP/1.1\r\na: b\rc", Err::bad_request},
    {"cr_ends_head", kBareCr, kWholeRequest, "GET / HTTP/1.1\r\na: b\r\n\rX", Err::bad_request},
    {"nul_in_value", kControl, kWholeRequest, "GET / HTTP/1.1\r\na: \0"s, Err::bad_request},
    {"nul_in_name", kControl, kWholeRequest, "GET / HTTP/1.1\r\na\0"s, Err::bad_request},
    {"vertical_tab_in_value", kControl, kWholeRequest, "GET / HTTP/1.1\r\nTransfer-Encoding: \x0B",
     Err::bad_request},
    {"del_in_value", kControl, kWholeRequest, "GET / HTTP/1.1\r\na: \x7F", Err::bad_request},

    {"method_too_long", "RFC 9112 3: 414", kWholeRequest, std::string(33, 'A'), Err::uri_too_long},
    {"uri_too_long", "RFC 9112 3: 414", kWholeRequest, "GET /" + std::string(28, 'a'),
     Err::uri_too_long},
    {"field_too_long", "RFC 9112 5.4, RFC 6585 5: 431", kWholeRequest,
     "GET / HTTP/1.1\r\na:" + std::string(31, 'b'), Err::head_too_large},
    {"head_too_large", "RFC 9112 5.4, RFC 6585 5: 431", kWholeRequest,
     "GET / HTTP/1.1\r\na: " + std::string(20, 'b') + "\r\nc: " + std::string(17, 'd') + "\r\n\r\n",
     Err::head_too_large},

    {"response_not_http", "RFC 9112 4", kWholeResponse, "S", Err::bad_response},
    {"response_not_http_late", "RFC 9112 4", kWholeResponse, "HTTX", Err::bad_response},
    {"response_icy", "RFC 9112 4", kWholeResponse, "I", Err::bad_response},
    {"response_behind_an_empty_line", "RFC 9112 2.2: for servers alone", kWholeResponse, "\r",
     Err::bad_response},
    {"response_lf", kLineEnds, kWholeResponse, "HTTP/1.1 200 OK\n", Err::bad_response},
    {"response_cr", kBareCr, kWholeResponse, "HTTP/1.1 200 OK\r\na: b\rc", Err::bad_response},
    {"response_nul", kControl, kWholeResponse, "HTTP/1.1 200 OK\r\na: \0"s, Err::bad_response},
    {"response_folded", "RFC 9112 5.2: or replace it with 502", kWholeResponse,
     "HTTP/1.1 200 OK\r\na: b\r\n ", Err::bad_response},
    {"response_line_too_long", "RFC 9112 5.4", kWholeResponse,
     "HTTP/1.1 200 " + std::string(20, 'a'), Err::response_head_too_large},
    {"response_too_large", "RFC 9112 5.4", kWholeResponse,
     "HTTP/1.1 200 OK\r\na:" + std::string(25, 'b') + "\r\na: " + std::string(16, 'b'),
     Err::response_head_too_large},
};

class RefusedTest : public testing::TestWithParam<RefusedHead> {};

TEST_P(RefusedTest, WithTheByteThatShowsIt) {
    const RefusedHead& c = GetParam();
    SCOPED_TRACE(c.source);
    HeadScan scan(c.kind, kLimits);
    const Found found = find_every_way(c.bytes, scan);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, c.want);
    EXPECT_STRNE(found.error().detail, nullptr);

    HeadScan before(c.kind, kLimits);
    EXPECT_EQ(before.find(c.bytes.substr(0, c.bytes.size() - 1)), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Rules, RefusedTest, testing::ValuesIn(kRefusedHeads),
                         [](const auto& param) { return param.param.name; });

TEST(HeadScan, WaitsForMore) {
    HeadScan scan(kWholeRequest, kLimits);
    EXPECT_EQ(scan.find(""), std::nullopt);
    EXPECT_EQ(scan.find("GET / HTTP/1.1\r\nHost: a\r\n\r"), std::nullopt);
}

TEST(HeadScan, NextMessage) {
    HeadScan scan(kWholeRequest, kLimits);
    ASSERT_EQ(scan.find("\r\nGET / HTTP/1.0\r\n\r\n").value(), 18U);
    scan.reset();
    EXPECT_EQ(scan.skipped(), 0U);
    EXPECT_EQ(scan.find("GET /a HTTP/1.0\r\n\r\n").value(), 19U);
}

}  // namespace
}  // namespace breakwater::http1
