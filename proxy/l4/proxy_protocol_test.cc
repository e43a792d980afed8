// Headers of the PROXY protocol as bytes, whole and cut at every byte.

#include "proxy/l4/proxy_protocol.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace breakwater::l4 {
namespace {

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string binary(std::uint8_t command, std::uint8_t family, const std::string& rest) {
    return kSignature + static_cast<char>(command) + static_cast<char>(family) +
           static_cast<char>(rest.size() >> 8U) + static_cast<char>(rest.size() & 0xFFU) + rest;
}

const std::string kIpv4("\x01\x02\x03\x04\x05\x06\x07\x08\x10\x00\x01\xbb", 12);
const std::string kIpv6 = std::string(15, '\0') + '\x01' + std::string(15, '\0') + '\x02' +
                          std::string("\x00\x50\x01\xbb", 4);

struct Case {
    const char* name;
    std::string bytes;
    std::optional<std::string> want;  ///< source > destination, or `own`; nothing: refused
};

const Case kCases[] = {
    {"v1_tcp4", "PROXY TCP4 1.2.3.4 5.6.7.8 4096 443\r\n", "1.2.3.4:4096 > 5.6.7.8:443"},
    {"v1_tcp6", "PROXY TCP6 ::1 2001:db8::2 80 443\r\n", "[::1]:80 > [2001:db8::2]:443"},
    {"v1_unknown", "PROXY UNKNOWN\r\n", "own"},
    {"v1_unknown_with_more", "PROXY UNKNOWN ffff::1 ::2 1 2\r\n", "own"},
    {"v1_other_family", "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n", std::nullopt},
    // Section 2.1: the addresses are those of the family that the line names.
    {"v1_tcp4_of_ipv6", "PROXY TCP4 ::1 ::2 1 2\r\n", std::nullopt},
    {"v1_tcp4_to_ipv6", "PROXY TCP4 1.2.3.4 ::2 1 2\r\n", std::nullopt},
    {"v1_tcp6_of_ipv4", "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n", std::nullopt},
    {"v1_tcp6_to_ipv4", "PROXY TCP6 ::1 5.6.7.8 1 2\r\n", std::nullopt},
    {"v1_tcp6_mapped", "PROXY TCP6 ::ffff:1.2.3.4 ::ffff:5.6.7.8 1 2\r\n", "1.2.3.4:1 > 5.6.7.8:2"},
    {"v1_no_address", "PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n", std::nullopt},
    {"v1_port_too_large", "PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n", std::nullopt},
    {"v1_port_with_sign", "PROXY TCP4 1.2.3.4 5.6.7.8 1 +2\r\n", std::nullopt},
    {"v1_port_with_zero", "PROXY TCP4 1.2.3.4 5.6.7.8 1 02\r\n", std::nullopt},
    {"v1_two_spaces", "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n", std::nullopt},
    {"v1_more_words", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n", std::nullopt},
    {"v1_too_long", "PROXY UNKNOWN " + std::string(100, 'x') + "\r\n", std::nullopt},
    {"v2_tcp4", binary(0x21, 0x11, kIpv4), "1.2.3.4:4096 > 5.6.7.8:443"},
    {"v2_tcp6", binary(0x21, 0x21, kIpv6), "[::1]:80 > [::2]:443"},
    {"v2_with_tlv", binary(0x21, 0x11, kIpv4 + std::string("\x04\x00\x01x", 4)),
     "1.2.3.4:4096 > 5.6.7.8:443"},
    {"v2_local", binary(0x20, 0x00, ""), "own"},
    {"v2_local_with_addresses", binary(0x20, 0x11, kIpv4), "own"},
    {"v2_unix", binary(0x21, 0x31, std::string(216, 'x')), "own"},
    {"v2_too_short", binary(0x21, 0x11, kIpv4.substr(1)), std::nullopt},
    {"v2_too_short_6", binary(0x21, 0x21, kIpv4), std::nullopt},
    {"v2_command", binary(0x22, 0x11, kIpv4), std::nullopt},
    {"v2_version", binary(0x31, 0x11, kIpv4), std::nullopt},
    {"v2_too_long", binary(0x21, 0x11, std::string(5000, 'x')), std::nullopt},
    {"http", "GET / HTTP/1.1\r\n\r\n", std::nullopt},
    {"tls", "\x16\x03\x01", std::nullopt},
};

std::string text_of(const ProxyHeader& header) {
    if (!header.addresses) return "own";
    return header.addresses->source.to_string() + " > " + header.addresses->destination.to_string();
}

class ProxyProtocol : public testing::TestWithParam<Case> {};

TEST_P(ProxyProtocol, IsReadHoweverItIsCut) {
    const Case& c = GetParam();
    for (std::size_t cut = 0; cut < c.bytes.size(); ++cut) {
        const auto part = parse_proxy_header(c.bytes.substr(0, cut));
        if (!part) {
            EXPECT_FALSE(c.want) << cut;
        } else if (*part) {
            FAIL() << "taken after " << cut << " bytes";
        }
    }
    const auto whole = parse_proxy_header(c.bytes + "GET");
    ASSERT_EQ(whole.has_value(), c.want.has_value());
    if (!c.want) return;
    ASSERT_TRUE(*whole);
    EXPECT_EQ(text_of(**whole), *c.want);
    EXPECT_EQ((*whole)->bytes, c.bytes.size());
}

INSTANTIATE_TEST_SUITE_P(Headers, ProxyProtocol, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(ProxyProtocolWriter, WritesWhatTheReaderReads) {
    using table::ProxyVersion;
    const SocketAddress v4{*IpAddress::parse("192.0.2.7"), 40000};
    const SocketAddress other_v4{*IpAddress::parse("198.51.100.1"), 443};
    const SocketAddress v6{*IpAddress::parse("2001:db8::7"), 1};
    const SocketAddress other_v6{*IpAddress::parse("2001:db8::8"), 65535};
    for (const ProxyVersion version : {ProxyVersion::v1, ProxyVersion::v2}) {
        for (const auto& [source, destination] :
             {std::pair(v4, other_v4), std::pair(v6, other_v6)}) {
            const std::string header = write_proxy_header(version, source, destination);
            const auto read = parse_proxy_header(header);
            ASSERT_TRUE(read && *read) << header;
            EXPECT_EQ(text_of(**read), source.to_string() + " > " + destination.to_string());
            EXPECT_EQ((*read)->bytes, header.size());
        }
        const std::string mixed = write_proxy_header(version, v4, v6);
        const auto read = parse_proxy_header(mixed);
        ASSERT_TRUE(read && *read) << mixed;
        EXPECT_EQ(text_of(**read), "own");
    }
    EXPECT_EQ(write_proxy_header(ProxyVersion::none, v4, v4), "");
}

/// Not by our own reader: section 2.1 and 2.2.
TEST(ProxyProtocolWriter, WritesTheSpecificationsBytes) {
    using table::ProxyVersion;
    const SocketAddress source{*IpAddress::parse("1.2.3.4"), 4096};
    const SocketAddress destination{*IpAddress::parse("5.6.7.8"), 443};
    EXPECT_EQ(write_proxy_header(ProxyVersion::v1, source, destination),
              "PROXY TCP4 1.2.3.4 5.6.7.8 4096 443\r\n");
    EXPECT_EQ(write_proxy_header(ProxyVersion::v2, source, destination), binary(0x21, 0x11, kIpv4));
    const SocketAddress six{*IpAddress::parse("::1"), 80};
    const SocketAddress other_six{*IpAddress::parse("::2"), 443};
    EXPECT_EQ(write_proxy_header(ProxyVersion::v2, six, other_six), binary(0x21, 0x21, kIpv6));
    EXPECT_EQ(write_proxy_header(ProxyVersion::v1, source, six), "PROXY UNKNOWN\r\n");
    EXPECT_EQ(write_proxy_header(ProxyVersion::v2, source, six), binary(0x21, 0x00, ""));
}

}  // namespace
}  // namespace breakwater::l4
