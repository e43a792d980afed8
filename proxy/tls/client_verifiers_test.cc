#include "proxy/tls/client_verifiers.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/client_authority.h"

namespace breakwater::tls {
namespace {

using test::make_authority;
using test::policy_of;
using Policy = table::ClientCertificatePolicy;

const crypto::PemPair kOnePair = make_authority("one");
const crypto::PemPair kTwoPair = make_authority("two");

std::shared_ptr<const table::Host> host_of(const std::string& name, const Policy& policy) {
    auto host = std::make_shared<table::Host>();
    host->name = name;
    host->policies.client_certificate = policy;
    return host;
}

/// @param hosts  by name; the empty one is the catch-all.
table::RoutingTable table_with(std::map<std::string, Policy> hosts) {
    table::RoutingTable table;
    table.catch_all = host_of("", hosts[""]);
    for (const auto& [name, policy] : hosts) {
        if (!name.empty()) table.hosts.push_back(host_of(name, policy));
    }
    return table;
}

std::string key_for(const ClientVerifiers& verifiers, const std::string& name) {
    const ClientVerifier::Shared& found = verifiers.find(name);
    return found ? found->key() : "";
}

TEST(ClientVerifiers, ANameAsksWhatItsHostAsks) {  // Ingress v1: hostname wildcards
    const Policy one = policy_of(kOnePair);
    const Policy two = policy_of(kTwoPair);
    const auto verifiers = ClientVerifiers::make(
        table_with({{"*.example", one}, {"a.example", two}, {"open.example", {}}}));
    EXPECT_EQ(key_for(*verifiers, "a.example"), table::handshake_key(two));
    EXPECT_EQ(key_for(*verifiers, "b.example"), table::handshake_key(one));
    EXPECT_EQ(key_for(*verifiers, "open.example"), "") << "its wildcard's is not its own";
    EXPECT_EQ(key_for(*verifiers, "a.b.example"), "");
    EXPECT_EQ(key_for(*verifiers, ""), "");
}

TEST(ClientVerifiers, TheCatchAllServesUnknownNamesAndClientsWithoutOne) {
    const Policy one = policy_of(kOnePair);
    const auto verifiers = ClientVerifiers::make(table_with({{"", one}, {"a.example", {}}}));
    EXPECT_EQ(key_for(*verifiers, ""), table::handshake_key(one));
    EXPECT_EQ(key_for(*verifiers, "unknown.example"), table::handshake_key(one));
}

TEST(ClientVerifiers, AKnownHostIsNotTheCatchAllsEvenWhereNoneAsks) {
    const Policy one = policy_of(kOnePair);
    const auto verifiers = ClientVerifiers::make(table_with({{"", one}, {"a.example", {}}}));
    EXPECT_EQ(key_for(*verifiers, "a.example"), "");
}

TEST(ClientVerifiers, WhatDidNotChangeIsNotReadAgain) {
    const auto before = ClientVerifiers::make(
        table_with({{"a.example", policy_of(kOnePair)}, {"b.example", policy_of(kOnePair)}}));
    EXPECT_EQ(before->find("a.example"), before->find("b.example")) << "equal policies are one";
    const auto same = ClientVerifiers::make(
        table_with({{"a.example", policy_of(kOnePair)}, {"b.example", policy_of(kOnePair)}}),
        before);
    EXPECT_EQ(same, before);
    const auto changed = ClientVerifiers::make(
        table_with({{"a.example", policy_of(kOnePair)}, {"b.example", policy_of(kTwoPair)}}),
        before);
    EXPECT_NE(changed, before);
    EXPECT_EQ(changed->find("a.example"), before->find("a.example"));
    EXPECT_NE(changed->find("b.example"), before->find("b.example"));
}

TEST(ClientVerifiers, AHostMoreOrLessIsNoChangeWhereNoneAsks) {
    const auto before = ClientVerifiers::make(table_with({{"a.example", {}}}));
    EXPECT_EQ(ClientVerifiers::make(table_with({{"b.example", {}}}), before), before);
}

TEST(ClientVerifiers, AuthoritiesThatCannotBeReadAskNothing) {
    Policy broken = policy_of(kOnePair);
    broken.authorities = std::make_shared<table::ClientAuthorities>(table::ClientAuthorities{
        .name = "shop/ca", .ca_pem = "nonsense", .crl_pem = "", .fingerprint = "f"});
    const auto verifiers = ClientVerifiers::make(table_with({{"a.example", broken}}));
    EXPECT_EQ(verifiers->find("a.example"), nullptr);
}

}  // namespace
}  // namespace breakwater::tls
