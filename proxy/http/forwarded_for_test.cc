#include "proxy/http/forwarded_for.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace breakwater::http {
namespace {

struct AddressCase {
    const char* name;
    const char* source;
    const char* text;
    std::optional<std::string> want;
};

const AddressCase kAddressCases[] = {
    {"v4", "nginx: ngx_parse_addr_port", "192.0.2.1", "192.0.2.1:0"},
    {"v4_port", "nginx: ngx_parse_addr_port", "192.0.2.1:567", "192.0.2.1:567"},
    {"v6", "nginx: ngx_parse_addr_port", "2001:db8::1", "[2001:db8::1]:0"},
    {"v6_brackets", "nginx: ngx_parse_addr_port", "[::1]", "[::1]:0"},
    {"v6_port", "nginx: ngx_parse_addr_port", "[::1]:80", "[::1]:80"},
    {"v6_that_ends_like_a_port", "RFC 4291 2.2", "2001:db8::1:80", "[2001:db8::1:80]:0"},
    {"mapped", "RFC 4291 2.5.5.2", "::ffff:192.0.2.1", "192.0.2.1:0"},
    {"last_port", "RFC 9110 4.2.1", "192.0.2.1:65535", "192.0.2.1:65535"},
    {"port_zero", "nginx: ngx_parse_addr_port", "192.0.2.1:0", std::nullopt},
    {"port_too_large", "nginx: ngx_parse_addr_port", "192.0.2.1:65536", std::nullopt},
    {"port_missing", "nginx: ngx_parse_addr_port", "192.0.2.1:", std::nullopt},
    {"port_sign", "nginx: ngx_parse_addr_port", "192.0.2.1:+1", std::nullopt},
    {"port_and_more", "nginx: ngx_parse_addr_port", "192.0.2.1:1x", std::nullopt},
    {"brackets_open", "RFC 3986 3.2.2", "[::1", std::nullopt},
    {"brackets_empty", "RFC 3986 3.2.2", "[]", std::nullopt},
    {"brackets_of_v4", "RFC 3986 3.2.2", "[192.0.2.1]:80", std::nullopt},
    {"brackets_and_more", "RFC 3986 3.2.2", "[::1]80", std::nullopt},
    {"zone", "RFC 4007 11: means nothing elsewhere", "fe80::1%eth0", std::nullopt},
    {"number", "inet_pton", "3221225985", std::nullopt},
    {"leading_zero", "inet_pton: octal to others", "192.0.2.010", std::nullopt},
    {"unknown", "RFC 7239 6.2", "unknown", std::nullopt},
    {"two_with_a_blank", "a comma separates", "192.0.2.1 192.0.2.2", std::nullopt},
    {"quoted", "RFC 7239 4 is another field", "\"[::1]:80\"", std::nullopt},
    {"colon", "nginx: ngx_parse_addr_port", ":", std::nullopt},
    {"colons", "nginx: ngx_parse_addr_port", ":::", std::nullopt},
    {"long", "46 bytes are the longest", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
     std::nullopt},
    {"empty", "", "", std::nullopt},
};

class ForwardedAddress : public testing::TestWithParam<AddressCase> {};

TEST_P(ForwardedAddress, Parse) {
    const AddressCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto address = parse_forwarded_address(c.text);
    EXPECT_EQ(address ? std::optional(address->to_string()) : std::nullopt, c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, ForwardedAddress, testing::ValuesIn(kAddressCases),
                         [](const auto& info) { return info.param.name; });

const std::vector<AddressRange> kEverybody{*AddressRange::parse("0.0.0.0/0"),
                                           *AddressRange::parse("::/0")};
const std::vector<AddressRange> kNear{*AddressRange::parse("10.0.0.0/8"),
                                      *AddressRange::parse("fd00::/8")};

struct ListCase {
    const char* name;
    const char* source;
    std::vector<const char*> lines;
    const char* want;
    const char* peer = "10.0.0.1";
    const std::vector<AddressRange>* trusted = &kNear;
};

const ListCase kListCases[] = {
    {"none", "the peer it is", {}, "10.0.0.1:4000"},
    {"one", "nginx: real_ip_header", {"192.0.2.7"}, "192.0.2.7:0"},
    {"with_port", "nginx: real_ip_header", {"192.0.2.7:99"}, "192.0.2.7:99"},
    {"untrusted_peer",
     "nginx: set_real_ip_from",
     {"192.0.2.7"},
     "198.51.100.9:4000",
     "198.51.100.9"},
    {"last_untrusted",
     "nginx: real_ip_recursive",
     {"203.0.113.1, 192.0.2.7, 10.0.0.3, 10.0.0.2"},
     "192.0.2.7:0"},
    {"a_forged_front", "nginx: real_ip_recursive", {"10.9.9.9, 6.6.6.6, 192.0.2.7"}, "192.0.2.7:0"},
    {"all_trusted", "nginx: real_ip_recursive", {"10.0.0.4, 10.0.0.3"}, "10.0.0.4:0"},
    {"everybody_trusted",
     "reference 5.1",
     {"203.0.113.1, 192.0.2.7"},
     "203.0.113.1:0",
     "198.51.100.9",
     &kEverybody},
    {"everybody_means_ipv6_too",
     "reference 5.1",
     {"2001:db8::1, 192.0.2.7"},
     "[2001:db8::1]:0",
     "2001:db8::2",
     &kEverybody},
    {"lines_are_one_list",
     "RFC 9110 5.3",
     {"203.0.113.1", "192.0.2.7, 10.0.0.3", "10.0.0.2"},
     "192.0.2.7:0"},
    {"garbage_at_the_end", "nginx: NGX_DECLINED", {"192.0.2.7, nonsense"}, "10.0.0.1:4000"},
    {"garbage_before", "nginx: NGX_DONE", {"nonsense, 10.0.0.3"}, "10.0.0.3:0"},
    {"garbage_nobody_reads", "nginx: real_ip_recursive", {"nonsense, 192.0.2.7"}, "192.0.2.7:0"},
    {"garbage_ends_all_lines", "nginx: NGX_DONE", {"192.0.2.7", "nonsense"}, "10.0.0.1:4000"},
    {"empty_elements", "RFC 9110 5.6.1.2", {", ,192.0.2.7,, 10.0.0.3 ,\t,"}, "192.0.2.7:0"},
    {"empty", "RFC 9110 5.6.1.2", {""}, "10.0.0.1:4000"},
    {"commas_alone", "RFC 9110 5.6.1.2", {",,,"}, "10.0.0.1:4000"},
    {"blanks", "RFC 9110 5.6.3", {"  192.0.2.7\t"}, "192.0.2.7:0"},
    {"v6_chain",
     "nginx: real_ip_recursive",
     {"2001:db8::7, [fd00::2]:8080"},
     "[2001:db8::7]:0",
     "fd00::1"},
};

class ForwardedFor : public testing::TestWithParam<ListCase> {};

TEST_P(ForwardedFor, Client) {
    const ListCase& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    Fields fields(arena);
    fields.add("X-Real-IP", "6.6.6.6");
    for (const char* line : c.lines) fields.add("x-forwarded-FOR", line);
    fields.add("X-Forwarded-Host", "6.6.6.6");
    const SocketAddress peer{*IpAddress::parse(c.peer), 4000};
    EXPECT_EQ(client_behind(peer, fields, "X-Forwarded-For", *c.trusted).to_string(), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, ForwardedFor, testing::ValuesIn(kListCases),
                         [](const auto& info) { return info.param.name; });

TEST(ForwardedForBound, ALongListIsReadFromItsEndForAWhile) {
    Arena arena;
    Fields fields(arena);
    std::string list = "192.0.2.7";
    for (std::size_t i = 0; i < kMaxForwardedHops - 1; ++i) list += ",10.0.0.2";
    fields.add("X-Forwarded-For", list);
    const SocketAddress peer{IpAddress::v4({10, 0, 0, 1}), 4000};
    EXPECT_EQ(client_behind(peer, fields, "X-Forwarded-For", kNear).to_string(), "192.0.2.7:0");
    fields.add("X-Forwarded-For", "10.0.0.3");
    EXPECT_EQ(client_behind(peer, fields, "X-Forwarded-For", kNear).to_string(), "10.0.0.2:0");
}

}  // namespace
}  // namespace breakwater::http
