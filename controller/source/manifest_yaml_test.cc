#include "controller/source/manifest_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::source {
namespace {

using nlohmann::json;

json only(std::string_view text) {
    auto documents = parse_yaml(text);
    if (!documents) {
        ADD_FAILURE() << documents.error().line << ": " << documents.error().text;
        return {};
    }
    EXPECT_EQ(documents->size(), 1U);
    return documents->empty() ? json() : std::move(documents->front().value);
}

TEST(ManifestYaml, QuotedScalarsAreText) {
    EXPECT_EQ(only("a: \"1\"\nb: 'true'\nc: |\n  3\nd: 4\ne: !!str 5\nf: !!int 6\n"),
              json::parse(R"({"a":"1","b":"true","c":"3\n","d":4,"e":"5","f":6})"));
}

TEST(ManifestYaml, Nests) {
    EXPECT_EQ(only("a: [1, {b: c}]\nd:\n- e\n- []\nf: {}\ng:\n"),
              json::parse(R"({"a":[1,{"b":"c"}],"d":["e",[]],"f":{},"g":null})"));
}

TEST(ManifestYaml, AliasesAndMerges) {
    EXPECT_EQ(only("a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd: {<<: [{z: 1}, *a], z: 2}\n"),
              json::parse(R"({"a":{"x":1,"y":2},"b":{"x":1,"y":2},"c":{"x":1,"y":3},
                              "d":{"x":1,"y":2,"z":2}})"));
}

TEST(ManifestYaml, SeveralDocuments) {
    const auto documents = parse_yaml("a: 1\n---\n# nothing\n---\nb: 2\n");
    ASSERT_TRUE(documents);
    ASSERT_EQ(documents->size(), 2U);
    EXPECT_EQ((*documents)[0].value, json::parse(R"({"a":1})"));
    EXPECT_EQ((*documents)[1].value, json::parse(R"({"b":2})"));
    EXPECT_EQ(line_of((*documents)[1], "b"), 5);
}

TEST(ManifestYaml, DirectivesAndMarkersWithContent) {
    const auto documents = parse_yaml("%YAML 1.2\n--- {a: 1}\n...\n--- {b: 2}\r\n---\n");
    ASSERT_TRUE(documents) << documents.error().text;
    ASSERT_EQ(documents->size(), 2U);
    EXPECT_EQ((*documents)[1].value, json::parse(R"({"b":2})"));
}

std::string bomb() {
    std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int k = 1; k < 10; ++k) text += "," + before;
        text += "]\n";
    }
    return text;
}

std::string fat_bomb() {
    std::string text = "a: &a \"" + std::string(1024 * 1024, 'x') + "\"\nb: [*a";
    for (int i = 0; i < 100; ++i) text += ",*a";
    return text + "]\n";
}

struct RefusedYaml {
    const char* name;
    std::string text;
    int line;
    const char* reason;
};

const RefusedYaml kRefusedYaml[] = {
    {"unclosed", "a: 1\nb: [1, 2\nc: 3\n", 3, ""},
    {"tab", "a:\n\tb: 1\n", 2, ""},
    {"second_document", "a: 1\n---\nb: [\n", 4, ""},
    {"stray_comma", "a: 1\n---\n, b\n", 2, "does not belong"},  // found by the fuzzer: a loop
    {"stray_bracket", "]\n", 1, ""},
    {"left_over", "{a: 1}\n{b: 2}\n", 1, ""},
    {"key_twice", "a: 1\nb: 2\na: 3\n", 3, "comes twice"},
    {"key_is_a_map", "? {a: 1}\n: 2\n", 1, "not text"},
    {"unknown_tag", "a: !secret b\n", 1, "tag"},
    {"unknown_alias", "a: *b\n", 1, ""},
    {"merge_of_text", "<<: a\n", 1, "not a map"},
    {"deep", std::string(100, '[') + std::string(100, ']'), 1, "deep"},
    {"deeper_than_the_parser", std::string(100000, '['), 0, "deep"},
    {"aliases_unfold", bomb(), 0, "aliases"},
    {"aliases_unfold_to_text", fat_bomb(), 0, "aliases"},
};

class RefusalTest : public testing::TestWithParam<RefusedYaml> {};

TEST_P(RefusalTest, NamesTheLine) {
    const RefusedYaml& c = GetParam();
    const auto documents = parse_yaml(c.text);
    ASSERT_FALSE(documents);
    if (c.line != 0) EXPECT_EQ(documents.error().line, c.line) << documents.error().text;
    EXPECT_THAT(documents.error().text, testing::HasSubstr(c.reason));
}

INSTANTIATE_TEST_SUITE_P(Texts, RefusalTest, testing::ValuesIn(kRefusedYaml),
                         [](const auto& info) { return info.param.name; });

TEST(LineOf, FollowsTheField) {
    const auto documents =
        parse_yaml("a: 1\nspec:\n  rules:\n  - x: 1\n  - y:\n      z: 2\nm: {k.x: 1}\n");
    ASSERT_TRUE(documents);
    const YamlDocument& document = documents->front();
    EXPECT_EQ(line_of(document, "spec.rules[0].x"), 4);
    EXPECT_EQ(line_of(document, "spec.rules[1].y.z"), 6);
    EXPECT_EQ(line_of(document, "spec.rules[1].missing"), 5);
    EXPECT_EQ(line_of(document, "spec.rules[7]"), 4);
    EXPECT_EQ(line_of(document, "m[k.x]"), 7);
    EXPECT_EQ(line_of(document, "spec.rules["), 4);
    EXPECT_EQ(line_of(document, ""), 1);
}

}  // namespace
}  // namespace breakwater::source
