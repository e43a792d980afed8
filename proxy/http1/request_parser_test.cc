#include "proxy/http1/request_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http1/framing.h"
#include "tests/support/scan_every_way.h"

namespace breakwater::http1 {
namespace {

using namespace std::string_literals;
using http::Method;
using http::RequestHead;
using http::Version;

/// As the connection does it: scan, parse, framing. What one pass takes for a head, the scan must find.
Done read(std::string_view bytes, RequestHead& into) {
    const Result<std::string_view> head = scan_head(bytes, MessageKind::request);
    Arena arena;
    RequestHead at_once(arena);
    if (const auto length = parse_request_head(bytes, at_once)) {
        EXPECT_TRUE(head.has_value() && head->size() == *length) << bytes;
    }
    if (!head) return fail(head.error());
    const Result<std::size_t> parsed = parse_request_head(*head, into);
    if (!parsed) return fail(parsed.error());
    EXPECT_EQ(*parsed, head->size());
    const Result<Framing> framing = request_framing(into.fields, into.version);
    return framing ? Done{} : fail(framing.error());
}

struct AcceptedRequest {
    const char* name;
    const char* source;
    std::string bytes;
    const char* path;
    const char* host;
    const char* authority;
    const char* fields;  ///< `name=value;` for each
    const char* method = "GET";
    Version version = Version::v1_1;
};

const AcceptedRequest kAcceptedRequests[] = {
    {"origin_form", "RFC 9112 3.2.1", "GET /a?b HTTP/1.1\r\nHost: c\r\n\r\n", "/a", "c", "c",
     "Host=c;"},
    {"post", "RFC 9112 3.1", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "/", "a",
     "a", "Host=a;Content-Length=5;", "POST"},
    {"other_method", "RFC 9110 9.1: any token", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", "/", "a",
     "a", "Host=a;", "M-SEARCH"},
    {"lower_case_method", "RFC 9110 9.1: case-sensitive", "get / HTTP/1.1\r\nHost: a\r\n\r\n", "/",
     "a", "a", "Host=a;", "get"},
    {"empty_line_first", "RFC 9112 2.2", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "/", "a", "a",
     "Host=a;"},
    {"host_last", "RFC 9112 3.2", "GET / HTTP/1.1\r\nA: b\r\nhOsT:\tc \r\n\r\n", "/", "c", "c",
     "A=b;hOsT=c;"},
    {"host_normalised", "RFC 9110 4.2.3", "GET / HTTP/1.1\r\nHost: Shop.Example.:80\r\n\r\n", "/",
     "shop.example", "Shop.Example.:80", "Host=Shop.Example.:80;"},
    {"host_ipv6", "RFC 9110 7.2", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "/", "[::1]",
     "[::1]:80", "Host=[::1]:80;"},
    {"old", "RFC 9112 2.3", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", "/", "a", "a", "Host=a;", "GET",
     Version::v1_0},
    {"old_without_host", "RFC 9112 3.2: required of HTTP/1.1", "GET / HTTP/1.0\r\n\r\n", "/", "",
     "", "", "GET", Version::v1_0},
    {"later_minor_version", "RFC 9110 2.5: as the highest one known",
     "GET / HTTP/1.9\r\nHost: a\r\n\r\n", "/", "a", "a", "Host=a;"},
    {"asterisk", "RFC 9112 3.2.4", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*", "a", "a",
     "Host=a;", "OPTIONS"},
    {"absolute", "RFC 9112 3.2.2: MUST accept", "GET http://b/c HTTP/1.1\r\nHost: b\r\n\r\n", "/c",
     "b", "b", "Host=b;"},
    {"absolute_over_host", "RFC 9112 3.2.2: MUST ignore Host",
     "GET http://B:8080/ HTTP/1.1\r\nHost: a\r\n\r\n", "/", "b", "B:8080", "Host=a;"},
    {"absolute_old", "RFC 9112 3.2.2", "GET http://b/ HTTP/1.0\r\n\r\n", "/", "b", "b", "", "GET",
     Version::v1_0},
    {"underscores", "ingress-nginx drops them",
     "GET / HTTP/1.1\r\nHo_st: b\r\nHost: a\r\nX_A: b\r\n\r\n", "/", "a", "a", "Host=a;"},
    {"underscored_framing_is_none", "ingress-nginx drops them",
     "GET / HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n", "/",
     "a", "a", "Host=a;"},
};

class RequestTest : public testing::TestWithParam<AcceptedRequest> {};

TEST_P(RequestTest, Accepts) {
    const AcceptedRequest& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    RequestHead head(arena);
    ASSERT_TRUE(read(c.bytes, head));
    EXPECT_EQ(head.method_text, c.method);
    EXPECT_EQ(head.method, http::method_of(c.method));
    EXPECT_EQ(head.path, c.path);
    EXPECT_EQ(head.host, c.host);
    EXPECT_EQ(head.authority, c.authority);
    EXPECT_EQ(head.version, c.version);
    std::string fields;
    for (const http::Field& field : head.fields) {
        fields += std::string(field.name()) + "=" + std::string(field.value()) + ";";
    }
    EXPECT_EQ(fields, c.fields);
}

INSTANTIATE_TEST_SUITE_P(Rules, RequestTest, testing::ValuesIn(kAcceptedRequests),
                         [](const auto& param) { return param.param.name; });

struct RefusedRequest {
    const char* name;
    const char* source;
    std::string bytes;
    Err want;
};

constexpr const char* kLine = "RFC 9112 3: exactly one SP";
constexpr const char* kVersion = "RFC 9112 2.3";
constexpr const char* kHost = "RFC 9112 3.2: MUST respond with 400";
constexpr const char* kBothFramings = "RFC 9112 11.2";
constexpr const char* kFoldedLine = "RFC 9112 5.2";

const RefusedRequest kRefusedRequests[] = {
    {"two_spaces", kLine, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_request},
    {"two_spaces_before_version", kLine, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_request},
    {"space_in_target", kLine, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_request},
    {"space_behind_version", kLine, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Err::bad_request},
    {"tab_between", kLine, "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_request},
    {"no_target", kLine, "GET HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_request},
    {"empty_target", kLine, "GET  HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_target},
    {"http_0_9", "RFC 9112 A.1.1", "GET /\r\n\r\n", Err::bad_request},
    {"junk", "RFC 9112 3", "hello\r\n\r\n", Err::bad_request},
    {"version_2", kVersion, "GET / HTTP/2.0\r\nHost: a\r\n\r\n", Err::bad_version},
    {"version_0", kVersion, "GET / HTTP/0.9\r\nHost: a\r\n\r\n", Err::bad_version},
    {"http2_preface", "RFC 9113 3.4", "PRI * HTTP/2.0\r\n\r\n", Err::bad_version},
    {"not_http", "RFC 9113 3.4: an invalid preface", "INVALID CONNECTION PREFACE\r\n\r\n",
     Err::malformed},
    {"sip", "RFC 3261 7.1", "INVITE sip:a@b SIP/2.0\r\nVia: c\r\n\r\n", Err::malformed},
    {"smtp", "RFC 5321 4.1.1.1", "EHLO a.example\r\n\r\n", Err::malformed},
    {"method_in_lower_case", "RFC 9110 9.1", "get / \r\n\r\n", Err::malformed},
    {"rtsp", "RFC 2326 10.1: a method of HTTP", "OPTIONS * RTSP/1.0\r\n\r\n", Err::bad_request},
    {"other_method_space_in_target", kLine, "PURGE /a b HTTP/1.1\r\nHost: a\r\n\r\n",
     Err::bad_request},
    {"method_without_version", kVersion, "GET /a b\r\n\r\n", Err::bad_request},
    {"version_two_digits", kVersion, "GET / HTTP/1.10\r\nHost: a\r\n\r\n", Err::bad_request},
    {"version_no_minor", kVersion, "GET / HTTP/1.\r\nHost: a\r\n\r\n", Err::bad_request},
    {"version_letters", kVersion, "GET / HTTP/1.x\r\nHost: a\r\n\r\n", Err::bad_request},
    {"version_lower_case", kVersion, "GET / http/1.1\r\nHost: a\r\n\r\n", Err::bad_request},
    {"method_bytes", "RFC 9110 9.1", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_request},
    {"connect", "RFC 9112 3.2.3", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
     Err::method_refused},
    {"authority_form", "RFC 9112 3.2.3", "GET a:443 HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_target},
    {"fragment", "RFC 9112 3.2", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_target},
    {"tab_in_target", "RFC 3986 2", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", Err::bad_target},

    {"no_host", kHost, "GET / HTTP/1.1\r\n\r\n", Err::bad_host},
    {"no_host_but_absolute", kHost, "GET http://a/ HTTP/1.1\r\n\r\n", Err::bad_host},
    {"no_host_later_version", kHost, "GET / HTTP/1.2\r\n\r\n", Err::bad_host},
    {"two_hosts", kHost, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Err::bad_host},
    {"two_hosts_alike", kHost, "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: a\r\n\r\n",
     Err::bad_host},
    {"two_hosts_old", kHost, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", Err::bad_host},
    {"empty_host", "RFC 9112 3.3: may be refused", "GET / HTTP/1.1\r\nHost:\r\n\r\n",
     Err::bad_host},
    {"bad_host", kHost, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Err::bad_host},
    {"bad_host_beside_absolute", kHost, "GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n",
     Err::bad_host},
    {"absolute_bad_host", "RFC 9110 4.2.1", "GET http://a,b/ HTTP/1.1\r\nHost: a\r\n\r\n",
     Err::bad_host},
    {"absolute_user", "RFC 9110 4.2.4", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
     Err::bad_host},
    {"absolute_backslash", "RFC 3986 3.2", "GET http://a\\@b/ HTTP/1.1\r\nHost: a\r\n\r\n",
     Err::bad_host},
    {"absolute_empty_host", "RFC 9110 4.2.1", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n",
     Err::bad_host},
    {"only_underscored_host", kHost, "GET / HTTP/1.1\r\nHo_st: a\r\n\r\n", Err::bad_host},

    {"space_before_colon", "RFC 9112 5.1: MUST reject",
     "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", Err::bad_field},
    {"space_in_name", "RFC 9110 5.1",
     "GET / HTTP/1.1\r\nHost: a\r\nTransfer Encoding: chunked\r\n\r\n", Err::bad_field},
    {"no_colon", "RFC 9112 5", "GET / HTTP/1.1\r\nHost: a\r\nab\r\n\r\n", Err::bad_field},
    {"obs_fold", kFoldedLine, "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n",
     Err::bad_request},
    {"obs_fold_first", "RFC 9112 2.2", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", Err::bad_request},
    {"bare_lf", "RFC 9112 2.2", "GET / HTTP/1.1\nHost: a\n\n", Err::bad_request},
    {"lf_hides_a_field", "RFC 9112 2.2",
     "GET / HTTP/1.1\r\nHost: a\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n", Err::bad_request},
    {"cr_hides_a_field", "RFC 9112 2.2",
     "GET / HTTP/1.1\r\nHost: a\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n", Err::bad_request},
    {"nul_in_value", "RFC 9110 5.5", "GET / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n"s,
     Err::bad_request},
    {"vertical_tab_chunked", "RFC 9110 5.5",
     "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0B"
     "chunked\r\n\r\n",
     Err::bad_request},
    {"name_with_control", "RFC 9110 5.1",
     "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\x0B: chunked\r\n\r\n", Err::bad_request},

    {"cl_te", kBothFramings,
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n",
     Err::bad_framing},
    {"te_cl", kBothFramings,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\ncontent-length: 6\r\n\r\n",
     Err::bad_framing},
    {"te_te", kBothFramings,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n\r\n",
     Err::bad_framing},
    {"xchunked", kBothFramings, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
     Err::bad_framing},
    {"cl_cl", kBothFramings,
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\n",
     Err::bad_framing},
    {"cl_plus", kBothFramings, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +6\r\n\r\n",
     Err::bad_framing},
    {"cl_get", kBothFramings, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x0\r\n\r\n",
     Err::bad_framing},
    {"old_chunked", "RFC 9112 6.1",
     "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Err::bad_framing},
    {"foreign_coding", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", Err::unknown_coding},
};

class RefusedRequestTest : public testing::TestWithParam<RefusedRequest> {};

TEST_P(RefusedRequestTest, Refuses) {
    const RefusedRequest& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    RequestHead head(arena);
    const Done got = read(c.bytes, head);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, c.want) << got.error().detail;
}

INSTANTIATE_TEST_SUITE_P(Rules, RefusedRequestTest, testing::ValuesIn(kRefusedRequests),
                         [](const auto& param) { return param.param.name; });

TEST(RequestParser, QueryIsToldFromNoQuery) {
    Arena arena;
    RequestHead with(arena), without(arena);
    ASSERT_TRUE(parse_request_head("GET /a? HTTP/1.0\r\n\r\n", with));
    ASSERT_TRUE(parse_request_head("GET /a HTTP/1.0\r\n\r\n", without));
    EXPECT_TRUE(with.has_query && with.query.empty());
    EXPECT_FALSE(without.has_query);
    EXPECT_EQ(with.target, "/a?");
}

TEST(RequestParser, WhatWasReadOfARefusedHeadIsSet) {
    Arena arena;
    RequestHead head(arena);
    ASSERT_FALSE(parse_request_head("PUT /a HTTP/1.1\r\nHost: a\r\nb\r\n\r\n", head));
    EXPECT_EQ(head.method, Method::put);
    EXPECT_EQ(head.target, "/a");
    EXPECT_EQ(head.path, "/a");
    EXPECT_EQ(head.fields.get("host"), "a");
}

TEST(RequestParser, ViewsPointIntoTheHead) {
    Arena arena;
    RequestHead head(arena);
    const std::string bytes = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n";
    ASSERT_TRUE(parse_request_head(bytes, head));
    const auto inside = [&](std::string_view view) {
        return view.data() >= bytes.data() &&
               view.data() + view.size() <= bytes.data() + bytes.size();
    };
    EXPECT_TRUE(inside(head.method_text) && inside(head.path) && inside(head.host));
    EXPECT_TRUE(inside(head.fields.begin()->name()) && inside(head.fields.begin()->value()));
}

}  // namespace
}  // namespace breakwater::http1
