#include "proxy/tls/certificate_index.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "proxy/base/crypto/certificate.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::tls {
namespace {

using crypto::PemPair;
using test::make_certificate_for;
using Source = std::shared_ptr<const table::Certificate>;

Source source_of(const PemPair& pair, const char* name = "ns/secret") {
    const auto facts = crypto::inspect_certificate(pair.chain_pem, pair.key_pem);
    return std::make_shared<table::Certificate>(
        table::Certificate{name, pair.chain_pem, pair.key_pem, facts->fingerprint, facts->dns_names,
                           facts->not_after, facts->key_type});
}

CertificateIndex::Shared self_made() {
    const PemPair pair = crypto::make_self_signed();
    return *ServerCertificate::load(pair.chain_pem, pair.key_pem);
}

table::RoutingTable table_of(const std::vector<std::pair<std::string, Source>>& hosts) {
    table::RoutingTable table;
    for (const auto& [name, certificate] : hosts) {
        auto host = std::make_shared<table::Host>();
        host->name = name;
        host->certificate = certificate;
        table.hosts.push_back(host);
    }
    return table;
}

TEST(CertificateIndex, ExactThenOneLabelWildcardThenDefault) {  // Ingress v1: hostname wildcards
    const Source exact = source_of(make_certificate_for({"a.example"}));
    const Source wildcard = source_of(make_certificate_for({"*.example"}));
    const auto fallback = self_made();
    const CertificateIndex index(table_of({{"*.example", wildcard}, {"a.example", exact}}),
                                 fallback);

    const auto& of_exact = index.find("a.example");
    const auto& of_wildcard = index.find("b.example");
    EXPECT_NE(of_exact, of_wildcard);
    EXPECT_NE(of_exact.certificate, fallback);
    EXPECT_EQ(index.find("c.example"), of_wildcard);
    EXPECT_EQ(index.find("x.b.example").certificate, fallback) << "a wildcard stands for one label";
    EXPECT_EQ(index.find("example").certificate, fallback);
    EXPECT_EQ(index.find("other.test").certificate, fallback);
    EXPECT_EQ(index.find("").certificate, fallback);
}

TEST(CertificateIndex, AHostWithoutCertificateDoesNotHideAWildcard) {
    const Source wildcard = source_of(make_certificate_for({"*.example"}));
    const CertificateIndex index(table_of({{"*.example", wildcard}, {"plain.example", nullptr}}),
                                 self_made());
    EXPECT_EQ(index.find("plain.example"), index.find("b.example"));
}

TEST(CertificateIndex, ANamedDefaultComesBeforeTheSelfMade) {
    table::RoutingTable table = table_of({});
    table.default_certificate = source_of(make_certificate_for({"default.example"}));
    const auto fallback = self_made();
    const CertificateIndex index(table, fallback);
    EXPECT_NE(index.find("").certificate, fallback);
    EXPECT_EQ(index.find("default.example"), index.find(""));
}

TEST(CertificateIndex, APublishCostsWhatChanged) {
    const PemPair kept = make_certificate_for({"kept.example"});
    const PemPair old_pair = make_certificate_for({"new.example"});
    const auto fallback = self_made();
    const CertificateIndex before(
        table_of({{"kept.example", source_of(kept)}, {"new.example", source_of(old_pair)}}),
        fallback);
    const CertificateIndex after(
        table_of({{"kept.example", source_of(kept, "another/secret")},
                  {"new.example", source_of(make_certificate_for({"new.example"}))}}),
        fallback, &before);
    EXPECT_EQ(after.find("kept.example"), before.find("kept.example"));
    EXPECT_NE(after.find("new.example"), before.find("new.example"));
}

TEST(CertificateIndex, OnePairInManySecretsIsHeldOnce) {
    const PemPair pair = make_certificate_for({"*.example", "a.test"});
    const CertificateIndex index(
        table_of({{"*.example", source_of(pair, "one/s")}, {"a.test", source_of(pair, "two/s")}}),
        self_made());
    EXPECT_EQ(index.find("b.example"), index.find("a.test"));
}

table::RoutingTable table_with_pair(const Source& certificate, const Source& rsa) {
    table::RoutingTable table;
    auto host = std::make_shared<table::Host>();
    host->name = "a.example";
    host->certificate = certificate;
    host->rsa_certificate = rsa;
    table.hosts.push_back(host);
    return table;
}

TEST(CertificateIndex, AHostMayHaveAnRsaCertificateBesides) {
    const Source curve = source_of(make_certificate_for({"a.example"}));
    const Source rsa =
        source_of(test::make_certificate({.alternatives = {"DNS:a.example"}, .key = "RSA-2048"}));
    const CertificateIndex index(table_with_pair(curve, rsa), self_made());
    const CertificateIndex without(table_with_pair(curve, nullptr), self_made(), &index);
    EXPECT_NE(index.find("a.example").rsa, nullptr);
    EXPECT_EQ(without.find("a.example").rsa, nullptr);
    EXPECT_EQ(without.find("a.example").certificate, index.find("a.example").certificate);

    table::Certificate bad = *curve;
    bad.key_pem = rsa->key_pem;
    const CertificateIndex half(table_with_pair(std::make_shared<table::Certificate>(bad), rsa),
                                self_made(), &index);
    EXPECT_EQ(half.find("a.example").certificate, index.find("a.example").rsa);
    EXPECT_EQ(half.find("a.example").rsa, nullptr);
}

TEST(CertificateIndex, WhatCannotBeServedCostsOnlyItsHosts) {
    PemPair mixed = make_certificate_for({"bad.example"});
    const Source good = source_of(make_certificate_for({"good.example"}));
    table::Certificate bad = *source_of(mixed);
    bad.key_pem = make_certificate_for({"other"}).key_pem;
    const auto fallback = self_made();
    const CertificateIndex index(
        table_of(
            {{"bad.example", std::make_shared<table::Certificate>(bad)}, {"good.example", good}}),
        fallback);
    EXPECT_EQ(index.find("bad.example").certificate, fallback);
    EXPECT_NE(index.find("good.example").certificate, fallback);
}

TEST(ServerCertificate, AForeignKeyIsRefused) {
    const PemPair one = make_certificate_for({"a.example"});
    const PemPair other = make_certificate_for({"b.example"});
    const auto loaded = ServerCertificate::load(one.chain_pem, other.key_pem);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error(), "the private key does not belong to the first certificate");
}

}  // namespace
}  // namespace breakwater::tls
