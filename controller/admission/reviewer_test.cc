// From the bytes of a request to those of its answer.

#include "controller/admission/reviewer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "controller/translate/test_support.h"

namespace breakwater::admission {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string review_of(const std::string& operation, const std::string& path = "/") {
    return R"({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", )"
           R"("kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"}, "operation": ")" +
           operation +
           R"(", "object": {"metadata": {"namespace": "shop", "name": "web"}, "spec": {"ingressClassName": )"
           R"("nginx", "rules": [{"host": "a.example", "http": {"paths": [{"path": ")" +
           path +
           R"(", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}}}})";
}

View with_class() {
    View view;
    view.objects.ingress_classes.put(kube::IngressClass{.meta = {.namespace_name = {},
                                                                 .name = "nginx",
                                                                 .uid = {},
                                                                 .resource_version = {},
                                                                 .annotations = {}},
                                                        .controller = "k8s.io/ingress-nginx"});
    return view;
}

Reviewer reviewer(const Reviewer::Look& look) {
    return {look, {.options = {}, .checks = translate::fake_checks()}};
}

TEST(Reviewer, AnswersAndCounts) {
    Reviewer asked = reviewer([] { return with_class(); });
    EXPECT_THAT(*asked.answer(review_of("CREATE")), HasSubstr(R"("allowed":true)"));
    EXPECT_THAT(*asked.answer(review_of("UPDATE", "no-slash")), HasSubstr(R"("allowed":false)"));
    EXPECT_THAT(*asked.answer(review_of("DELETE", "no-slash")), HasSubstr(R"("allowed":true)"));
    EXPECT_EQ(asked.answer("nonsense").error(), "this is no AdmissionReview");
    const Counts counts = asked.counts();
    EXPECT_EQ(counts.allowed, 1U);
    EXPECT_EQ(counts.refused, 1U);
    EXPECT_EQ(counts.unjudged, 1U);
    EXPECT_EQ(counts.malformed, 1U);
    EXPECT_EQ(counts.last_ingresses, 1U);
    EXPECT_GE(counts.last_took, counts.last_judging);
}

TEST(Reviewer, LetsThroughWhatItCannotJudgeYet) {
    Reviewer asked = reviewer([] { return std::nullopt; });
    const auto said = asked.answer(review_of("CREATE", "no-slash"));
    EXPECT_THAT(*said, HasSubstr(R"("allowed":true)"));
    EXPECT_THAT(*said, HasSubstr("not all read yet"));
    EXPECT_EQ(asked.counts().unjudged, 1U);
}

TEST(Reviewer, AnErrorOfItsOwnRefusesNothing) {
    Law law{.options = {}, .checks = translate::fake_checks()};
    Reviewer asked(
        [] {
            View view = with_class();
            view.objects.config_maps.put(kube::ConfigMap{.meta = {.namespace_name = "ingress",
                                                                  .name = "settings",
                                                                  .uid = {},
                                                                  .resource_version = {},
                                                                  .annotations = {}},
                                                         .data = {{"ssl-ciphers", "some"}}});
            return view;
        },
        [&] {
            law.options.configmap = kube::Key{"ingress", "settings"};
            law.checks.tls_ciphers = [](const std::string&) -> std::expected<void, std::string> {
                throw std::runtime_error("broken");
            };
            return law;
        }());
    const auto said = asked.answer(review_of("CREATE"));
    EXPECT_THAT(*said, HasSubstr(R"("allowed":true)"));
    EXPECT_THAT(*said, HasSubstr("not judged"));
    EXPECT_THAT(*said, Not(HasSubstr("broken"))) << "that is for the log";
}

}  // namespace
}  // namespace breakwater::admission
