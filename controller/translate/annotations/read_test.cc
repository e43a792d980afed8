#include "controller/translate/annotations/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/translate/test_support.h"

namespace breakwater::translate {
namespace {

using table::BodySizePolicy;
using table::Policies;

// Rows of this test: what none of today's rows has, an alias and the kinds of a bad value side by side.
template <auto kParse, auto kField>
constexpr Setter<Draft> kWish = set<kParse, &Draft::redirect, kField>;

constexpr Row kSize{
    .name = "size",
    .alias = "old-size",
    .set = set<parse_size, &Draft::policies, &Policies::body_size, &BodySizePolicy::max_bytes>};
constexpr Row kHard{.name = "hard",
                    .on_bad = OnBad::leave_out,
                    .set = kWish<parse_between<1, 9>, &RedirectWishes::permanent_code>};
constexpr Row kDeny{
    .name = "deny", .on_bad = OnBad::deny, .set = kWish<parse_bool, &RedirectWishes::ssl_redirect>};

constexpr Row kChecked{.name = "checked",
                       .on_bad = OnBad::leave_out,
                       .set = kWish<parse_url, &RedirectWishes::permanent_url>,
                       .check = &Checks::expression};

constexpr Row kOwn{
    .name = "own",
    .alias = "old-own",
    .owner = Owner::breakwater,
    .set = set<parse_size, &Draft::policies, &Policies::body_size, &BodySizePolicy::max_bytes>};

const Row* find(std::string_view name) {
    if (name == "own" || name == "old-own") return &kOwn;
    if (name == "checked") return &kChecked;
    if (name == "size" || name == "old-size") return &kSize;
    if (name == "hard") return &kHard;
    return name == "deny" ? &kDeny : nullptr;
}

struct ReadCase {
    const char* name;
    kube::Texts annotations;  ///< without prefix
    std::uint64_t want_size = 1;
    bool left_out = false;
    bool denied = false;
    std::vector<std::string> findings = {};
};

constexpr const char* kDenied = "\"x\" is neither \"true\" nor \"false\"; its paths answer 503";

const ReadCase kReadCases[] = {
    {"nothing", {}},
    {"value", {{"size", "2"}}, 2},
    {"blanks_around", {{"size", " 2 "}}, 2},
    {"empty_is_not_set", {{"size", ""}, {"hard", ""}, {"deny", "  "}}},
    {"alias", {{"old-size", "3"}}, 3},
    {"name_wins_over_alias", {{"old-size", "3"}, {"size", "2"}}, 2},
    {"empty_name_leaves_alias", {{"old-size", "3"}, {"size", ""}}, 3},
    {"overruled_alias_is_not_read", {{"old-size", "nonsense"}, {"size", "2"}}, 2},
    {"default",
     {{"size", "x"}},
     1,
     false,
     false,
     {"\"x\" is not a size such as \"8m\"; the default is used"}},
    {"leave_out", {{"hard", "x"}}, 1, true, false, {"\"x\" is not a whole number; instead"}},
    {"mild_never_leaves_out",
     {{"hard", "10"}},
     1,
     false,
     false,
     {"\"10\" is not between 1 and 9; the default is used"}},
    {"deny", {{"deny", "x"}}, 1, false, true, {kDenied}},
    {"others_are_still_read", {{"deny", "x"}, {"size", "2"}}, 2, false, true, {kDenied}},
    {"check_passed", {{"checked", "http://a/"}}},
    {"check_refuses",
     {{"checked", "http://a/("}},
     1,
     true,
     false,
     {"\"http://a/(\" is no regular expression; instead"}},
    {"unknown",
     {{"sizes", "2"}},
     1,
     false,
     false,
     {"this is no annotation that we know; it is ignored"}},
};

class ReadTest : public testing::TestWithParam<ReadCase> {};

TEST_P(ReadTest, Reads) {
    const ReadCase& c = GetParam();
    kube::Ingress ingress;
    for (const auto& [name, value] : c.annotations) {
        ingress.meta.annotations["p.example/" + name] = value;
    }
    ingress.meta.annotations["p.example.other/size"] = "9";  // somebody else's prefix
    Draft defaults;
    defaults.policies.body_size.max_bytes = 1;

    Report report;
    const Reading got =
        read_annotations(ingress, defaults, "p.example", "instead", find, fake_checks(), report);
    EXPECT_EQ(got.draft.policies.body_size.max_bytes, c.want_size);
    EXPECT_EQ(got.left_out, c.left_out);
    EXPECT_EQ(got.denied, c.denied);
    std::vector<std::string> texts;
    for (const table::Finding& finding : report.take()) texts.push_back(finding.text);
    EXPECT_THAT(texts, testing::ElementsAreArray(c.findings));
}

// Rows for a host as a whole. Any member will do: the merge knows none of them.
constexpr Row kServerSize{
    .name = "server-size",
    .scope = Scope::server,
    .set = set<parse_size, &Draft::policies, &Policies::body_size, &BodySizePolicy::max_bytes>};
constexpr Row kServerCode{.name = "server-code",
                          .alias = "old-server-code",
                          .scope = Scope::server,
                          .set = kWish<parse_between<1, 9>, &RedirectWishes::permanent_code>};

const Row* find_server_row(std::string_view name) {
    if (name == "server-size") return &kServerSize;
    if (name == "server-code" || name == "old-server-code") return &kServerCode;
    return find(name);
}

struct MergeCase {
    const char* name;
    std::vector<kube::Texts> ingresses;  ///< the oldest first
    std::uint64_t want_size = 1;
    int want_code = 301;
};

// Reference: ingress-nginx, server-scope annotations: "the first (oldest) Ingress wins", each by itself.
const MergeCase kMergeCases[] = {
    {"no_ingress", {}},
    {"nothing_set", {{}, {}}},
    {"one", {{{"server-size", "2"}}}, 2},
    {"the_oldest_wins", {{{"server-size", "2"}}, {{"server-size", "3"}}}, 2},
    {"a_newer_one_where_the_oldest_is_silent", {{}, {{"server-size", "3"}}}, 3},
    {"each_row_by_itself",
     {{{"server-code", "4"}}, {{"server-code", "5"}, {"server-size", "3"}}},
     3,
     4},
    {"a_refused_value_is_not_set", {{{"server-size", "x"}}, {{"server-size", "3"}}}, 3},
    {"an_empty_value_is_not_set", {{{"server-size", ""}}, {{"server-size", "3"}}}, 3},
    {"an_alias_sets", {{{"old-server-code", "4"}}, {{"server-code", "5"}}}, 1, 4},
    {"an_overruled_alias_does_not", {{{"old-server-code", "4"}, {"server-code", "5"}}}, 1, 5},
    {"other_scopes_stay_with_their_paths", {{{"size", "2"}, {"hard", "3"}}}},
};

class MergeTest : public testing::TestWithParam<MergeCase> {};

TEST_P(MergeTest, Merges) {
    const MergeCase& c = GetParam();
    Draft defaults;
    defaults.policies.body_size.max_bytes = 1;
    Report report;
    std::vector<Reading> readings;
    for (const kube::Texts& annotations : c.ingresses) {
        kube::Ingress ingress;
        for (const auto& [name, value] : annotations) {
            ingress.meta.annotations["p.example/" + name] = value;
        }
        readings.push_back(read_annotations(ingress, defaults, "p.example", "instead",
                                            find_server_row, fake_checks(), report));
    }
    std::vector<const SharedSettings*> said;
    for (const Reading& reading : readings) said.push_back(&reading.server);

    const Draft merged = merge_server_scope(defaults, said);
    EXPECT_EQ(merged.policies.body_size.max_bytes, c.want_size);
    EXPECT_EQ(merged.redirect.permanent_code, c.want_code);
}

struct SpellingCase {
    const char* name;
    kube::Texts annotations;
    std::string want;
};

// A finding names the annotation that somebody can find in the object.
const SpellingCase kSpellingCases[] = {
    {"the_name_proper", {{"server-code", "4"}}, "server-code"},
    {"an_alias", {{"old-server-code", "4"}}, "old-server-code"},
    {"an_overruled_alias", {{"old-server-code", "4"}, {"server-code", "5"}}, "server-code"},
    {"an_alias_beside_an_empty_name",
     {{"old-server-code", "4"}, {"server-code", " "}},
     "old-server-code"},
    {"neither", {}, "server-code"},
};

class SpellingTest : public testing::TestWithParam<SpellingCase> {};

TEST_P(SpellingTest, IsTheIngresssOwn) {
    kube::Ingress ingress;
    for (const auto& [name, value] : GetParam().annotations) {
        ingress.meta.annotations["p.example/" + name] = value;
    }
    const std::string want = "p.example/" + GetParam().want;
    EXPECT_EQ(annotation_of(kServerCode, ingress, "p.example"), want);

    Report report;
    const Reading got = read_annotations(ingress, {}, "p.example", "instead", find_server_row,
                                         fake_checks(), report);
    for (const SharedSetting& setting : got.server) EXPECT_EQ(setting.annotation, want);
    EXPECT_EQ(got.server.size(), GetParam().annotations.empty() ? 0U : 1U);
}

struct OwnerCase {
    const char* name;
    kube::Texts annotations;  ///< with their prefixes
    std::uint64_t want_size = 1;
    std::vector<std::string> fields = {};  ///< of the findings
    const char* prefix = "p.example";
};

// Annotations that ingress-nginx does not have carry our prefix, whatever --annotations-prefix says.
const OwnerCase kOwnerCases[] = {
    {"ours", {{"breakwater.dev/own", "2"}}, 2},
    {"ours_under_the_other_prefix",
     {{"p.example/own", "2"}},
     1,
     {"metadata.annotations[p.example/own]"}},
    {"another_under_ours",
     {{"breakwater.dev/size", "2"}},
     1,
     {"metadata.annotations[breakwater.dev/size]"}},
    {"unknown_under_ours",
     {{"breakwater.dev/owm", "2"}},
     1,
     {"metadata.annotations[breakwater.dev/owm]"}},
    {"a_value_refused",
     {{"breakwater.dev/own", "x"}},
     1,
     {"metadata.annotations[breakwater.dev/own]"}},
    {"an_alias_of_ours", {{"breakwater.dev/old-own", "3"}}, 3},
    {"a_name_of_ours_over_its_alias",
     {{"breakwater.dev/old-own", "3"}, {"breakwater.dev/own", "2"}},
     2},
    {"no_slash", {{"breakwater.dev", "2"}, {"own", "2"}, {"p.example", "2"}}},
    {"somebody_elses", {{"breakwater.dev.example/own", "2"}, {"breakwater.de/own", "2"}}},
    {"one_prefix_for_all",
     {{"breakwater.dev/own", "2"}, {"breakwater.dev/size", "3"}},
     3,
     {},
     "breakwater.dev"},
};

class OwnerTest : public testing::TestWithParam<OwnerCase> {};

TEST_P(OwnerTest, ReadsUnderItsPrefixAlone) {
    const OwnerCase& c = GetParam();
    kube::Ingress ingress;
    ingress.meta.annotations = c.annotations;
    Draft defaults;
    defaults.policies.body_size.max_bytes = 1;
    Report report;
    const Reading got =
        read_annotations(ingress, defaults, c.prefix, "instead", find, fake_checks(), report);
    EXPECT_EQ(got.draft.policies.body_size.max_bytes, c.want_size);
    std::vector<std::string> fields;
    for (const table::Finding& finding : report.take()) fields.push_back(finding.field);
    EXPECT_THAT(fields, testing::ElementsAreArray(c.fields));
}

INSTANTIATE_TEST_SUITE_P(Rows, SpellingTest, testing::ValuesIn(kSpellingCases),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Rows, OwnerTest, testing::ValuesIn(kOwnerCases),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Rows, MergeTest, testing::ValuesIn(kMergeCases),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Rows, ReadTest, testing::ValuesIn(kReadCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::translate
