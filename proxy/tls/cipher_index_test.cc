#include "proxy/tls/cipher_index.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace breakwater::tls {
namespace {

constexpr const char* kOne = "ECDHE-RSA-AES128-GCM-SHA256";
constexpr const char* kTwo = "ECDHE-RSA-AES256-GCM-SHA384";

std::shared_ptr<const table::Host> host_of(const std::string& name,
                                           const table::CipherPolicy& said) {
    auto host = std::make_shared<table::Host>();
    host->name = name;
    host->policies.ciphers = said;
    return host;
}

/// @param hosts  by name; the empty one is the catch-all.
table::RoutingTable table_of(std::map<std::string, table::CipherPolicy> hosts) {
    table::RoutingTable table;
    table.catch_all = host_of("", hosts[""]);
    for (const auto& [name, said] : hosts) {
        if (!name.empty()) table.hosts.push_back(host_of(name, said));
    }
    return table;
}

TEST(CipherIndex, ANameHasWhatItsHostSays) {  // Ingress v1: hostname wildcards
    const CipherIndex index(table_of(
        {{"*.example", {kOne, true}}, {"a.example", {kTwo, false}}, {"open.example", {}}}));
    const auto& wildcard = index.find("b.example");
    EXPECT_NE(wildcard.list, nullptr);
    EXPECT_TRUE(wildcard.prefer_server);
    EXPECT_NE(index.find("a.example").list, wildcard.list);
    EXPECT_FALSE(index.find("a.example").prefer_server);
    const CipherIndex::Choice nothing;
    EXPECT_EQ(index.find("open.example"), nothing) << "its wildcard's is not its own";
    EXPECT_EQ(index.find("a.b.example"), nothing);
    EXPECT_EQ(index.find(""), nothing);
}

TEST(CipherIndex, TheCatchAllSaysItForUnknownNamesOnly) {
    const CipherIndex index(table_of({{"", {kOne, false}}, {"a.example", {}}}));
    EXPECT_NE(index.find("").list, nullptr);
    EXPECT_EQ(index.find("unknown.example"), index.find(""));
    EXPECT_EQ(index.find("a.example"), CipherIndex::Choice());
}

TEST(CipherIndex, AListIsParsedOnce) {
    const CipherIndex before(table_of({{"a.example", {kOne, true}}, {"b.example", {kOne, false}}}));
    EXPECT_EQ(before.find("a.example").list, before.find("b.example").list);
    const CipherIndex after(table_of({{"a.example", {kTwo, true}}, {"c.example", {kOne, true}}}),
                            &before);
    EXPECT_EQ(after.find("c.example").list, before.find("a.example").list);
    EXPECT_NE(after.find("a.example").list, before.find("a.example").list);
}

TEST(CipherIndex, AListThatCannotBeUsedCountsAsNone) {
    const CipherIndex index(table_of({{"a.example", {"NO-SUCH-SUITE", true}}}));
    EXPECT_EQ(index.find("a.example"), CipherIndex::Choice());
}

}  // namespace
}  // namespace breakwater::tls
