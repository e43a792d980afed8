#include "controller/kube/selector.h"

#include <gtest/gtest.h>

namespace breakwater::kube {
namespace {

constexpr const char* kLabels = "Kubernetes, Labels and Selectors";
constexpr const char* kGrammar = "apimachinery, labels.Parse()";

struct SelectorCase {
    const char* name;
    const char* source;
    const char* text;
    const char* mistake;  ///< empty: none
};

const SelectorCase kSelectorCases[] = {
    {"nothing", kGrammar, "", ""},
    {"blank", kGrammar, "  ", ""},
    {"equals", kLabels, "environment=production,tier!=frontend", ""},
    {"twice_equals", kLabels, "environment==production", ""},
    {"blanks", kGrammar, " a = b , c ", ""},
    {"sets", kLabels, "environment in (production,qa),tier notin (frontend, backend)", ""},
    {"there", kLabels, "partition", ""},
    {"not_there", kLabels, "!partition,a=b", ""},
    {"prefix", kLabels, "example.com/team=web-1.2_x", ""},
    {"empty_value", kLabels, "a=,b!=", ""},
    {"empty_in_a_set", kGrammar, "a in (,b)", ""},
    {"key_named_in", kGrammar, "in in (in)", ""},
    {"greater", kGrammar, "a>1,b > 007", ""},
    {"less", kGrammar, "a<9223372036854775807", ""},
    {"longest", kLabels, "abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbc", ""},
    {"too_long", kLabels, "abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbcd",
     "the key of a label is missing before "
     "abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbcd"},
    {"no_key", kGrammar, "=b", "the key of a label is missing before ="},
    {"only_not", kGrammar, "!", "the key of a label is missing at its end"},
    {"comma_at_the_end", kGrammar, "a=b,", "the key of a label is missing at its end"},
    {"two_slashes", kLabels, "a/b/c", "the key of a label is missing before a/b/c"},
    {"bad_key", kLabels, "-a=b", "the key of a label is missing before -a"},
    {"bad_value", kLabels, "a=b!", "a comma is missing before !"},
    {"value_with_slash", kLabels, "a=b/c", "the value of a label is missing before b/c"},
    {"two_words", kGrammar, "a b", "an operator is missing before b"},
    {"not_with_value", kGrammar, "!a=b", "a comma is missing before ="},
    {"three_equals", kGrammar, "a===b", "the value of a label is missing before ="},
    {"set_without_brackets", kGrammar, "a in b", "an opening bracket is missing before b"},
    {"greater_than_a_word", kGrammar, "a>b", "a number is missing before b"},
    {"greater_than_nothing", kGrammar, "a>,b", "a number is missing before ,"},
    {"less_than_a_negative", kGrammar, "a<-1", "a number is missing before -1"},
    {"too_large_a_number", kGrammar, "a<9223372036854775808",
     "a number is missing before 9223372036854775808"},
    {"at_least", kGrammar, "a>=1", "a number is missing before ="},
    {"open_set", kGrammar, "a in (b", "a closing bracket is missing at its end"},
    {"ends_in_a_bracket", kGrammar, "a=b)", "a comma is missing before )"},
};

class SelectorTest : public testing::TestWithParam<SelectorCase> {};

TEST_P(SelectorTest, Mistake) {
    const SelectorCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto mistake = mistake_in_selector(c.text);
    const std::string want = c.mistake;
    EXPECT_EQ(mistake.value_or(""), want.empty() ? "" : "is no label selector: " + want);
}

INSTANTIATE_TEST_SUITE_P(Texts, SelectorTest, testing::ValuesIn(kSelectorCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::kube
