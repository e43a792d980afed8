#include "proxy/http1/field_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/limits.h"
#include "tests/support/scan_every_way.h"

namespace breakwater::http1 {
namespace {

constexpr auto kRequest = MessageKind::request;
constexpr auto kResponse = MessageKind::response;

struct AcceptedFields {
    const char* name;
    const char* source;
    MessageKind kind;
    std::string lines;
    std::string want;  ///< `name=value;` for each
};

const AcceptedFields kAcceptedFields[] = {
    {"none", "RFC 9112 2.1", kRequest, "", ""},
    {"one", "RFC 9112 5", kRequest, "Host: a\r\n", "Host=a;"},
    {"in_order", "RFC 9110 5.3", kRequest, "a: 1\r\nb: 2\r\nA: 3\r\n", "a=1;b=2;A=3;"},
    {"no_space", "RFC 9112 5", kRequest, "a:b\r\n", "a=b;"},
    {"space_around_value", "RFC 9112 5.1: OWS is no part of it", kRequest, "a: \t b c \t\r\n",
     "a=b c;"},
    {"empty_value", "RFC 9110 5.5", kRequest, "a:\r\nb: \t\r\n", "a=;b=;"},
    {"colons_in_value", "RFC 9112 5", kRequest, "a: b:c: d\r\n", "a=b:c: d;"},
    {"all_kinds_of_tchar", "RFC 9110 5.6.2", kRequest, "!#$%&'*+-.^`|~0Az: x\r\n",
     "!#$%&'*+-.^`|~0Az=x;"},
    {"obs_text", "RFC 9110 5.5", kRequest, "a: caf\xC3\xA9\r\n", "a=caf\xC3\xA9;"},
    {"underscore_dropped", "ingress-nginx: names with _ are ignored", kRequest,
     "content_length: 5\r\nx_real_ip: 1.2.3.4\r\n_: a\r\nb: c\r\n", "b=c;"},
    {"underscore_in_response", "nginx: ignored in requests alone", kResponse, "my_name: a\r\n",
     "my_name=a;"},
    {"space_before_colon_in_response", "RFC 9112 5.1: a proxy MUST remove it", kResponse,
     "Transfer-Encoding : chunked\r\na\t \t: b\r\n", "Transfer-Encoding=chunked;a=b;"},
};

class FieldLinesTest : public testing::TestWithParam<AcceptedFields> {};

TEST_P(FieldLinesTest, Accepts) {
    const AcceptedFields& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    http::Fields fields(arena);
    const auto lines = exactly(c.lines);
    ASSERT_TRUE(parse_field_lines(view_of(lines), c.kind, fields));
    std::string got;
    for (const http::Field& field : fields) {
        got += std::string(field.name()) + "=" + std::string(field.value()) + ";";
        EXPECT_EQ(field.id(), http::field_name(field.name()));
    }
    EXPECT_EQ(got, c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, FieldLinesTest, testing::ValuesIn(kAcceptedFields),
                         [](const auto& param) { return param.param.name; });

struct RefusedFields {
    const char* name;
    const char* source;
    std::string lines;
};

const RefusedFields kRefusedFields[] = {
    {"no_colon", "RFC 9112 5", "a\r\n"},
    {"no_name", "RFC 9112 5", ": a\r\n"},
    {"space_in_name", "RFC 9110 5.1", "a b: c\r\n"},
    {"folded", "RFC 9112 5.2", "a: b\r\n c: d\r\n"},
    {"bracket_in_name", "RFC 9110 5.6.2", "a[0]: b\r\n"},
    {"high_byte_in_name", "RFC 9110 5.6.2", "caf\xC3\xA9: b\r\n"},
    {"quote_in_name", "RFC 9110 5.6.2", "\"a\": b\r\n"},
    {"second_line_bad", "RFC 9112 5", "a: b\r\nc\r\n"},
    {"cut", "field_lines.h: each ended", "a: b"},
};

class RefusedLinesTest : public testing::TestWithParam<RefusedFields> {};

TEST_P(RefusedLinesTest, Refuses) {
    const RefusedFields& c = GetParam();
    SCOPED_TRACE(c.source);
    for (const MessageKind kind : {kRequest, kResponse}) {
        Arena arena;
        http::Fields fields(arena);
        const auto lines = exactly(c.lines);
        const Done got = parse_field_lines(view_of(lines), kind, fields);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, error_of(kind, Err::bad_field));
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, RefusedLinesTest, testing::ValuesIn(kRefusedFields),
                         [](const auto& param) { return param.param.name; });

// RFC 9112 section 5.1: MUST reject, with 400.
TEST(FieldLines, SpaceBeforeColonInARequest) {
    for (const char* lines : {"Transfer-Encoding : chunked\r\n", "a\t: b\r\n", "a :b\r\n"}) {
        Arena arena;
        http::Fields fields(arena);
        const Done got = parse_field_lines(lines, kRequest, fields);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, Err::bad_field);
    }
}

TEST(FieldLines, TheLongestName) {
    const std::string name(http::Field::kMaxNameBytes, 'a');
    const std::string line = name + ": b\r\n";
    const std::string longer = 'a' + line;
    Arena arena;
    http::Fields fields(arena);
    ASSERT_TRUE(parse_field_lines(line, kRequest, fields));
    EXPECT_EQ(fields.begin()->name(), name);
    const Done got = parse_field_lines(longer, kRequest, fields);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Err::head_too_large);
}

TEST(FieldLines, AsManyAsAllowed) {
    std::string lines;
    for (std::size_t i = 0; i < http::kMaxFields; ++i) lines += "a_b: c\r\n";
    Arena arena;
    http::Fields fields(arena);
    EXPECT_TRUE(parse_field_lines(lines, kRequest, fields));
    EXPECT_TRUE(fields.empty());

    lines += "d: e\r\n";
    const Done request = parse_field_lines(lines, kRequest, fields);
    ASSERT_FALSE(request) << "dropped ones count";
    EXPECT_EQ(request.error().code, Err::head_too_large);
    const Done response = parse_field_lines(lines, kResponse, fields);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Err::bad_response);
}

}  // namespace
}  // namespace breakwater::http1
