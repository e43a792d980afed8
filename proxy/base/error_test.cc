#include "proxy/base/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>

#include "proxy/base/try.h"

namespace breakwater {
namespace {

TEST(ErrorTable, TokensAreLowerSnakeAndUnique) {
    std::set<std::string_view> seen;
    for (const ErrorRow& one : kErrors) {
        EXPECT_TRUE(seen.insert(one.token).second) << one.token;
        EXPECT_EQ(one.token.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), one.token.npos);
    }
}

TEST(ErrorTable, AStatusFitsWhoIsAtFault) {
    for (const ErrorRow& one : kErrors) {
        SCOPED_TRACE(one.token);
        // nginx logs a session that silence ended as any other that has ended.
        EXPECT_GE(one.logged_status, one.code == Err::session_idle ? 200 : 400);
        if (one.status == 0) {
            EXPECT_EQ(one.fault, Fault::client) << "only a client can be gone";
            continue;
        }
        EXPECT_EQ(one.status, one.logged_status);
        if (one.fault == Fault::upstream || one.fault == Fault::us) EXPECT_GE(one.status, 500);
    }
}

TEST(ErrorTable, OnlyAnUpstreamsFailureIsTriedAgain) {
    for (const ErrorRow& one : kErrors) {
        if (one.retry != Retry::never) EXPECT_EQ(one.fault, Fault::upstream) << one.token;
    }
}

Result<int> half(int number) {
    if (number % 2 != 0) return fail(Err::bad_request, "odd");
    return number / 2;
}

Result<int> quarter(int number) {
    LET(once, half(number));
    LET(twice, half(once));
    return twice;
}

Done check_all(std::initializer_list<int> numbers, int& checked) {
    for (const int number : numbers) {
        TRY(half(number));
        ++checked;
    }
    return {};
}

TEST(Let, BindsOrLeaves) {
    EXPECT_EQ(*quarter(12), 3);
    const Result<int> failed = quarter(6);
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, Err::bad_request);
    EXPECT_STREQ(failed.error().detail, "odd");
}

TEST(Try, GoesOnOrLeaves) {
    int checked = 0;
    EXPECT_TRUE(check_all({2, 4}, checked).has_value());
    EXPECT_EQ(checked, 2);
    const Done failed = check_all({2, 3, 4}, checked);
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, Err::bad_request);
    EXPECT_EQ(checked, 3);
}

Result<std::unique_ptr<int>> makes(int number) { return std::make_unique<int>(number); }

Result<int> unwraps(int number) {
    LET(owned, makes(number));
    return *owned;
}

TEST(Let, MovesWhatCannotBeCopied) { EXPECT_EQ(*unwraps(5), 5); }

}  // namespace
}  // namespace breakwater
