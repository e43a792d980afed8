#include "proxy/base/address.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace breakwater {
namespace {

/// An address that is one.
IpAddress ip(const char* text) {
    const auto parsed = IpAddress::parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed.value_or(IpAddress());
}

struct Case {
    const char* name;
    const char* source;
    std::string text;
    std::string want;  ///< as to_string() writes it; empty: refused
};

const Case kCases[] = {
    {"v4", "RFC 4291 2.2", "192.0.2.1", "192.0.2.1"},
    {"v4_zero", "RFC 4291 2.2", "0.0.0.0", "0.0.0.0"},
    {"v4_leading_zero", "could be octal elsewhere", "192.0.2.01", ""},
    {"v4_short", "inet_aton(3) forms are not addresses here", "127.1", ""},
    {"v4_hex", "inet_aton(3) forms are not addresses here", "0x7f.0.0.1", ""},
    {"v4_octet", "RFC 4291 2.2", "192.0.2.256", ""},
    {"v4_port", "an address has no port", "192.0.2.1:80", ""},
    {"v4_space", "RFC 4291 2.2", " 192.0.2.1", ""},
    {"v6", "RFC 5952 4.2", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {"v6_loopback", "RFC 5952 4.2", "0:0:0:0:0:0:0:1", "::1"},
    {"v6_any", "RFC 5952 4.2", "::", "::"},
    {"v6_longest_run", "RFC 5952 4.2.3", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"v6_leading_zeros", "RFC 5952 4.1", "2001:0db8::0001", "2001:db8::1"},
    {"v6_mapped", "RFC 4291 2.5.5.2: the IPv4 address that it is", "::ffff:192.0.2.1", "192.0.2.1"},
    {"v6_mapped_hex", "RFC 4291 2.5.5.2", "::ffff:c000:201", "192.0.2.1"},
    {"v6_two_gaps", "RFC 4291 2.2", "1::2::3", ""},
    {"v6_brackets", "brackets belong to URIs", "[::1]", ""},
    {"v6_zone", "no zone", "fe80::1%eth0", ""},
    {"empty", "RFC 4291 2.2", "", ""},
    {"zero_byte", "what stands behind it must not be lost", std::string("127.0.0.1\0x", 11), ""},
    {"name", "no names are resolved", "localhost", ""},
};

class AddressTest : public testing::TestWithParam<Case> {};

TEST_P(AddressTest, Parse) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto got = IpAddress::parse(c.text);
    ASSERT_EQ(got.has_value(), !c.want.empty());
    if (got) EXPECT_EQ(got->to_string(), c.want);
}

TEST(PortTest, OneThatSomebodyCanBeReachedAt) {
    EXPECT_EQ(parse_port("1"), 1);
    EXPECT_EQ(parse_port("65535"), 65535);
    for (const char* text :
         {"", "0", "080", "65536", "99999999999", "+1", "-1", "1x", " 1", "1 "}) {
        EXPECT_EQ(parse_port(text), std::nullopt) << text;
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, AddressTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(IpAddress, Loopback) {
    const auto is = [](const char* text) { return ip(text).is_loopback(); };
    EXPECT_TRUE(is("127.0.0.1"));
    EXPECT_TRUE(is("127.255.255.255"));  // RFC 1122 section 3.2.1.3: all of 127/8
    EXPECT_TRUE(is("::1"));
    EXPECT_TRUE(is("::ffff:127.0.0.1"));
    EXPECT_FALSE(is("128.0.0.1"));
    EXPECT_FALSE(is("::2"));
    EXPECT_FALSE(is("::"));
    EXPECT_FALSE(is("7f00::1"));
}

TEST(IpAddress, FamiliesAreNotMixedUp) {
    EXPECT_NE(ip("0.0.0.0"), ip("::"));
    EXPECT_NE(ip("1.2.3.4"), ip("102:304::"));
}

TEST(SocketAddress, Text) {
    EXPECT_EQ((SocketAddress{ip("192.0.2.1"), 80}).to_string(), "192.0.2.1:80");
    EXPECT_EQ((SocketAddress{ip("2001:db8::1"), 443}).to_string(), "[2001:db8::1]:443");
}

TEST(SocketAddress, ToTheKernelAndBack) {
    for (const char* text : {"192.0.2.1", "2001:db8::1", "0.0.0.0", "::"}) {
        const SocketAddress address{ip(text), 8443};
        sockaddr_storage native;
        const socklen_t length = address.to_native(native);
        EXPECT_EQ(length, address.ip.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
        EXPECT_EQ(SocketAddress::from_native(native), address) << text;
    }
}

TEST(SocketAddress, AnotherFamilyIsNoAddress) {
    sockaddr_storage native{};
    native.ss_family = AF_UNIX;
    EXPECT_EQ(SocketAddress::from_native(native), SocketAddress{});
}

TEST(SocketAddress, AsAKey) {
    std::set<SocketAddress> set;
    set.insert({ip("192.0.2.1"), 80});
    set.insert({ip("192.0.2.1"), 81});
    set.insert({ip("::ffff:192.0.2.1"), 80});
    EXPECT_EQ(set.size(), 2U);
}

}  // namespace
}  // namespace breakwater
