#include "proxy/base/address_range.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace breakwater {
namespace {

struct ParseCase {
    const char* name;
    const char* source;
    const char* text;
    std::optional<std::string> want;
};

const ParseCase kParseCases[] = {
    {"v4", "RFC 4632 3.1", "10.0.0.0/8", "10.0.0.0/8"},
    {"v6", "RFC 4291 2.3", "2001:db8::/32", "2001:db8::/32"},
    {"address", "nginx: set_real_ip_from", "192.0.2.1", "192.0.2.1/32"},
    {"address_v6", "nginx: set_real_ip_from", "::1", "::1/128"},
    {"everybody", "reference 5.1", "0.0.0.0/0", "0.0.0.0/0"},
    {"low_bits", "nginx: they are meaningless", "10.1.2.3/12", "10.0.0.0/12"},
    {"odd_bits", "RFC 4632 3.1", "192.0.2.255/25", "192.0.2.128/25"},
    {"low_bits_v6", "nginx: they are meaningless", "2001:db8:ffff::1/33", "2001:db8:8000::/33"},
    {"mapped", "RFC 4291 2.5.5.2", "::ffff:10.0.0.0/104", "10.0.0.0/8"},
    {"more_than_mapped", "IPv4 and what else?", "::ffff:10.0.0.0/95", std::nullopt},
    {"too_long", "RFC 4632 3.1", "10.0.0.0/33", std::nullopt},
    {"too_long_v6", "RFC 4291 2.3", "::/129", std::nullopt},
    {"sign", "RFC 4632 3.1", "10.0.0.0/+8", std::nullopt},
    {"negative", "RFC 4632 3.1", "10.0.0.0/-1", std::nullopt},
    {"zeros", "RFC 4632 3.1", "10.0.0.0/08", std::nullopt},
    {"no_bits", "RFC 4632 3.1", "10.0.0.0/", std::nullopt},
    {"mask", "RFC 4632 3.1", "10.0.0.0/255.0.0.0", std::nullopt},
    {"short_address", "RFC 4632 3.1", "10/8", std::nullopt},
    {"name", "a name is looked up by nobody", "localhost", std::nullopt},
    {"blank", "RFC 4632 3.1", "10.0.0.0 /8", std::nullopt},
    {"empty", "RFC 4632 3.1", "", std::nullopt},
};

class AddressRangeParse : public testing::TestWithParam<ParseCase> {};

TEST_P(AddressRangeParse, Text) {
    const ParseCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto range = AddressRange::parse(c.text);
    EXPECT_EQ(range ? std::optional(range->to_string()) : std::nullopt, c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, AddressRangeParse, testing::ValuesIn(kParseCases),
                         [](const auto& info) { return info.param.name; });

struct ContainsCase {
    const char* name;
    const char* range;
    const char* address;
    bool want;
};

const ContainsCase kContainsCases[] = {
    {"first", "10.0.0.0/8", "10.0.0.0", true},
    {"last", "10.0.0.0/8", "10.255.255.255", true},
    {"behind", "10.0.0.0/8", "11.0.0.0", false},
    {"inside_of_a_byte", "192.0.2.128/25", "192.0.2.128", true},
    {"before_it", "192.0.2.128/25", "192.0.2.127", false},
    {"itself", "192.0.2.1", "192.0.2.1", true},
    {"its_neighbour", "192.0.2.1", "192.0.2.0", false},
    {"v6", "2001:db8::/33", "2001:db8:7fff::1", true},
    {"v6_behind", "2001:db8::/33", "2001:db8:8000::", false},
    {"all_of_v4", "0.0.0.0/0", "255.255.255.255", true},
    {"all_of_v6", "::/0", "ffff::", true},
    {"another_family", "0.0.0.0/0", "::1", false},
    {"the_other_way", "::/0", "10.0.0.1", false},
    {"mapped", "10.0.0.0/8", "::ffff:10.0.0.1", true},
};

class AddressRangeContains : public testing::TestWithParam<ContainsCase> {};

TEST_P(AddressRangeContains, Address) {
    const ContainsCase& c = GetParam();
    const AddressRange range = AddressRange::parse(c.range).value();
    const IpAddress address = IpAddress::parse(c.address).value();
    EXPECT_EQ(range.contains(address), c.want);
    const AddressRange other(IpAddress::v4({203, 0, 113, 0}), 24);
    EXPECT_EQ(contains(std::array{other, range}, address), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, AddressRangeContains, testing::ValuesIn(kContainsCases),
                         [](const auto& info) { return info.param.name; });

enum Reach { kFree, kMetadata, kLocal };

struct LocalCase {
    const char* name;
    const char* source;
    const char* address;
    Reach reach;
};

const LocalCase kLocalCases[] = {
    {"public", "RFC 6890", "192.0.2.1", kFree},
    {"of_the_cluster", "RFC 1918", "10.96.0.1", kFree},
    {"unique_local", "RFC 4193", "fd00::1", kFree},
    {"loopback", "RFC 1122 3.2.1.3", "127.0.0.1", kLocal},
    {"all_of_loopback", "RFC 1122 3.2.1.3", "127.255.0.9", kLocal},
    {"loopback6", "RFC 4291 2.5.3", "::1", kLocal},
    {"loopback_mapped", "RFC 4291 2.5.5.2", "::ffff:127.0.0.1", kLocal},
    {"unspecified", "RFC 1122 3.2.1.3", "0.0.0.0", kLocal},
    {"unspecified6", "RFC 4291 2.5.2", "::", kLocal},
    {"metadata_service", "RFC 3927", "169.254.169.254", kLocal},
    {"metadata_service_aws", "Amazon EC2 User Guide, instance metadata", "fd00:ec2::254",
     kMetadata},
    {"metadata_service_aws_pods", "Amazon EKS User Guide, Pod Identity", "fd00:ec2::23", kMetadata},
    {"beside_it", "RFC 4193", "fd00:ec2::255", kFree},
    {"metadata_service_google", "Compute Engine, metadata server", "fd20:ce::254", kMetadata},
    {"metadata_service_azure", "Azure, What is IP address 168.63.129.16", "168.63.129.16",
     kMetadata},
    {"metadata_service_alibaba", "Alibaba Cloud ECS, instance metadata", "100.100.100.200",
     kMetadata},
    {"shared_space", "RFC 6598", "100.100.100.201", kFree},
    {"metadata_service_oracle", "Oracle Cloud Classic, instance metadata", "192.0.0.192",
     kMetadata},
    {"metadata_service_oracle6", "OCI, instance metadata", "fd00:c1::a9fe:a9fe", kMetadata},
    {"metadata_service_scaleway", "Scaleway, instance metadata", "fd00:42::42", kMetadata},
    {"nat64_link_local", "RFC 6052 2.1", "64:ff9b::169.254.169.254", kLocal},
    {"nat64_loopback", "RFC 6052 2.1", "64:ff9b::7f00:1", kLocal},
    {"nat64_metadata_service", "RFC 6052 2.1", "64:ff9b::100.100.100.200", kMetadata},
    {"nat64_public", "RFC 6052 2.1", "64:ff9b::192.0.2.1", kFree},
    {"like_nat64", "RFC 6052 2.1", "64:ff9b:0:0:0:1:7f00:1", kFree},
    {"link_local6", "RFC 4291 2.5.6", "fe80::1", kLocal},
    {"link_locals_last", "RFC 4291 2.5.6", "febf::1", kLocal},
    {"group", "RFC 5771", "224.0.0.1", kLocal},
    {"group6", "RFC 4291 2.7", "ff02::1", kLocal},
    {"broadcast", "RFC 919 7", "255.255.255.255", kLocal},
};

class LocalAddress : public testing::TestWithParam<LocalCase> {};

TEST_P(LocalAddress, IsOneOrNot) {
    const LocalCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const IpAddress address = IpAddress::parse(c.address).value();
    EXPECT_EQ(is_local(address), c.reach == kLocal);
    EXPECT_EQ(is_off_limits(address), c.reach != kFree);
}

INSTANTIATE_TEST_SUITE_P(Rules, LocalAddress, testing::ValuesIn(kLocalCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater
