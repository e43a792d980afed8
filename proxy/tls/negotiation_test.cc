// Lists that users write, and what handshakes then agree on.

#include "proxy/tls/negotiation.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <expected>
#include <memory>
#include <string>

#include "proxy/base/crypto/handles.h"

namespace breakwater::tls {
namespace {

struct ListCase {
    const char* name;
    const char* source;
    std::expected<void, std::string> (*check)(const std::string& list);
    const char* list;
    bool usable;
};

const ListCase kLists[] = {
    {"ciphers_the_default_of_ingress_nginx", "ingress-nginx: ssl-ciphers", check_ciphers,
     "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
     "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
     "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384",
     true},
    {"ciphers_classes", "openssl-ciphers(1)", check_ciphers, "HIGH:!aNULL:!MD5", true},
    {"ciphers_old_suites_by_name", "openssl-ciphers(1)", check_ciphers, "AES128-SHA256", true},
    {"ciphers_unknown_beside_known", "openssl-ciphers(1)", check_ciphers,
     "NO-SUCH-SUITE:ECDHE-RSA-AES128-GCM-SHA256", true},
    {"ciphers_unknown", "openssl-ciphers(1)", check_ciphers, "NO-SUCH-SUITE", false},
    {"ciphers_only_dhe", "no parameters are set", check_ciphers, "DHE-RSA-AES128-GCM-SHA256",
     false},
    {"ciphers_only_psk", "no key is shared", check_ciphers, "PSK-AES128-GCM-SHA256", false},
    {"ciphers_only_tls13", "SSL_CTX_set_ciphersuites(3)", check_ciphers, "TLS_AES_128_GCM_SHA256",
     false},
    {"ciphers_below_level_2", "SSL_CTX_set_security_level(3)", check_ciphers,
     "RC4-SHA:DES-CBC3-SHA", false},
    {"ciphers_without_authentication", "SSL_CTX_set_security_level(3)", check_ciphers,
     "AECDH-AES128-SHA", false},
    {"ciphers_lowers_the_level", "openssl-ciphers(1)", check_ciphers,
     "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", false},
    {"ciphers_nothing_left", "openssl-ciphers(1)", check_ciphers, "HIGH:!HIGH", false},
    {"groups_names_of_nist", "SSL_CTX_set1_groups_list(3)", check_groups, "P-256:P-384", true},
    {"groups_names_of_openssl", "nginx: ssl_ecdh_curve", check_groups,
     "X25519:prime256v1:secp384r1", true},
    {"groups_unknown", "SSL_CTX_set1_groups_list(3)", check_groups, "no-such-group", false},
    {"groups_unknown_beside_known", "SSL_CTX_set1_groups_list(3)", check_groups,
     "X25519:no-such-group", false},
    {"groups_another_separator", "SSL_CTX_set1_groups_list(3)", check_groups, "X25519,P-256",
     false},
};

class Lists : public testing::TestWithParam<ListCase> {};

TEST_P(Lists, Check) {
    const ListCase& c = GetParam();
    SCOPED_TRACE(c.source);
    EXPECT_EQ(c.check(c.list).has_value(), c.usable);
}

TEST(Negotiation, AListHasABound) {
    std::string list = "ECDHE-RSA-AES128-GCM-SHA256";
    while (list.size() <= 4096) list += ":-AES:+AES";
    const auto refused = check_ciphers(list);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), "is longer than 4 KiB");
}

INSTANTIATE_TEST_SUITE_P(Rules, Lists, testing::ValuesIn(kLists),
                         [](const auto& info) { return info.param.name; });

TEST(StandardGroups, TheHybridOneComesFirstWhereOpenSslHasIt) {
    const bool there = check_groups("X25519MLKEM768").has_value();
    EXPECT_EQ(there, OPENSSL_VERSION_NUMBER >= 0x30500000L);
    EXPECT_EQ(standard_groups().starts_with("X25519MLKEM768:X25519:"), there);
    EXPECT_EQ(standard_groups().starts_with("X25519:"), !there);
    EXPECT_TRUE(check_groups(standard_groups()).has_value());
}

TEST(SetNegotiation, AListThatCannotBeUsedLeavesTheDefault) {
    const std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> standard(SSL_CTX_new(TLS_server_method()));
    const std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> unusable(SSL_CTX_new(TLS_server_method()));
    set_negotiation(standard.get(), {});
    set_negotiation(unusable.get(), {.ciphers = "NO-SUCH-SUITE", .groups = "no-such-group"});
    const int count = sk_SSL_CIPHER_num(SSL_CTX_get_ciphers(standard.get()));
    EXPECT_EQ(count, 9) << "three of TLS 1.3, six of TLS 1.2";
    EXPECT_EQ(sk_SSL_CIPHER_num(SSL_CTX_get_ciphers(unusable.get())), count);
}

}  // namespace
}  // namespace breakwater::tls
