#include "controller/source/manifest_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::source {
namespace {

constexpr const char* kService = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";

std::vector<std::string> names_of(const Manifest& manifest) {
    std::vector<std::string> out;
    for (const kube::Object& object : manifest.objects) {
        out.push_back(
            kube::ObjectId{kube::kind_of(object), kube::meta_of(object).key()}.to_string());
    }
    return out;
}

TEST(ManifestFile, DocumentsListsAndOtherKinds) {
    const std::string text = std::string(kService) + R"(---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: config, namespace: ingress}, data: {a: "1"}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
---
)";
    const auto manifest = read_manifest(text, ManifestFormat::yaml);
    ASSERT_TRUE(manifest);
    EXPECT_THAT(names_of(*manifest),
                testing::ElementsAre("Service default/web", "ConfigMap ingress/config"));
    ASSERT_EQ(manifest->notes.size(), 1U);
    EXPECT_EQ(manifest->notes[0].line, 9);
    EXPECT_THAT(manifest->notes[0].text, testing::HasSubstr("Deployment"));
}

TEST(ManifestFile, SecretsHaveDataAndStringData) {
    const auto manifest = read_manifest(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        "data: {a: aGVsbG8=, b: aGVsbG8=}\nstringData: {b: plain}\n",
        ManifestFormat::yaml);
    ASSERT_TRUE(manifest);
    const auto& secret = *std::get<std::shared_ptr<const kube::Secret>>(manifest->objects.at(0));
    EXPECT_EQ(secret.data, (kube::Texts{{"a", "hello"}, {"b", "plain"}}));
}

TEST(ManifestFile, Json) {
    const auto manifest =
        read_manifest(R"({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}})",
                      ManifestFormat::json);
    ASSERT_TRUE(manifest);
    EXPECT_THAT(names_of(*manifest), testing::ElementsAre("Service default/web"));
    const auto broken = read_manifest("{\n\"a\": 1,\n}", ManifestFormat::json);
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().line, 3);
}

TEST(ManifestFile, ABrokenObjectCostsOnlyItself) {
    const std::string text = std::string(kService) + R"(---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - host: a.example
    http:
      paths:
      - path: /
        pathType: Regex
        backend: {service: {name: web, port: {number: 80}}}
)";
    const auto manifest = read_manifest(text, ManifestFormat::yaml);
    ASSERT_TRUE(manifest);
    EXPECT_THAT(names_of(*manifest), testing::ElementsAre("Service default/web"));
    ASSERT_EQ(manifest->broken.size(), 1U);
    EXPECT_EQ(manifest->broken[0].line, 14);
    EXPECT_EQ(manifest->broken[0].broken.id.to_string(), "Ingress default/web");
}

TEST(ManifestFile, AnUnquotedOnIsNoTextForAnAnnotation) {
    const auto manifest =
        read_manifest("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  x: on\n",
                      ManifestFormat::yaml);
    ASSERT_TRUE(manifest);
    ASSERT_EQ(manifest->broken.size(), 1U);
    EXPECT_EQ(manifest->broken[0].line, 6);
}

TEST(ManifestFile, TheFirstOfTwoCounts) {
    const auto manifest =
        read_manifest(std::string(kService) + "---\n" + kService, ManifestFormat::yaml);
    ASSERT_TRUE(manifest);
    EXPECT_EQ(manifest->objects.size(), 1U);
    ASSERT_EQ(manifest->notes.size(), 1U);
    EXPECT_EQ(manifest->notes[0].line, 5);
}

struct Refusal {
    const char* name;
    const char* text;
    int line;
    ManifestFormat format = ManifestFormat::yaml;
};
const Refusal kRefusals[] = {
    {"no_kind", "# comment\na: 1\n", 2},
    {"text", "hello\n", 1},
    {"sequence", "- a\n", 1},
    {"no_name", "apiVersion: v1\nkind: Service\nmetadata:\n  labels: {}\n", 4},
    {"not_yaml", "a: [\n", 2},
    {"not_json", "{\n  \"a\": }\n", 2, ManifestFormat::json},
    {"number_beyond_a_double", "{\n  \"a\":\n  99E999}\n", 3, ManifestFormat::json},
};
class FileRefusalTest : public testing::TestWithParam<Refusal> {};
TEST_P(FileRefusalTest, NamesTheLine) {
    const auto manifest = read_manifest(GetParam().text, GetParam().format);
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().line, GetParam().line) << manifest.error().text;
}
INSTANTIATE_TEST_SUITE_P(Texts, FileRefusalTest, testing::ValuesIn(kRefusals),
                         [](const auto& info) { return info.param.name; });

TEST(ManifestFile, ByName) {
    EXPECT_TRUE(is_manifest("a.yaml") && is_manifest("a.yml") && is_manifest("a.json"));
    EXPECT_FALSE(is_manifest(".a.yaml") || is_manifest("a.yaml~") || is_manifest("a.yaml.swp") ||
                 is_manifest("README.md") || is_manifest("..data"));
}

}  // namespace
}  // namespace breakwater::source
