#include "controller/translate/forwarded.h"

#include <gtest/gtest.h>

#include "controller/translate/test_support.h"

namespace breakwater::translate {
namespace {

/// Reference 5.1: `proxy-real-ip-cidr` trusts everybody where it is not set. The loop tells what was not
/// there before (LoopTest.FindingsAreToldWhenTheyChange), so an equal finding is one line.
TEST(WarnOfForgery, IsOneFindingHoweverOftenATableIsBuilt) {
    for (const char* key : {"use-forwarded-headers", "enable-real-ip", "use-proxy-protocol"}) {
        kube::ConfigMap config;
        config.meta.namespace_name = "ingress";
        config.meta.name = "config";
        config.data[key] = "true";
        kube::Objects objects;
        objects.config_maps.put(config);
        Options options;
        options.configmap = config.meta.key();

        const Translation first = translate({objects, {}, kNow}, nullptr, fake_checks(), options);
        ASSERT_EQ(first.findings.size(), 1U) << key;
        EXPECT_EQ(first.findings.front().field, "data[proxy-real-ip-cidr]");
        EXPECT_TRUE(first.findings.front().text.starts_with(key)) << first.findings.front().text;
        const Translation next =
            translate({objects, first.accepted, kNow}, first.memory, fake_checks(), options);
        EXPECT_EQ(next.findings, first.findings) << key;

        config.data["proxy-real-ip-cidr"] = "10.0.0.0/8";
        objects.config_maps.put(config);
        const Translation bounded =
            translate({objects, next.accepted, kNow}, next.memory, fake_checks(), options);
        EXPECT_TRUE(bounded.findings.empty()) << key;
    }
}

}  // namespace
}  // namespace breakwater::translate
