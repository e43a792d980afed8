#include "proxy/http/authority.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace breakwater::http {
namespace {

struct AuthorityCase {
    const char* name;
    const char* source;
    std::string authority;
    std::optional<std::string> want;  ///< nothing: refused
};

constexpr auto kRefused = std::nullopt;
constexpr const char* kHost = "RFC 3986 3.2.2";
constexpr const char* kPort = "RFC 3986 3.2.3";
constexpr const char* kUser = "RFC 9110 4.2.4: user information is an error";
constexpr const char* kStrict = "authority.h: stricter than the grammar";
constexpr const char* kDots = "nginx: a trailing dot is tolerated, an empty label is not";
const std::string kLongest = std::string(127, 'a') + '.' + std::string(127, 'b');

const AuthorityCase kAuthorityCases[] = {
    {"name", kHost, "shop.example", "shop.example"},
    {"one_label", kHost, "localhost", "localhost"},
    {"lowered", "RFC 9110 4.2.3: case-insensitive", "Shop.EXAMPLE", "shop.example"},
    {"underscore", kHost, "my_shop.example", "my_shop.example"},
    {"dashes_and_tilde", kHost, "-a--b-~", "-a--b-~"},
    {"ipv4", kHost, "192.0.2.1", "192.0.2.1"},
    {"ipv4_port", kHost, "192.0.2.1:8080", "192.0.2.1"},
    {"not_quite_ipv4_is_a_name", kHost, "192.0.2.256", "192.0.2.256"},
    {"ipv6", kHost, "[2001:db8::1]", "[2001:db8::1]"},
    {"ipv6_lowered", kHost, "[2001:DB8::A]", "[2001:db8::a]"},
    {"ipv6_port", kHost, "[::1]:443", "[::1]"},
    {"ipv6_with_ipv4", kHost, "[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]"},
    {"port", kPort, "a:80", "a"},
    {"largest_port", kPort, "a:65535", "a"},
    {"empty_port", kPort, "a:", "a"},
    {"trailing_dot", kDots, "shop.example.", "shop.example"},
    {"trailing_dot_port", kDots, "Shop.example.:80", "shop.example"},
    {"longest", "RFC 1035 3.1", kLongest, kLongest},

    {"empty", "RFC 9110 4.2.1: MUST reject an empty host", "", kRefused},
    {"port_alone", "RFC 9110 4.2.1: MUST reject an empty host", ":80", kRefused},
    {"dot_alone", kDots, ".", kRefused},
    {"two_trailing_dots", kDots, "a..", kRefused},
    {"leading_dot", kDots, ".a", kRefused},
    {"empty_label", kDots, "a..b", kRefused},
    {"too_long", "RFC 1035 3.1", kLongest + "c", kRefused},
    {"port_0", kPort, "a:0", kRefused},
    {"port_too_large", kPort, "a:65536", kRefused},
    {"port_long", kPort, "a:000080", kRefused},
    {"port_sign", kPort, "a:+80", kRefused},
    {"port_space", kPort, "a:80 ", kRefused},
    {"port_name", kPort, "a:http", kRefused},
    {"two_ports", kPort, "a:80:80", kRefused},
    {"bare_ipv6", kHost, "2001:db8::1", kRefused},
    {"unclosed", kHost, "[::1", kRefused},
    {"unopened", kHost, "::1]", kRefused},
    {"empty_brackets", kHost, "[]", kRefused},
    {"ipv4_in_brackets", kHost, "[192.0.2.1]", kRefused},
    {"name_in_brackets", kHost, "[a]", kRefused},
    {"bad_ipv6", kHost, "[::1::2]", kRefused},
    {"ipv6_zone", "RFC 9110 4.2.2: no zone on the wire", "[fe80::1%25eth0]", kRefused},
    {"ip_future", kStrict, "[v1.a]", kRefused},
    {"behind_brackets", kHost, "[::1]a", kRefused},
    {"brackets_and_name", kHost, "[::1].a", kRefused},
    {"user", kUser, "user@a", kRefused},
    {"user_and_password", kUser, "user:pass@a", kRefused},
    {"percent", kStrict, "a%2eb", kRefused},
    {"comma", kStrict, "a,b", kRefused},
    {"semicolon", kStrict, "a;b", kRefused},
    {"slash", kHost, "a/b", kRefused},
    {"backslash", kHost, "a\\b", kRefused},
    {"query", kHost, "a?b", kRefused},
    {"space", kHost, "a b", kRefused},
    {"tab", kHost, "a\tb", kRefused},
    {"nul", kHost, std::string("a\0b", 3), kRefused},
    {"high_bytes", kHost, "caf\xC3\xA9", kRefused},
    {"star", kStrict, "*.example", kRefused},
};

class AuthorityTest : public testing::TestWithParam<AuthorityCase> {};

TEST_P(AuthorityTest, Host) {
    const AuthorityCase& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    const Result<std::string_view> got = host_of(c.authority, arena);
    ASSERT_EQ(got.has_value(), c.want.has_value());
    if (got) {
        EXPECT_EQ(*got, *c.want);
    } else {
        EXPECT_EQ(got.error().code, Err::bad_host);
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, AuthorityTest, testing::ValuesIn(kAuthorityCases),
                         [](const auto& param) { return param.param.name; });

TEST(Authority, ALowerCaseHostIsNotCopied) {
    Arena arena;
    const std::string_view authority = "shop.example:80";
    EXPECT_EQ(host_of(authority, arena).value().data(), authority.data());
}

}  // namespace
}  // namespace breakwater::http
