// What may come into the cluster, and what people are told.

#include "controller/admission/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "controller/source/manifest_file.h"
#include "controller/translate/test_support.h"

namespace breakwater::admission {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using translate::kNow;

/// Four months old, of our class, with one path of one host.
std::string ingress(const std::string& name, const std::string& host, const std::string& more = "",
                    const std::string& path = "/", const std::string& service = "web",
                    const std::string& created = "2025-09-01T00:00:00Z") {
    return "---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: " + name +
           ", namespace: shop, uid: " + name + ", creationTimestamp: \"" + created + "\"" + more +
           "}, spec: {ingressClassName: nginx, rules: [{host: " + host +
           ", http: {paths: [{path: " + path +
           ", pathType: Prefix, backend: {service: {name: " + service +
           ", port: {number: 80}}}}]}}]}}\n";
}

std::string annotated(const std::string& annotation) {
    return ", annotations: {nginx.ingress.kubernetes.io/" + annotation + "}";
}

constexpr const char* kLater = "2025-12-01T00:00:00Z";

class JudgeTest : public testing::Test {
protected:
    JudgeTest() {
        law_.checks = translate::fake_checks();
        add("{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: "
            "{controller: k8s.io/ingress-nginx}}\n---\n"
            "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: "
            "{ports: [{port: 80}]}}\n");
    }

    void add(const std::string& yaml) {
        const auto read = source::read_manifest(yaml, source::ManifestFormat::yaml);
        ASSERT_TRUE(read.has_value()) << read.error().text;
        for (const kube::Object& object : read->objects) translate::put(object, view_.objects);
        const translate::Input input{view_.objects, view_.accepted, kNow};
        view_.accepted = translate::translate(input, nullptr, law_.checks, law_.options).accepted;
    }
    [[nodiscard]] Judgement judged(const std::string& yaml) const {
        const auto read = source::read_manifest(yaml, source::ManifestFormat::yaml);
        return judge(std::get<std::shared_ptr<const kube::Ingress>>(read.value().objects.front()),
                     view_, law_, kNow);
    }
    [[nodiscard]] Answer answer(const std::string& yaml) const { return judged(yaml).answer; }

    View view_;
    Law law_;
};

TEST_F(JudgeTest, WhatIsRightMayCome) {
    const Answer said = answer(ingress("new", "a.example"));
    EXPECT_TRUE(said.allowed) << said.message;
    EXPECT_THAT(said.warnings, IsEmpty());
}

TEST_F(JudgeTest, AMistakeIsRefusedByObjectAndField) {
    const Answer said =
        answer(ingress("new", "a.example", annotated("permanent-redirect: nowhere")));
    EXPECT_FALSE(said.allowed);
    EXPECT_THAT(
        said.message,
        HasSubstr("Ingress shop/new, "
                  "metadata.annotations[nginx.ingress.kubernetes.io/permanent-redirect]: "));
}

TEST_F(JudgeTest, AHostAndPathThatAnotherHasIsRefused) {
    add(ingress("old", "a.example"));
    const Answer said = answer(ingress("new", "a.example", "", "/", "web", kLater));
    EXPECT_FALSE(said.allowed);
    EXPECT_THAT(said.message, AllOf(HasSubstr("Ingress shop/new, spec.rules[0].http.paths[0]: "),
                                    HasSubstr("the Ingress shop/old goes first")));
    EXPECT_TRUE(answer(ingress("new", "a.example", "", "/b", "web", kLater)).allowed);
}

TEST_F(JudgeTest, TakingAPathFromANewerOneIsRefused) {
    add(ingress("old", "a.example"));
    add(ingress("young", "a.example", "", "/b", "web", kLater));
    const Answer said = answer(ingress("old", "a.example", "", "/b"));
    EXPECT_FALSE(said.allowed);
    EXPECT_THAT(said.message, AllOf(HasSubstr("Ingress shop/young, spec.rules[0].http.paths[0]: "),
                                    HasSubstr("the Ingress shop/old goes first")));
}

TEST_F(JudgeTest, WhatWasWrongBeforeMayStayAndMove) {
    add(ingress("old", "a.example"));
    add(ingress("late", "a.example", "", "/", "web", kLater));
    EXPECT_TRUE(
        answer(ingress("late", "a.example", ", labels: {a: b}", "/", "web", kLater)).allowed);

    std::string moved = ingress("late", "a.example", "", "/", "web", kLater);
    moved.replace(moved.find("rules: ["), 8, "rules: [{host: first.example}, ");
    const Answer said = answer(moved);
    EXPECT_TRUE(said.allowed) << said.message;
}

TEST_F(JudgeTest, WhatMayComeLaterIsAWarning) {
    const Answer service = answer(ingress("new", "a.example", "", "/", "missing"));
    EXPECT_TRUE(service.allowed) << service.message;
    EXPECT_THAT(service.warnings,
                ElementsAre("Ingress shop/new, spec.rules[0].http.paths[0].backend: the Service "
                            "shop/missing does not exist; requests are answered with 503"));

    std::string with_tls = ingress("new", "a.example");
    with_tls.replace(with_tls.find("rules: ["), 0,
                     "tls: [{hosts: [a.example], secretName: later}], ");
    const Answer secret = answer(with_tls);
    EXPECT_TRUE(secret.allowed) << secret.message;
    EXPECT_THAT(secret.warnings, ElementsAre(HasSubstr("the Secret shop/later does not exist")));
}

TEST_F(JudgeTest, AnAnnotationWithoutEffectIsAWarning) {
    const Answer said =
        answer(ingress("new", "a.example", annotated("enable-websocket: \"true\"")));
    EXPECT_TRUE(said.allowed) << said.message;
    EXPECT_THAT(said.warnings, ElementsAre(HasSubstr("enable-websocket")));
}

TEST_F(JudgeTest, AnotherControllersIsNotJudged) {
    std::string foreign = ingress("new", "a.example", annotated("permanent-redirect: nowhere"));
    foreign.replace(foreign.find("ingressClassName: nginx"), 23, "ingressClassName: other");
    const Judgement said = judged(foreign);
    EXPECT_TRUE(said.answer.allowed);
    EXPECT_THAT(said.answer.warnings, IsEmpty());
    EXPECT_EQ(said.ingresses, 0U);
}

TEST_F(JudgeTest, ACatchAllThatIsForbiddenIsRefused) {
    law_.options.disable_catch_all = true;
    std::string any = ingress("new", "\"\"");
    const Answer said = answer(any);
    EXPECT_FALSE(said.allowed);
    EXPECT_THAT(said.message, AllOf(HasSubstr("Ingress shop/new, spec.rules[0].host: "),
                                    HasSubstr("--disable-catch-all")));
    add(any);
    EXPECT_TRUE(answer(ingress("new", "\"\"", ", labels: {a: b}")).allowed) << "was so before";
}

TEST_F(JudgeTest, AClassThatDoesNotExistIsAWarning) {
    view_.objects.ingress_classes = {};
    const Answer said = answer(ingress("new", "a.example"));
    EXPECT_TRUE(said.allowed) << said.message;
    EXPECT_THAT(said.warnings, ElementsAre(HasSubstr("the IngressClass \"nginx\" does not exist")));
}

TEST_F(JudgeTest, OneOfTooManyIsLetThrough) {
    std::string many;
    for (std::size_t i = 0; i <= kMostNeighbours; ++i) {
        many += ingress("i" + std::to_string(i), "a.example", "", "/" + std::to_string(i));
    }
    const auto read = source::read_manifest(many, source::ManifestFormat::yaml);
    for (const kube::Object& object : read.value().objects) translate::put(object, view_.objects);
    const Judgement said =
        judged(ingress("new", "a.example", annotated("permanent-redirect: nowhere")));
    EXPECT_TRUE(said.answer.allowed);
    EXPECT_FALSE(said.was_judged);
    EXPECT_THAT(said.answer.warnings,
                ElementsAre("not judged: 2001 Ingresses share a host or a Service with it"));
}

TEST_F(JudgeTest, LooksAtThoseThatItCanMeetAlone) {
    add(ingress("same-host", "a.example", "", "/b", "other"));
    add(ingress("same-service", "b.example"));
    add(ingress("apart", "c.example", "", "/", "other"));
    EXPECT_EQ(judged(ingress("new", "a.example")).ingresses, 3U) << "itself among them";
}

TEST_F(JudgeTest, MeetsTheVersionThatIsServed) {
    add(ingress("old", "a.example", "", "/", "other"));
    // Left out for its annotation: the version before is served, and has the path.
    add(ingress("old", "b.example", annotated("permanent-redirect: nowhere"), "/", "other"));
    EXPECT_FALSE(answer(ingress("new", "a.example", "", "/", "web", kLater)).allowed);
}

TEST_F(JudgeTest, SaysSomeOfManyMistakes) {
    std::string many = ingress("new", "a.example");
    std::string paths;
    for (int i = 0; i < 30; ++i) {
        paths += "{path: no-slash-" + std::to_string(i) +
                 ", pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}, ";
    }
    many.replace(many.find("paths: [") + 8, 0, paths);
    const Answer said = answer(many);
    EXPECT_FALSE(said.allowed);
    EXPECT_THAT(said.message, HasSubstr("; and 20 more"));
}

/// A Secret that nothing in the cluster names is not among the objects.
class JudgeSecretTest : public JudgeTest {
protected:
    using Keys = std::vector<kube::Key>;

    JudgeSecretTest() {
        view_.fetch = [this](const Keys& keys) {
            asked_.insert(asked_.end(), keys.begin(), keys.end());
            FetchedSecrets out;
            for (const kube::Key& key : keys) {
                if (!answers_) out.unread.push_back(key);
                if (answers_ && key.name != "nowhere") out.found.push_back(secret(key));
            }
            return out;
        };
    }
    /// Good for one host, which its name is made of.
    static kube::Object secret(const kube::Key& key) {
        kube::Secret out;
        out.meta.namespace_name = key.namespace_name;
        out.meta.name = key.name;
        out.data = {{"tls.crt", "names=" + key.name + ".example until=2030-01-01"},
                    {"tls.key", "key"},
                    {"ca.crt", "ca"}};
        return std::make_shared<const kube::Secret>(std::move(out));
    }
    static std::string with_tls(const std::string& name, const std::string& entries) {
        std::string out = ingress(name, "a.example");
        out.replace(out.find("rules: ["), 8, "tls: [" + entries + "], rules: [");
        return out;
    }

    bool answers_ = true;
    mutable Keys asked_;
};

TEST_F(JudgeSecretTest, IsAskedForWhereOnlyTheNewOneNamesIt) {
    EXPECT_THAT(answer(with_tls("new", "{hosts: [a.example], secretName: a}")).warnings, IsEmpty());
    EXPECT_THAT(asked_, ElementsAre(kube::Key{"shop", "a"}));
    EXPECT_THAT(answer(with_tls("new", "{hosts: [a.example], secretName: b}")).warnings,
                ElementsAre(HasSubstr("does not cover a.example")));
    EXPECT_THAT(answer(with_tls("new", "{hosts: [a.example], secretName: nowhere}")).warnings,
                ElementsAre(HasSubstr("the Secret shop/nowhere does not exist")));
}

TEST_F(JudgeSecretTest, LeadsToFurtherOnes) {
    EXPECT_THAT(answer(with_tls("new", "{secretName: b}, {secretName: a}")).warnings,
                ElementsAre(HasSubstr("no host takes its certificate from this entry")));
    EXPECT_THAT(asked_,
                testing::UnorderedElementsAre(kube::Key{"shop", "a"}, kube::Key{"shop", "b"}));
}

TEST_F(JudgeSecretTest, IsNotAskedForWhereTheClusterNamesItAlready) {
    add(with_tls("old", "{hosts: [a.example], secretName: nowhere}"));
    EXPECT_THAT(answer(with_tls("new", "{hosts: [a.example], secretName: nowhere}")).warnings,
                testing::Not(IsEmpty()));
    EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(JudgeSecretTest, IsNotMissingWhereNobodyCouldSay) {
    answers_ = false;
    EXPECT_THAT(answer(with_tls("new", "{hosts: [a.example], secretName: a}")).warnings, IsEmpty());
    const Answer said = answer(ingress("new", "a.example", annotated("auth-tls-secret: shop/a")));
    EXPECT_TRUE(said.allowed) << said.message;
    EXPECT_THAT(said.warnings, IsEmpty());
    answers_ = true;
    const Answer denied =
        answer(ingress("new", "a.example", annotated("auth-tls-secret: shop/nowhere")));
    EXPECT_FALSE(denied.allowed);
}

}  // namespace
}  // namespace breakwater::admission
