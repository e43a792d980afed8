#include "proxy/http1/framing.h"

#include <gtest/gtest.h>

#include <vector>

namespace breakwater::http1 {
namespace {

using http::Field;
using http::Method;
using http::Version;
using Kind = Framing::Kind;

constexpr std::string_view kCL = "Content-Length";
constexpr std::string_view kTE = "Transfer-Encoding";
constexpr Framing kNone{};
constexpr Framing kChunked{Kind::chunked};
constexpr Framing kUntilClose{Kind::until_close};
constexpr Framing length(std::uint64_t bytes) { return {Kind::length, bytes}; }
const auto kRefusedFraming = fail(Err::bad_framing);
const auto kForeign = fail(Err::unknown_coding);
const auto kBad = fail(Err::bad_response);

void expect_framing(const Result<Framing>& got, const Result<Framing>& want) {
    ASSERT_EQ(got.has_value(), want.has_value());
    if (got) {
        EXPECT_EQ(*got, *want);
    } else {
        EXPECT_EQ(got.error().code, want.error().code);
    }
}

struct Request {
    const char* name;
    const char* source;
    std::vector<Field> fields;
    Result<Framing> want;
    Version version = Version::v1_1;
};

constexpr const char* kLength = "RFC 9110 8.6: 1*DIGIT";
constexpr const char* kInvalid = "RFC 9112 6.3 (5): MUST be an error";
constexpr const char* kBoth = "RFC 9112 6.1, 6.3 (3), 11.2: smuggling";
constexpr const char* kLast = "RFC 9112 6.3 (4): MUST respond with 400";
constexpr const char* kUnknown = "RFC 9112 6.1: SHOULD respond with 501";
constexpr const char* kOld = "RFC 9112 6.1: faulty in HTTP/1.0";
constexpr const char* kEmpty = "framing.h: an empty element is obfuscation";

const Request kRequests[] = {
    {"neither", "RFC 9112 6.3 (7)", {}, kNone},
    {"neither_old", "RFC 9112 6.3 (7)", {}, kNone, Version::v1_0},
    {"length", "RFC 9112 6.3 (6)", {{kCL, "42"}}, length(42)},
    {"length_old", "RFC 9112 6.3 (6)", {{kCL, "42"}}, length(42), Version::v1_0},
    {"zero", kLength, {{kCL, "0"}}, length(0)},
    {"leading_zeros", kLength, {{kCL, "007"}}, length(7)},
    {"many_leading_zeros", kLength, {{kCL, "0000000000000000000000000000000000000005"}}, length(5)},
    {"largest", "framing.h", {{kCL, "9223372036854775807"}}, length(9223372036854775807U)},
    {"chunked", "RFC 9112 6.3 (4)", {{kTE, "chunked"}}, kChunked},
    {"chunked_case", "RFC 9112 7: case-insensitive", {{"transfer-ENCODING", "ChUnKeD"}}, kChunked},

    {"too_large", kLength, {{kCL, "9223372036854775808"}}, kRefusedFraming},
    {"overflow", kLength, {{kCL, "18446744073709551617"}}, kRefusedFraming},
    {"huge", kLength, {{kCL, "99999999999999999999999999999999"}}, kRefusedFraming},
    {"empty", kInvalid, {{kCL, ""}}, kRefusedFraming},
    {"plus_sign", kInvalid, {{kCL, "+1"}}, kRefusedFraming},
    {"minus_sign", kInvalid, {{kCL, "-1"}}, kRefusedFraming},
    {"hexadecimal", kInvalid, {{kCL, "0x10"}}, kRefusedFraming},
    {"hexadecimal_digit", kInvalid, {{kCL, "1f"}}, kRefusedFraming},
    {"exponent", kInvalid, {{kCL, "1e3"}}, kRefusedFraming},
    {"fraction", kInvalid, {{kCL, "5.0"}}, kRefusedFraming},
    {"space_inside", kInvalid, {{kCL, "1 0"}}, kRefusedFraming},
    {"tab_inside", kInvalid, {{kCL, "1\t0"}}, kRefusedFraming},
    {"separator", kInvalid, {{kCL, "1_000"}}, kRefusedFraming},
    {"semicolon", kInvalid, {{kCL, "5;q=1"}}, kRefusedFraming},
    {"quoted", kInvalid, {{kCL, "\"5\""}}, kRefusedFraming},
    {"other_digits", kInvalid, {{kCL, "\xD9\xA5"}}, kRefusedFraming},
    {"list", kInvalid, {{kCL, "4, 5"}}, kRefusedFraming},
    {"same_list", "RFC 9110 8.6: MUST reject or replace", {{kCL, "5, 5"}}, kRefusedFraming},
    {"list_of_one", kInvalid, {{kCL, "5,"}}, kRefusedFraming},
    {"two_that_differ", kInvalid, {{kCL, "4"}, {kCL, "5"}}, kRefusedFraming},
    {"two_alike",
     "RFC 9110 8.6: MUST reject or replace",
     {{kCL, "5"}, {"a", "b"}, {kCL, "5"}},
     kRefusedFraming},

    {"cl_te", kBoth, {{kCL, "6"}, {kTE, "chunked"}}, kRefusedFraming},
    {"te_cl", kBoth, {{kTE, "chunked"}, {kCL, "6"}}, kRefusedFraming},
    {"te_cl_zero", kBoth, {{kTE, "chunked"}, {kCL, "0"}}, kRefusedFraming},
    {"te_cl_bad", kBoth, {{kTE, "chunked"}, {kCL, "x"}}, kRefusedFraming},
    {"te_te", kBoth, {{kTE, "chunked"}, {kTE, "chunked"}}, kRefusedFraming},
    {"te_te_identity", kBoth, {{kTE, "chunked"}, {kTE, "identity"}}, kRefusedFraming},
    {"te_te_cow", kBoth, {{kTE, "cow"}, {kTE, "chunked"}}, kRefusedFraming},
    {"te_te_empty", kBoth, {{kTE, ""}, {kTE, "chunked"}}, kRefusedFraming},

    {"empty_coding", kLast, {{kTE, ""}}, kRefusedFraming},
    {"identity", kLast, {{kTE, "identity"}}, kRefusedFraming},
    {"gzip", kLast, {{kTE, "gzip"}}, kRefusedFraming},
    {"xchunked", kLast, {{kTE, "xchunked"}}, kRefusedFraming},
    {"chunkedx", kLast, {{kTE, "chunkedx"}}, kRefusedFraming},
    {"chunk", kLast, {{kTE, "chunk"}}, kRefusedFraming},
    {"chunked_not_last", kLast, {{kTE, "chunked, gzip"}}, kRefusedFraming},
    {"chunked_identity", kLast, {{kTE, "chunked, identity"}}, kRefusedFraming},
    {"chunked_twice",
     "RFC 9112 7.1: MUST NOT be applied twice",
     {{kTE, "chunked, chunked"}},
     kRefusedFraming},
    {"chunked_thrice", "RFC 9112 7.1", {{kTE, "chunked, gzip, chunked"}}, kRefusedFraming},
    {"parameter", "RFC 9112 7.1: chunked has none", {{kTE, "chunked;a=b"}}, kRefusedFraming},
    {"quoted_coding", kLast, {{kTE, "\"chunked\""}}, kRefusedFraming},
    {"single_quotes", kLast, {{kTE, "'chunked'"}}, kRefusedFraming},
    {"space_inside_coding", kLast, {{kTE, "chun ked"}}, kRefusedFraming},
    {"two_words", kLast, {{kTE, "identity chunked"}}, kRefusedFraming},
    {"comma_before", kEmpty, {{kTE, ", chunked"}}, kRefusedFraming},
    {"comma_behind", kEmpty, {{kTE, "chunked,"}}, kRefusedFraming},
    {"coding_with_parameter", kLast, {{kTE, "a;b=\"c, chunked\""}}, kRefusedFraming},
    {"gzip_chunked", kUnknown, {{kTE, "gzip, chunked"}}, kForeign},
    {"identity_chunked", kUnknown, {{kTE, "identity,chunked"}}, kForeign},
    {"three_codings", kUnknown, {{kTE, "a, b ,\tCHUNKED"}}, kForeign},
    {"old_chunked", kOld, {{kTE, "chunked"}}, kRefusedFraming, Version::v1_0},
    {"old_both", kOld, {{kTE, "chunked"}, {kCL, "5"}}, kRefusedFraming, Version::v1_0},
};

class RequestFramingTest : public testing::TestWithParam<Request> {};

TEST_P(RequestFramingTest, Rule) {
    const Request& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    http::Fields fields(arena);
    for (const Field& field : c.fields) fields.add_view(field.name(), field.value());
    expect_framing(request_framing(fields, c.version), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, RequestFramingTest, testing::ValuesIn(kRequests),
                         [](const auto& param) { return param.param.name; });

struct Response {
    const char* name;
    const char* source;
    int status;
    std::vector<Field> fields;
    Result<Framing> want;
    Method method = Method::get;
    Version version = Version::v1_1;
};

constexpr const char* kNoBody = "RFC 9112 6.3 (1)";
constexpr const char* kMethod = "RFC 9110 9.3.2: HEAD has no content";
constexpr const char* kFaulty = "RFC 9112 6.3 (4), 6.3 (5): 502";

const Response kResponses[] = {
    {"length", "RFC 9112 6.3 (6)", 200, {{kCL, "42"}}, length(42)},
    {"zero", "RFC 9112 6.3 (6)", 200, {{kCL, "0"}}, length(0)},
    {"chunked", "RFC 9112 6.3 (4)", 200, {{kTE, "chunked"}}, kChunked},
    {"until_close", "RFC 9112 6.3 (8)", 200, {}, kUntilClose},
    {"until_close_old", "RFC 9112 6.3 (8)", 200, {}, kUntilClose, Method::get, Version::v1_0},
    {"error_has_a_body", "RFC 9112 6.3 (8)", 404, {}, kUntilClose},
    {"reset_content", "RFC 9110 15.3.6", 205, {{kCL, "0"}}, length(0)},

    {"head", kMethod, 200, {{kCL, "42"}}, kNone, Method::head},
    {"head_chunked", kMethod, 200, {{kTE, "chunked"}}, kNone, Method::head},
    {"head_neither", kMethod, 200, {}, kNone, Method::head},
    {"continue", kNoBody, 100, {}, kNone},
    {"early_hints", kNoBody, 103, {{kCL, "5"}}, kNone},
    {"switching", kNoBody, 101, {}, kNone},
    {"no_content", kNoBody, 204, {}, kNone},
    {"no_content_with_length", kNoBody, 204, {{kCL, "5"}}, kNone},
    {"no_content_chunked", kNoBody, 204, {{kTE, "chunked"}}, kNone},
    {"not_modified", kNoBody, 304, {{kCL, "5"}}, kNone},
    {"connect", "RFC 9112 6.3 (2)", 200, {{kCL, "5"}}, kNone, Method::connect},
    {"connect_refused", "RFC 9112 6.3 (2)", 407, {{kCL, "5"}}, length(5), Method::connect},

    {"both", kBoth, 200, {{kCL, "5"}, {kTE, "chunked"}}, kBad},
    {"both_for_head", kBoth, 200, {{kCL, "5"}, {kTE, "chunked"}}, kBad, Method::head},
    {"two_lengths", kFaulty, 200, {{kCL, "5"}, {kCL, "6"}}, kBad},
    {"two_lengths_alike", "nginx: 502", 200, {{kCL, "5"}, {kCL, "5"}}, kBad},
    {"length_list", kFaulty, 200, {{kCL, "5, 6"}}, kBad},
    {"length_sign", kFaulty, 200, {{kCL, "-1"}}, kBad},
    {"length_huge", kFaulty, 200, {{kCL, "9223372036854775808"}}, kBad},
    {"length_bad_for_head", kFaulty, 200, {{kCL, "x"}}, kBad, Method::head},
    {"length_bad_for_304", kFaulty, 304, {{kCL, "x"}}, kBad},
    {"gzip_chunked", "RFC 9112 7.4: nobody asked for it", 200, {{kTE, "gzip, chunked"}}, kBad},
    {"gzip", kFaulty, 200, {{kTE, "gzip"}}, kBad},
    {"identity", kFaulty, 200, {{kTE, "identity"}}, kBad},
    {"chunked_twice", kFaulty, 200, {{kTE, "chunked"}, {kTE, "chunked"}}, kBad},
    {"old_chunked", kOld, 200, {{kTE, "chunked"}}, kBad, Method::get, Version::v1_0},
};

class ResponseFramingTest : public testing::TestWithParam<Response> {};

TEST_P(ResponseFramingTest, Rule) {
    const Response& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    http::ResponseHead head(arena);
    head.status = c.status;
    head.version = c.version;
    for (const Field& field : c.fields) head.fields.add_view(field.name(), field.value());
    expect_framing(response_framing(head, c.method), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, ResponseFramingTest, testing::ValuesIn(kResponses),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace breakwater::http1
