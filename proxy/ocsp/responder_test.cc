#include "proxy/ocsp/responder.h"

#include <gtest/gtest.h>

#include <string>

namespace breakwater::ocsp {
namespace {

struct Case {
    const char* name;
    const char* source;
    std::string url;
    std::string want;  ///< host, port, path and query; empty: nobody is asked
};

const Case kCases[] = {
    {"Usual", "RFC 3986 3", "http://ocsp.example/r3", "ocsp.example 80 /r3"},
    {"NoPath", "RFC 9110 4.2.3", "http://ocsp.example", "ocsp.example 80 /"},
    {"APort", "RFC 3986 3.2.3", "http://ocsp.example:8080/", "ocsp.example 8080 /"},
    {"AQuery", "RFC 3986 3.4", "http://ocsp.example/a?b?c", "ocsp.example 80 /a?b?c"},
    {"AQueryAlone", "RFC 3986 3.4", "http://ocsp.example?b", "ocsp.example 80 /?b"},
    {"Capitals", "RFC 3986 3.1, 3.2.2", "HTTP://OCSP.Example/A", "ocsp.example 80 /A"},
    {"AnAddress", "RFC 3986 3.2.2", "http://192.0.2.1/", "192.0.2.1 80 /"},
    {"AnAddressInBrackets", "RFC 3986 3.2.2", "http://[2001:db8::1]/", "2001:db8::1 80 /"},
    {"AndAPort", "RFC 3986 3.2.2", "http://[2001:db8::1]:81/", "2001:db8::1 81 /"},
    {"Https", "docs/decisions/ocsp.md", "https://ocsp.example/", ""},
    {"AUser", "RFC 9110 4.2.4", "http://user@ocsp.example/", ""},
    {"AFragment", "RFC 9110 4.2.3", "http://ocsp.example/#a", ""},
    {"NoHost", "RFC 9110 4.2.1", "http:///a", ""},
    {"NoPortBehindItsColon", "docs/decisions/ocsp.md", "http://ocsp.example:/", ""},
    {"PortZero", "RFC 6335 6", "http://ocsp.example:0/", ""},
    {"APortTooLarge", "RFC 9293 3.1", "http://ocsp.example:65536/", ""},
    {"Empty", "RFC 3986 3", "", ""},
};

class ResponderUrl : public testing::TestWithParam<Case> {};

TEST_P(ResponderUrl, IsAsked) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto got = parse_responder(c.url);
    if (!got) {
        EXPECT_EQ(c.want, "");
        return;
    }
    EXPECT_EQ(got->host + ' ' + std::to_string(got->port) + ' ' + got->path +
                  (got->has_query ? "?" + got->query : ""),
              c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, ResponderUrl, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::ocsp
