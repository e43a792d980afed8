#include "proxy/http/hop_by_hop.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater::http {
namespace {

struct HopByHopCase {
    const char* name;
    const char* source;
    std::vector<Field> fields;
    std::string want;  ///< names that are left, each followed by a space
};

constexpr const char* kOwn = "RFC 9110 7.6.1: fields of the connection";
constexpr const char* kNamed = "RFC 9110 7.6.1: MUST remove what Connection names";
constexpr const char* kGuarded = "hop_by_hop.h: what the proxy relies on is not nominated";

const HopByHopCase kHopByHopCases[] = {
    {"nothing", kOwn, {}, ""},
    {"end_to_end", kOwn, {{"host", "a"}, {"accept", "b"}}, "host accept "},
    {"connection", kOwn, {{"a", "1"}, {"Connection", "close"}, {"b", "2"}}, "a b "},
    {"all",
     kOwn,
     {{"Keep-Alive", "timeout=5"},
      {"Proxy-Connection", "keep-alive"},
      {"TE", "trailers"},
      {"Transfer-Encoding", "chunked"},
      {"Upgrade", "h2c"},
      {"HTTP2-Settings", "AAMAAABkAAQAAP__"},
      {"a", "1"}},
     "a "},
    {"trailer_stays", "RFC 9110 6.6.2", {{"Trailer", "grpc-status"}}, "Trailer "},
    {"credentials_pass",
     "RFC 9110 11.7.2",
     {{"Proxy-Authorization", "Basic YTpi"}, {"Proxy-Authenticate", "Basic"}},
     "Proxy-Authorization Proxy-Authenticate "},

    {"nominated",
     kNamed,
     {{"X-One", "1"}, {"connection", "close, x-one"}, {"x-two", "2"}},
     "x-two "},
    {"nominated_each", kNamed, {{"x-one", "1"}, {"X-ONE", "2"}, {"connection", "x-one"}}, ""},
    {"nominated_on_lines",
     kNamed,
     {{"connection", "x-one"},
      {"x-one", "1"},
      {"Connection", ", x-two ,"},
      {"x-two", "2"},
      {"c", "3"}},
     "c "},
    {"nominated_credentials",
     kNamed,
     {{"Proxy-Authorization", "x"}, {"connection", "proxy-authorization"}},
     ""},
    {"nominated_absent", kNamed, {{"connection", "x-one"}, {"x-two", "2"}}, "x-two "},
    {"nominated_part_of_a_name", kNamed, {{"connection", "x"}, {"x-one", "1"}}, "x-one "},

    {"framing",
     kGuarded,
     {{"content-length", "5"}, {"connection", "content-length"}},
     "content-length "},
    {"host", kGuarded, {{"Host", "a"}, {"connection", "close, host"}}, "Host "},
    {"forwarded",
     kGuarded,
     {{"X-Forwarded-For", "1.2.3.4"},
      {"x-real-ip", "a"},
      {"connection", "x-forwarded-for, X-Real-IP"}},
     "X-Forwarded-For x-real-ip "},
    {"authorization",
     kGuarded,
     {{"Authorization", "x"}, {"cookie", "y"}, {"connection", "authorization,cookie"}},
     "Authorization cookie "},
    {"itself", kGuarded, {{"connection", "connection"}, {"a", "1"}}, "a "},
};

class HopByHopTest : public testing::TestWithParam<HopByHopCase> {};

TEST_P(HopByHopTest, Removes) {
    SCOPED_TRACE(GetParam().source);
    Arena arena;
    Fields fields(arena);
    for (const Field& field : GetParam().fields) fields.add_view(field.name(), field.value());

    remove_hop_by_hop(fields);

    std::string left;
    for (const Field& field : fields) left += std::string(field.name()) + " ";
    EXPECT_EQ(left, GetParam().want);
    EXPECT_FALSE(fields.has(FieldName::connection));
}

INSTANTIATE_TEST_SUITE_P(Rules, HopByHopTest, testing::ValuesIn(kHopByHopCases),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace breakwater::http
