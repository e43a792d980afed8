#include "proxy/table/client_certificate.h"

#include <gtest/gtest.h>

#include <functional>

namespace breakwater::table {
namespace {

ClientCertificatePolicy policy() {
    ClientCertificatePolicy made;
    made.authorities = std::make_shared<ClientAuthorities>(
        ClientAuthorities{.name = "shop/ca", .ca_pem = "a", .crl_pem = "", .fingerprint = "f"});
    return made;
}

struct ClientCertificateCase {
    const char* name;
    std::function<void(ClientCertificatePolicy&)> change;
    bool same_handshake;
};

ClientAuthorities with_fingerprint(const char* fingerprint) {
    return {.name = "shop/ca", .ca_pem = "a", .crl_pem = "", .fingerprint = fingerprint};
}

// What the TLS handshake itself asks for and keeps, and what is judged with each request.
const ClientCertificateCase kClientCertificateCases[] = {
    {"nothing", [](auto&) {}, true},
    {"other_authorities",
     [](auto& p) { p.authorities = std::make_shared<ClientAuthorities>(with_fingerprint("g")); },
     false},
    {"equal_authorities_of_another_secret",
     [](auto& p) {
         auto other = with_fingerprint("f");
         other.name = "other/ca";
         p.authorities = std::make_shared<ClientAuthorities>(other);
     },
     true},
    {"depth", [](auto& p) { p.depth = 2; }, false},
    {"certificate_for_the_pod", [](auto& p) { p.pass_to_upstream = true; }, false},
    {"off", [](auto& p) { p.verification = ClientVerification::off; }, false},
    {"optional", [](auto& p) { p.verification = ClientVerification::optional; }, true},
    {"error_page", [](auto& p) { p.error_page = "https://a/"; }, true},
    {"subject", [](auto& p) { p.subject = "CN=a"; }, true},
};

class HandshakeKey : public testing::TestWithParam<ClientCertificateCase> {};

TEST_P(HandshakeKey, SaysWhatAHandshakeDependsOn) {
    ClientCertificatePolicy changed = policy();
    GetParam().change(changed);
    EXPECT_EQ(handshake_key(changed) == handshake_key(policy()), GetParam().same_handshake);
}

INSTANTIATE_TEST_SUITE_P(Fields, HandshakeKey, testing::ValuesIn(kClientCertificateCases),
                         [](const auto& info) { return info.param.name; });

TEST(ClientCertificatePolicy, NoCertificateIsAskedForWithoutAuthorities) {
    EXPECT_EQ(handshake_key({}), "");
    ClientCertificatePolicy off = policy();
    off.verification = ClientVerification::off;
    EXPECT_EQ(handshake_key(off), "");
}

TEST(ClientCertificatePolicy, EqualByWhatIsPointedTo) {
    EXPECT_EQ(policy(), policy());
    EXPECT_NE(policy(), ClientCertificatePolicy{});
    ClientCertificatePolicy other = policy();
    other.subject = "CN=a";
    EXPECT_NE(policy(), other);
}

}  // namespace
}  // namespace breakwater::table
