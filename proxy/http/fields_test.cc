#include "proxy/http/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> lines(const Fields& fields) {
    std::vector<std::string> out;
    for (const Field& field : fields) {
        out.push_back(std::string(field.name()) + ": " + std::string(field.value()));
        EXPECT_EQ(field.id(), field_name(field.name()));
    }
    return out;
}

class FieldsTest : public testing::Test {
protected:
    Arena arena;
};

TEST_F(FieldsTest, KeepsOrderAndCase) {  // RFC 9110 section 5.3
    const Fields fields(arena, {{"Host", "a"}, {"X-One", "1"}, {"x-one", "2"}});
    EXPECT_THAT(lines(fields), ElementsAre("Host: a", "X-One: 1", "x-one: 2"));
    EXPECT_EQ(fields.size(), 3U);
    EXPECT_FALSE(fields.empty());
}

TEST_F(FieldsTest, FindsInAnyCase) {  // RFC 9110 section 5.1
    const Fields fields(arena, {{"HOST", "a"}, {"X-One", "1"}, {"x-one", "2"}});
    EXPECT_EQ(fields.get("host"), "a");
    EXPECT_EQ(fields.get(FieldName::host), "a");
    EXPECT_EQ(fields.get("x-ONE"), "1");
    EXPECT_EQ(fields.get("x-two"), std::nullopt);
    EXPECT_EQ(fields.get(FieldName::te), std::nullopt);
    EXPECT_TRUE(fields.has(FieldName::host));
    EXPECT_FALSE(fields.has(FieldName::te));
}

TEST_F(FieldsTest, Counts) {
    const Fields fields(arena, {{"content-length", "1"}, {"a", "b"}, {"Content-Length", "1"}});
    EXPECT_EQ(fields.count(FieldName::content_length), 2U);
    EXPECT_EQ(fields.count(FieldName::host), 0U);
}

TEST_F(FieldsTest, SetReplacesAll) {
    Fields fields(arena, {{"Via", "1"}, {"a", "b"}, {"via", "2"}});
    fields.set("VIA", "3");
    EXPECT_THAT(lines(fields), ElementsAre("a: b", "VIA: 3"));
    fields.set("A", "c");
    EXPECT_THAT(lines(fields), ElementsAre("VIA: 3", "A: c"));
    fields.set_view(FieldName::via, "4");
    EXPECT_THAT(lines(fields), ElementsAre("A: c", "via: 4"));
    fields.set_view("a", "d");
    EXPECT_THAT(lines(fields), ElementsAre("via: 4", "a: d"));
}

TEST_F(FieldsTest, SetFromItsOwnValue) {
    Fields fields(arena);
    fields.add("host", "a.example");
    fields.set("x-forwarded-host", *fields.get(FieldName::host));
    fields.set("host", *fields.get(FieldName::host));
    EXPECT_THAT(lines(fields), ElementsAre("x-forwarded-host: a.example", "host: a.example"));
}

TEST_F(FieldsTest, SetAndAddCopy) {
    Fields fields(arena);
    std::string name = "x-name", value = "value";
    fields.add(name, value);
    fields.set("x-other", value);
    name = "XXXXXX", value = "XXXXX";
    EXPECT_THAT(lines(fields), ElementsAre("x-name: value", "x-other: value"));
}

TEST_F(FieldsTest, Removes) {
    Fields fields(arena, {{"te", "a"}, {"b", "1"}, {"TE", "c"}, {"B", "2"}, {"d", "3"}});
    fields.remove(FieldName::te);
    EXPECT_THAT(lines(fields), ElementsAre("b: 1", "B: 2", "d: 3"));
    EXPECT_FALSE(fields.has(FieldName::te));
    fields.remove("b");
    EXPECT_THAT(lines(fields), ElementsAre("d: 3"));
    fields.remove("nothing");
    fields.remove(FieldName::host);
    EXPECT_THAT(lines(fields), ElementsAre("d: 3"));
    fields.clear();
    EXPECT_THAT(lines(fields), IsEmpty());
    EXPECT_FALSE(fields.has(FieldName::other));
}

TEST_F(FieldsTest, RemoveIfKeepsOrder) {
    Fields fields(arena, {{"a", "1"}, {"host", "2"}, {"b", "3"}});
    fields.remove_if([](const Field& field) { return field.value() == "2"; });
    EXPECT_THAT(lines(fields), ElementsAre("a: 1", "b: 3"));
    EXPECT_FALSE(fields.has(FieldName::host));
}

TEST_F(FieldsTest, Grows) {
    Fields fields(arena);
    for (int i = 0; i < 200; ++i) fields.add("n" + std::to_string(i), std::to_string(i));
    ASSERT_EQ(fields.size(), 200U);
    EXPECT_EQ(fields.get("n0"), "0");
    EXPECT_EQ(fields.get("n199"), "199");
}

// RFC 9110 section 5.6.1: a list is over all lines of its name, its empty elements do not count.
TEST_F(FieldsTest, Tokens) {
    const Fields fields(arena, {{"Connection", "keep-alive , Upgrade"}, {"connection", ",,\t x"}});
    EXPECT_TRUE(fields.has_token(FieldName::connection, "upgrade"));
    EXPECT_TRUE(fields.has_token(FieldName::connection, "keep-alive"));
    EXPECT_TRUE(fields.has_token(FieldName::connection, "X"));
    EXPECT_FALSE(fields.has_token(FieldName::connection, "up"));
    EXPECT_FALSE(fields.has_token(FieldName::connection, ""));
    EXPECT_FALSE(fields.has_token(FieldName::te, "x"));
}

TEST_F(FieldsTest, ViewsAreCopiedApart) {
    Fields from(arena, {{"host", "a"}, {"b", "c"}});
    Fields to(arena, {{"gone", "x"}});
    to.copy_views(from);
    EXPECT_EQ(to.begin()->value().data(), from.begin()->value().data());
    to.set("host", "z");
    from.remove("b");
    EXPECT_THAT(lines(from), ElementsAre("host: a"));
    EXPECT_THAT(lines(to), ElementsAre("b: c", "host: z"));
    to.copy_views(to);
    EXPECT_THAT(lines(to), ElementsAre("b: c", "host: z"));
}

TEST_F(FieldsTest, DeepCopiesOutliveTheirOrigin) {
    Fields to(arena);
    {
        Arena short_lived;
        Fields from(short_lived);
        from.add("host", "a");
        from.add("b", "c");
        to.copy_deep(from);
    }
    EXPECT_THAT(lines(to), ElementsAre("host: a", "b: c"));
    EXPECT_TRUE(to.has(FieldName::host));
}

// RFC 9110 section 5.5: CR, LF and NUL are replaced by SP before a message is forwarded.
TEST_F(FieldsTest, WhatIsCopiedCannotSplitALine) {
    Fields fields(arena);
    fields.set("a", "b\r\nSet-Cookie: c");
    fields.add("d", std::string_view("\0e\x7F"
                                     "f\n",
                                     5));
    fields.add("g", "\th \t i ");
    fields.set("j", "\r\n");
    EXPECT_THAT(lines(fields), ElementsAre("a: b  Set-Cookie: c", "d: e f", "g: h \t i", "j: "));
}

TEST(ForEachToken, LeavesOutEmptyElements) {
    std::vector<std::string> tokens;
    for_each_token(" a,\tb\t,, c d ,", [&](std::string_view token) { tokens.emplace_back(token); });
    EXPECT_THAT(tokens, ElementsAre("a", "b", "c d"));
    for_each_token("", [](std::string_view) { ADD_FAILURE(); });
    for_each_token(" , \t,", [](std::string_view) { ADD_FAILURE(); });
}

}  // namespace
}  // namespace breakwater::http
