#include "proxy/base/crypto/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>

#include "proxy/base/crypto/hash.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::crypto {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::CertificateSpec;
using test::encrypted_key;
using test::make_certificate;
using test::make_certificate_for;
using test::traditional_key;
using testing::ElementsAre;

const PemPair kGood = make_certificate_for({"a.example"});
const PemPair kOtherPair = make_certificate_for({"b.example"});

std::string error_of(const std::string& chain, const std::string& key) {
    const auto facts = inspect_certificate(chain, key);
    return facts ? "none" : facts.error();
}

std::string error_of(const CertificateSpec& spec) {
    const PemPair made = make_certificate(spec);
    return error_of(made.chain_pem, made.key_pem);
}

TEST(InspectCertificate, SaysWhatTheLeafSays) {
    CertificateSpec spec;
    spec.alternatives = {"DNS:A.Example", "IP:10.0.0.1", "DNS:*.a.example", "email:x@a.example"};
    const PemPair made = make_certificate(spec);
    const auto facts = inspect_certificate(made.chain_pem, made.key_pem);
    ASSERT_TRUE(facts.has_value()) << facts.error();
    EXPECT_THAT(facts->dns_names, ElementsAre("a.example", "*.a.example"));
    EXPECT_EQ(facts->key_type, "EC");
    const WallTime now = system_clock().wall();
    EXPECT_GT(facts->not_before, now - spec.age - minutes(1));
    EXPECT_LE(facts->not_before, now - spec.age);
    EXPECT_LE(facts->not_after, now + spec.validity);
    EXPECT_GT(facts->not_after, now + spec.validity - minutes(1));
}

/// Between the first BEGIN and END: the DER, as Base64 lines.
std::string der_of(const std::string& pem) {
    const std::size_t begin = pem.find('\n') + 1;
    std::string lines = pem.substr(begin, pem.find("-----END") - begin);
    std::erase(lines, '\n');
    std::string der(lines.size(), '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(der.data()),
                                     reinterpret_cast<const unsigned char*>(lines.data()),
                                     static_cast<int>(lines.size()));
    der.resize(static_cast<std::size_t>(size) - (lines.size() - lines.find_last_not_of('=') - 1));
    return der;
}

TEST(InspectCertificate, TheFingerprintIsThatOfTheLeafsBytes) {
    CertificateSpec spec;
    spec.issuer = &kOtherPair;
    const PemPair made = make_certificate(spec);
    const auto facts = inspect_certificate(made.chain_pem, made.key_pem);
    ASSERT_TRUE(facts.has_value()) << facts.error();
    EXPECT_EQ(facts->fingerprint, to_hex(sha256(der_of(made.chain_pem))));
}

TEST(InspectCertificate, TheCommonNameStandsInForNames) {  // RFC 6125 6.4.4
    CertificateSpec spec;
    spec.common_name = "Old.Example";
    PemPair made = make_certificate(spec);
    auto facts = inspect_certificate(made.chain_pem, made.key_pem);
    ASSERT_TRUE(facts.has_value()) << facts.error();
    EXPECT_THAT(facts->dns_names, ElementsAre("old.example"));

    spec.alternatives = {"IP:10.0.0.1"};
    made = make_certificate(spec);
    facts = inspect_certificate(made.chain_pem, made.key_pem);
    ASSERT_TRUE(facts.has_value()) << facts.error();
    EXPECT_THAT(facts->dns_names, ElementsAre()) << "where there are alternatives it says nothing";
}

TEST(InspectCertificate, ACommonNameForPeopleIsNoDnsName) {
    CertificateSpec spec;
    spec.common_name = "Our Web Server";
    const PemPair made = make_certificate(spec);
    const auto facts = inspect_certificate(made.chain_pem, made.key_pem);
    ASSERT_TRUE(facts.has_value()) << facts.error();
    EXPECT_TRUE(facts->dns_names.empty());
}

TEST(InspectCertificate, EveryKeyThatTlsUses) {
    for (const char* key : {"P-256", "P-384", "P-521", "RSA-2048", "ED25519"}) {
        CertificateSpec spec;
        spec.key = key;
        EXPECT_EQ(error_of(spec), "none") << key;
    }
}

TEST(InspectCertificate, EveryFormOfAKey) {
    for (const char* key : {"P-256", "RSA-2048"}) {
        CertificateSpec spec;
        spec.key = key;
        const PemPair made = make_certificate(spec);
        const std::string older = traditional_key(made);
        EXPECT_NE(older, made.key_pem);
        EXPECT_EQ(error_of(made.chain_pem, older), "none") << key;
    }
}

TEST(InspectCertificate, TimeIsNotLookedAt) {
    CertificateSpec spec;
    spec.age = hours(48);
    spec.validity = hours(-24);
    EXPECT_EQ(error_of(spec), "none");
}

TEST(InspectCertificate, TextAroundTheBlocksIsPassedOver) {
    const std::string parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    EXPECT_EQ(error_of("subject: CN = a\r\n" + kGood.chain_pem + "\n\n# end\n", kGood.key_pem),
              "none");
    EXPECT_EQ(error_of(kGood.chain_pem, "Bag Attributes\n" + kGood.key_pem), "none");
    EXPECT_EQ(error_of(kGood.chain_pem, parameters + kGood.key_pem), "none");
    EXPECT_EQ(error_of(kGood.key_pem + kGood.chain_pem, kGood.key_pem), "none");
}

TEST(InspectCertificate, WhatIsWrongIsOneSentence) {
    const std::string nothing_read = "there is no certificate in PEM form";
    EXPECT_EQ(error_of("", kGood.key_pem), nothing_read);
    EXPECT_EQ(error_of("not PEM", kGood.key_pem), nothing_read);
    EXPECT_EQ(error_of(kGood.key_pem, kGood.key_pem), nothing_read);

    std::string broken = kOtherPair.chain_pem;
    broken[broken.find('\n') + 20] = '!';
    EXPECT_EQ(error_of(kGood.chain_pem + broken, kGood.key_pem),
              "certificate 2 of the chain cannot be read");
    const std::string cut = kGood.chain_pem.substr(0, kGood.chain_pem.size() / 2);
    EXPECT_EQ(error_of(cut, kGood.key_pem), "certificate 1 of the chain cannot be read");

    EXPECT_EQ(error_of(kGood.chain_pem, ""), "there is no private key in PEM form");
    EXPECT_EQ(error_of(kGood.chain_pem, kGood.chain_pem), "there is no private key in PEM form");
    std::string bad_key = kGood.key_pem;
    bad_key[bad_key.find('\n') + 2] = 'x';
    EXPECT_EQ(error_of(kGood.chain_pem, bad_key), "the private key cannot be read");
    EXPECT_EQ(error_of(kGood.chain_pem, encrypted_key(kGood)), "the private key is encrypted");

    EXPECT_EQ(error_of(kGood.chain_pem, kOtherPair.key_pem),
              "the private key does not belong to the first certificate");
    EXPECT_EQ(error_of(kOtherPair.chain_pem + kGood.chain_pem, kGood.key_pem),
              "the private key does not belong to the first certificate");
}

TEST(InspectCertificate, WeakKeysAndSignaturesAreRefused) {
    CertificateSpec weak;
    weak.key = "RSA-1024";
    EXPECT_EQ(error_of(weak), "the key of certificate 1 of the chain is too weak: 1024 bits");

    CertificateSpec sha1;
    sha1.common_name = "not its issuer";
    sha1.issuer = &kOtherPair;
    sha1.digest = "SHA1";
    EXPECT_EQ(error_of(sha1), "certificate 1 of the chain has too weak a signature");

    CertificateSpec dsa;
    dsa.key = "DSA";
    EXPECT_EQ(error_of(dsa), "the private key is of a kind that TLS does not use");
}

TEST(InspectCertificate, AChainHasAnEnd) {
    std::string chain;
    for (int i = 0; i < 17; ++i) chain += kGood.chain_pem;
    EXPECT_EQ(error_of(chain, kGood.key_pem), "the chain has more than 16 certificates");
}

}  // namespace
}  // namespace breakwater::crypto
