#include "proxy/http/field_name.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace breakwater::http {
namespace {

TEST(FieldName, EachKnownNameIsFoundInAnyCase) {
    for (int i = 1; i <= static_cast<int>(FieldName::last_); ++i) {
        const auto id = static_cast<FieldName>(i);
        const std::string lower(text_of(id));
        std::string upper = lower;
        std::ranges::transform(upper, upper.begin(),
                               [](unsigned char c) { return std::toupper(c); });
        EXPECT_EQ(field_name(lower), id) << lower;
        EXPECT_EQ(field_name(upper), id) << upper;
    }
}

TEST(FieldName, SaysWhatItsEnumeratorSays) {
    EXPECT_EQ(text_of(FieldName::connection), "connection");
    EXPECT_EQ(text_of(FieldName::transfer_encoding), "transfer-encoding");
    EXPECT_EQ(text_of(FieldName::x_forwarded_for), "x-forwarded-for");
    EXPECT_EQ(text_of(FieldName::authorization), "authorization");
    EXPECT_EQ(text_of(FieldName::user_agent), "user-agent");
}

TEST(FieldName, NearMissesAreOther) {
    for (const char* name : {"", "h", "te-", "hos", "hosts", "xost", "hxst", "content_length",
                             "content-length ", "x-forwarded-foo", "transfer-encodin\xE7"}) {
        EXPECT_EQ(field_name(name), FieldName::other) << name;
    }
    EXPECT_EQ(field_name(std::string_view("te\0", 3)), FieldName::other);
}

}  // namespace
}  // namespace breakwater::http
