// What is read out of an AdmissionReview, and what goes back.

#include "controller/admission/review.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace breakwater::admission {
namespace {

using nlohmann::json;

constexpr const char* kReview = R"({
  "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
  "request": {
    "uid": "u-1", "operation": "CREATE", "dryRun": true,
    "kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"},
    "object": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
               "metadata": {"namespace": "shop", "name": "web", "uid": "i-1"},
               "spec": {"ingressClassName": "nginx"}},
    "oldObject": null}})";

json review() { return json::parse(kReview); }

TEST(ParseReview, ReadsTheIngress) {
    const auto read = parse_review(kReview);
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(read->uid, "u-1");
    ASSERT_NE(read->ingress, nullptr);
    EXPECT_EQ(read->ingress->meta.key().to_string(), "shop/web");
    EXPECT_EQ(read->why_not, "");
}

struct Unjudged {
    const char* name;
    const char* pointer;  ///< what of the review is another
    json value;
    const char* why_not;
};

const Unjudged kUnjudged[] = {
    {"delete", "/request/operation", "DELETE", ""},
    {"connect", "/request/operation", "CONNECT", ""},
    {"status", "/request/subResource", "status", ""},
    {"other_kind", "/request/kind/kind", "Service",
     "a \"Service\" is not judged: only Ingresses of networking.k8s.io/v1"},
    {"older_version", "/request/kind/version", "v1beta1",
     "a \"Ingress\" is not judged: only Ingresses of networking.k8s.io/v1"},
    {"unreadable", "/request/object/spec", json::array(),
     "the Ingress cannot be read, and would not be served: spec: must be an object"},
};

TEST(ParseReview, LeavesAloneWhatIsNotItsOwn) {
    for (const Unjudged& c : kUnjudged) {
        SCOPED_TRACE(c.name);
        json changed = review();
        changed[json::json_pointer(c.pointer)] = c.value;
        const auto read = parse_review(changed.dump());
        ASSERT_TRUE(read.has_value()) << read.error();
        EXPECT_EQ(read->uid, "u-1");
        EXPECT_EQ(read->ingress, nullptr);
        EXPECT_EQ(read->why_not, c.why_not);
    }
}

TEST(ParseReview, RefusesWhatIsNoReview) {
    for (const char* nonsense : {"", "null", "[]", "{", "{}", R"({"kind": "Pod"})", "\xff\xfe"}) {
        EXPECT_EQ(parse_review(nonsense).error(), "this is no AdmissionReview") << nonsense;
    }
    std::string many = "[{}";
    while (many.size() < kLargestReviewBytes) many += ",{}";
    json large = review();
    large["more"] = json::parse(many + "]");
    EXPECT_EQ(parse_review(large.dump()).error(), "this is no AdmissionReview");
    json older = review();
    older["apiVersion"] = "admission.k8s.io/v1beta1";
    EXPECT_EQ(parse_review(older.dump()).error(),
              "AdmissionReview is spoken in admission.k8s.io/v1 here, not in "
              "\"admission.k8s.io/v1beta1\"");
    const json long_uid{{"uid", std::string(kLongestUidBytes + 1, 'u')}};
    for (const json& request : {json(), json::array(), json::object(), json("u-1"), long_uid}) {
        json without = review();
        without["request"] = request;
        EXPECT_EQ(parse_review(without.dump()).error(),
                  "the AdmissionReview has no request with a uid");
    }
}

TEST(ReviewAnswer, Allows) {
    const json said = json::parse(to_json("u-1", {}));
    EXPECT_EQ(said["apiVersion"], "admission.k8s.io/v1");
    EXPECT_EQ(said["kind"], "AdmissionReview");
    EXPECT_EQ(said["response"], (json{{"uid", "u-1"}, {"allowed", true}}));
}

TEST(ReviewAnswer, RefusesWithTheReason) {
    const json said =
        json::parse(to_json("u-1", {.allowed = false, .message = "no", .warnings = {}}));
    EXPECT_EQ(said["response"]["allowed"], false);
    EXPECT_EQ(said["response"]["status"]["message"], "no");
    EXPECT_EQ(said["response"]["status"]["code"], 400);
}

TEST(ReviewAnswer, KeepsWarningsWithinTheApisBounds) {
    Answer answer;
    answer.warnings.assign(40, std::string(1000, 'a') + "\xC3\xA4");
    answer.warnings[0] = std::string(252, 'b') + "\xC3\xA4\xC3\xA4";
    const json warnings = json::parse(to_json("u-1", answer))["response"]["warnings"];
    ASSERT_EQ(warnings.size(), kMostWarnings);
    for (const json& warning : warnings) {
        EXPECT_LE(warning.get<std::string>().size(), kLongestWarningBytes);
    }
    EXPECT_EQ(warnings[0], std::string(252, 'b') + "\xC3\xA4\xC3\xA4") << "just fits";
    EXPECT_EQ(warnings.back(), "and 26 warnings more");
}

TEST(ReviewAnswer, IsJsonWhateverWasSaid) {
    const std::string text =
        to_json("\xff", {.allowed = false, .message = "\xff", .warnings = {"\xff"}});
    EXPECT_TRUE(json::accept(text));
}

}  // namespace
}  // namespace breakwater::admission
