#include "controller/admission/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proxy/base/crypto/base64.h"
#include "proxy/base/crypto/certificate.h"

namespace breakwater::admission {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kNames{"web.ingress.svc"};

WallTime now() { return system_clock().wall(); }

json configuration(const json& clients) {
    json made{{"metadata", {{"name", "breakwater"}}}, {"webhooks", json::array()}};
    for (const json& client : clients) made["webhooks"].push_back({{"clientConfig", client}});
    return made;
}

json service(const std::string& name) {
    return {{"service", {{"namespace", "ingress"}, {"name", name}}}};
}

TEST(NamesIn, AreThoseOfServicesAndUrls) {
    EXPECT_THAT(names_in(configuration({service("web"),
                                        service("web"),
                                        {{"url", "https://10.0.0.1:8443/x"}},
                                        {{"url", "https://[::1]:8443/x"}},
                                        {{"url", "https://a.example/x"}}})),
                ElementsAre("web.ingress.svc", "IP:10.0.0.1", "IP:::1", "a.example"));
}

TEST(NamesIn, AreNoneOfNonsense) {
    for (const char* text : {"null", "[]", "{}", R"({"webhooks": 1})", R"({"webhooks": [1, {}]})",
                             R"({"webhooks": [{"clientConfig": {"url": "http://a/"}}]})",
                             R"({"webhooks": [{"clientConfig": {"url": 7}}]})"}) {
        EXPECT_THAT(names_in(json::parse(text)), IsEmpty()) << text;
    }
}

TEST(Keys, LieInASecretAndComeBack) {
    const auto made = make_keys({}, kNames, now());
    ASSERT_TRUE(made.has_value()) << made.error();
    json secret{{"metadata", {{"name", "keys"}}}, {"data", {{"other", "eA=="}}}};
    put_keys(*made, secret);
    EXPECT_EQ(secret["data"]["other"], "eA==");
    const auto read = keys_in(secret);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->own.chain_pem, made->own.chain_pem);
    EXPECT_EQ(read->authority.key_pem, made->authority.key_pem);
    EXPECT_TRUE(are_good(*read, kNames, now()));
    EXPECT_FALSE(are_good(*read, {"other.ingress.svc"}, now()));
}

TEST(Keys, AreNoneInASecretThatHasNoneOrBrokenOnes) {
    EXPECT_FALSE(keys_in(json::object()).has_value());
    EXPECT_FALSE(keys_in({{"data", nullptr}}).has_value());
    json secret;
    put_keys(*make_keys({}, kNames, now()), secret);
    for (const char* name : {"ca.crt", "ca.key", "tls.crt", "tls.key"}) {
        for (const json& broken : {json(), json(7), json("%"), json("")}) {
            json other = secret;
            other["data"][name] = broken;
            EXPECT_FALSE(keys_in(other).has_value()) << name << " " << broken;
        }
    }
}

TEST(Keys, AreRenewedBeforeTheirEnd) {
    const Keys first = make_keys({}, kNames, now()).value();
    const WallTime soon = now() + kOwnLifetime - kOwnRenewal;
    EXPECT_TRUE(are_good(first, kNames, soon - std::chrono::hours(2)));
    EXPECT_FALSE(are_good(first, kNames, soon));
    const Keys second = make_keys(first, kNames, soon).value();
    EXPECT_EQ(second.authority.chain_pem, first.authority.chain_pem) << "still trusted";
    EXPECT_NE(second.own.chain_pem, first.own.chain_pem);

    const WallTime late = now() + kAuthorityLifetime - kAuthorityRenewal;
    const Keys third = make_keys(first, kNames, late).value();
    EXPECT_NE(third.authority.chain_pem, first.authority.chain_pem);
    EXPECT_EQ(third.authority_before, first.authority.chain_pem);
    const json patched =
        configuration({service("web")}).patch(trust_patch(configuration({service("web")}), third));
    EXPECT_EQ(patched["webhooks"][0]["clientConfig"]["caBundle"],
              crypto::encode_base64(third.authority.chain_pem + first.authority.chain_pem));
}

TEST(Keys, AreThoseOfOneAuthority) {
    Keys mixed = make_keys({}, kNames, now()).value();
    mixed.authority = make_keys({}, kNames, now())->authority;
    EXPECT_FALSE(are_good(mixed, kNames, now()));
    const Keys made = make_keys(mixed, kNames, now()).value();
    EXPECT_EQ(made.authority.chain_pem, mixed.authority.chain_pem);
    EXPECT_TRUE(are_good(made, kNames, now()));
}

TEST(Keys, AreNotGoodBeforeTheyAre) {
    const Keys made = make_keys({}, kNames, now()).value();
    EXPECT_FALSE(are_good(made, kNames, now() - std::chrono::hours(2)));
}

TEST(Keys, AnAuthorityThatCannotSignIsReplaced) {
    const crypto::PemPair none = crypto::make_self_signed();
    const Keys before{.authority = none, .own = none, .names = "web.ingress.svc"};
    EXPECT_FALSE(are_good(before, kNames, now()));
    const auto made = make_keys(before, kNames, now());
    ASSERT_TRUE(made.has_value()) << made.error();
    EXPECT_NE(made->authority.chain_pem, none.chain_pem);
    EXPECT_TRUE(are_good(*made, kNames, now()));
}

TEST(Keys, ANameThatNoCertificateCanHaveIsAnError) {
    EXPECT_FALSE(make_keys({}, {}, now()).has_value());
    EXPECT_FALSE(make_keys({}, {"a,DNS:b"}, now()).has_value());
}

TEST(TrustPatch, NamesThoseThatDoNotTrustYet) {
    const Keys keys = make_keys({}, kNames, now()).value();
    json all = configuration({service("web"), service("other")});
    const std::string wanted = crypto::encode_base64(keys.authority.chain_pem);
    all["webhooks"][0]["clientConfig"]["caBundle"] = wanted;
    const json patch = trust_patch(all, keys);
    ASSERT_EQ(patch.size(), 1U);
    const json patched = all.patch(patch);
    EXPECT_EQ(patched["webhooks"][1]["clientConfig"]["caBundle"], wanted);
    EXPECT_THAT(trust_patch(patched, keys), IsEmpty());
}

}  // namespace
}  // namespace breakwater::admission
