// Which heads become requests, and which are refused with what: RFC 9113 section 8.3, and the rules that
// HTTP/1.1 is held to.

#include "proxy/http2/request_head.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace breakwater::http2 {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

const table::HeadLimits kLimits{.line_bytes = 64, .head_bytes = 256};

struct Case {
    const char* name;
    const char* source;
    Fields fields;
    std::optional<Err> want = std::nullopt;  ///< nothing: taken
};

Fields request(Fields more, std::string method = "GET", std::string path = "/",
               std::string authority = "a.test") {
    Fields fields{{":method", std::move(method)}, {":scheme", "https"}, {":path", std::move(path)}};
    if (!authority.empty()) fields.emplace_back(":authority", std::move(authority));
    for (auto& field : more) fields.push_back(std::move(field));
    return fields;
}

Fields many(std::size_t count) {
    Fields fields;
    for (std::size_t i = 0; i < count; ++i) fields.emplace_back("a", "");
    return fields;
}

const Case kCases[] = {
    {"plain", "RFC 9113 8.3.1", request({})},
    {"asterisk", "RFC 9113 8.3.1", request({}, "OPTIONS", "*")},
    {"asterisk_of_get", "RFC 9113 8.3.1", request({}, "GET", "*"), Err::bad_target},
    {"host_alone", "RFC 9113 8.3.1", request({{"host", "b.test"}}, "GET", "/", "")},
    {"host_the_same", "RFC 9113 8.3.1", request({{"host", "A.test"}})},
    {"host_another", "RFC 9113 8.3.1", request({{"host", "b.test"}}), Err::bad_host},
    {"host_twice", "RFC 9112 3.2", request({{"host", "a.test"}, {"host", "a.test"}}),
     Err::bad_host},
    {"no_host", "RFC 9113 8.3.1", request({}, "GET", "/", ""), Err::bad_host},
    {"user_information", "RFC 9113 8.3.1", request({}, "GET", "/", "u@a.test"), Err::bad_host},
    {"space_in_host", "RFC 9110 7.2", request({}, "GET", "/", "a b"), Err::bad_host},
    {"path_with_space", "RFC 9112 3.2", request({}, "GET", "/a b"), Err::bad_target},
    {"path_with_a_line", "RFC 9112 3.2", request({}, "GET", "/a\r\nx: y"), Err::bad_target},
    {"path_with_fragment", "RFC 9112 3.2", request({}, "GET", "/a#b"), Err::bad_target},
    {"absolute_path", "RFC 9113 8.3.1", request({}, "GET", "http://b.test/"), Err::bad_target},
    {"path_without_slash", "RFC 9113 8.3.1", request({}, "GET", "a"), Err::bad_target},
    {"method_with_space", "RFC 9110 9.1", request({}, "GET /x HTTP/1.1\r\n", "/"),
     Err::bad_request},
    {"connect", "RFC 9110 9.3.6", request({}, "CONNECT"), Err::method_refused},
    {"protocol_of_get", "RFC 8441 4", request({{":protocol", "websocket"}}), Err::bad_request},
    {"protocol_unknown", "RFC 8441 4", request({{":protocol", "x"}}, "CONNECT"),
     Err::method_refused},
    {"websocket", "RFC 8441 5", request({{":protocol", "websocket"}}, "CONNECT")},
    {"value_with_a_line", "RFC 9113 8.2.1", request({{"a", "b\r\nc: d"}}), Err::bad_field},
    {"value_with_nul", "RFC 9113 8.2.1", request({{"a", std::string("b\0c", 3)}}), Err::bad_field},
    {"name_with_colon", "RFC 9113 8.2.1", request({{"a:b", "c"}}), Err::bad_field},
    {"name_with_space", "RFC 9113 8.2.1", request({{"a b", "c"}}), Err::bad_field},
    {"long_field", "RFC 6585 5", request({{"a", std::string(60, 'x')}}), Err::head_too_large},
    {"long_path", "RFC 9110 15.5.15", request({}, "GET", "/" + std::string(64, 'x')),
     Err::uri_too_long},
    {"large_head", "RFC 6585 5",
     request({{"a", std::string(59, 'x')},
              {"b", std::string(59, 'x')},
              {"c", std::string(59, 'x')},
              {"d", std::string(59, 'x')}}),
     Err::head_too_large},
    {"many_fields", "docs/bounds.md", request(many(201)), Err::head_too_large},
};

class RequestHeadTest : public testing::TestWithParam<Case> {};

TEST_P(RequestHeadTest, IsTakenOrRefused) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    http::RequestHead head(arena);
    RequestHeadReader reader(head, kLimits);
    for (const auto& [name, value] : c.fields) reader.add(name, value);
    const Done read = reader.finish();
    EXPECT_EQ(read ? std::nullopt : std::optional(read.error().code), c.want);
    EXPECT_EQ(head.version, http::Version::v2);
}

INSTANTIATE_TEST_SUITE_P(Rules, RequestHeadTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(RequestHead, HoldsWhatWasSaid) {
    Arena arena;
    http::RequestHead head(arena);
    RequestHeadReader reader(head, kLimits);
    for (const auto& [name, value] :
         request({{"x-a", "1"}, {"cookie", "b=2"}, {"x_a", "2"}, {"cookie", "c=3"}}, "PATCH",
                 "/p/q?r=s", "Shop.TEST:8443")) {
        reader.add(name, value);
    }
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(head.method, http::Method::patch);
    EXPECT_EQ(head.target, "/p/q?r=s");
    EXPECT_EQ(head.path, "/p/q");
    EXPECT_EQ(head.query, "r=s");
    EXPECT_EQ(head.authority, "Shop.TEST:8443");
    EXPECT_EQ(head.host, "shop.test");
    EXPECT_EQ(head.fields.get("x-a"), "1");
    EXPECT_EQ(head.fields.get("x_a"), std::nullopt);  // ingress-nginx drops it
    EXPECT_EQ(head.fields.get("cookie"), "b=2; c=3");
    EXPECT_EQ(head.fields.count(http::FieldName::cookie), 1U);
}

TEST(RequestHead, AnEmptyQueryIsAQuery) {
    Arena arena;
    http::RequestHead head(arena);
    RequestHeadReader reader(head, kLimits);
    for (const auto& [name, value] : request({}, "GET", "/a?")) reader.add(name, value);
    ASSERT_TRUE(reader.finish());
    EXPECT_TRUE(head.has_query);
    EXPECT_EQ(head.query, "");
}

}  // namespace
}  // namespace breakwater::http2
