#include "proxy/tls/server_name.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace breakwater::tls {
namespace {

/// An extension with one name: RFC 6066 section 3.
std::string extension_of(std::string_view name, char type = 0) {
    const auto two = [](std::size_t n) {
        return std::string{static_cast<char>(n >> 8), static_cast<char>(n)};
    };
    const std::string entry = type + two(name.size()) + std::string(name);
    return two(entry.size()) + entry;
}

std::string read(std::string_view extension) {
    return server_name({reinterpret_cast<const std::uint8_t*>(extension.data()), extension.size()});
}

struct ServerNameCase {
    const char* name;
    const char* source;
    std::string sent;
    std::string want;
};

const std::string kLabel63(63, 'a');
const std::string kName253 =
    kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(61, 'b');

const ServerNameCase kServerNameCases[] = {
    {"plain", "RFC 6066 3", "a.example", "a.example"},
    {"case", "RFC 6066 3: names are compared without case", "WWW.Example", "www.example"},
    {"trailing_dot", "ingress-nginx tolerates what RFC 6066 3 forbids", "a.example.", "a.example"},
    {"two_dots", "RFC 1035 3.1: no empty label", "a.example..", ""},
    {"dot", "RFC 1035 3.1: no empty label", ".", ""},
    {"empty", "RFC 6066 3", "", ""},
    {"leading_dot", "RFC 1035 3.1: no empty label", ".example", ""},
    {"one_label", "RFC 6066 3", "localhost", "localhost"},
    {"underscore", "in use", "a_b.example", "a_b.example"},
    {"punycode", "RFC 5890 2.3.2.1", "xn--bcher-kva.example", "xn--bcher-kva.example"},
    {"wildcard", "a pattern is no name", "*.example", ""},
    {"ipv4", "RFC 6066 3: no literal addresses", "10.0.0.1", ""},
    {"ipv6", "RFC 6066 3: no literal addresses", "::1", ""},
    {"digits_below", "RFC 3696 2: only the last label may not be a number", "1.2.example",
     "1.2.example"},
    {"space", "RFC 952", "a b.example", ""},
    {"zero_byte", "RFC 952", std::string("a\0.example", 10), ""},
    {"utf8", "RFC 6066 3: ASCII", "b\xc3\xbc.example", ""},
    {"longest_label", "RFC 1035 2.3.4", kLabel63 + ".example", kLabel63 + ".example"},
    {"label_too_long", "RFC 1035 2.3.4", kLabel63 + "a.example", ""},
    {"longest_name", "RFC 1035 2.3.4", kName253, kName253},
    {"longest_name_with_dot", "RFC 1035 2.3.4", kName253 + ".", kName253},
    {"name_too_long", "RFC 1035 2.3.4", kName253 + "b", ""},
};

class ServerNameTest : public testing::TestWithParam<ServerNameCase> {};

TEST_P(ServerNameTest, Read) {
    const ServerNameCase& c = GetParam();
    SCOPED_TRACE(c.source);
    EXPECT_EQ(read(extension_of(c.sent)), c.want);
}

TEST_P(ServerNameTest, CutAnywhereIsNoName) {
    const std::string whole = extension_of(GetParam().sent);
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(read(whole.substr(0, size)), "");
}

INSTANTIATE_TEST_SUITE_P(Rules, ServerNameTest, testing::ValuesIn(kServerNameCases),
                         [](const auto& info) { return info.param.name; });

TEST(ServerName, AnotherTypeOfNameIsNone) { EXPECT_EQ(read(extension_of("a.example", 1)), ""); }

}  // namespace
}  // namespace breakwater::tls
