// Each line is written by a process of its own, because logging is set up and ended once.

#include "proxy/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace breakwater::log {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

template <class Write>
void in_process(Format format, Level least, Write write) {
    set_up(format, least);
    write();
    flush();
    std::_Exit(0);
}

class LogTest : public testing::Test {
protected:
    void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(LogTest, TextQuotesOnlyWhatNeedsIt) {
    EXPECT_EXIT(in_process(Format::text, Level::info,
                           [] {
                               info("table published", {{"hosts", 3},
                                                        {"ready", true},
                                                        {"file", "a.yaml"},
                                                        {"reason", "no such file"},
                                                        {"empty", ""}});
                           }),
                testing::ExitedWithCode(0),
                HasSubstr(" info table published hosts=3 ready=true file=a.yaml "
                          "reason=\"no such file\" empty=\"\"\n"));
}

TEST_F(LogTest, JsonIsOneObjectALine) {
    EXPECT_EXIT(in_process(Format::json, Level::info,
                           [] { warn("odd \"name\"", {{"n", -1}, {"name", "a\nb"}}); }),
                testing::ExitedWithCode(0),
                AllOf(HasSubstr("{\"time\":\""),
                      HasSubstr("\"level\":\"warning\",\"message\":\"odd \\\"name\\\"\",\"n\":-1,"
                                "\"name\":\"a\\nb\"}\n")));
}

TEST_F(LogTest, AValueCannotForgeALine) {
    EXPECT_EXIT(in_process(Format::text, Level::info,
                           [] { info("refused", {{"name", "x\n2026 error forged"}}); }),
                testing::ExitedWithCode(0), Not(HasSubstr("\n2026")));
}

TEST_F(LogTest, BelowTheLeastLevelIsSilent) {
    EXPECT_EXIT(in_process(Format::text, Level::warn,
                           [] {
                               debug("unseen");
                               info("unseen");
                               error("seen");
                           }),
                testing::ExitedWithCode(0),
                AllOf(HasSubstr("error seen"), Not(HasSubstr("unseen"))));
}

TEST_F(LogTest, AfterTheFlushNothingIsWritten) {
    EXPECT_EXIT(
        {
            set_up(Format::text, Level::info);
            info("last");
            flush();
            info("unseen");
            std::_Exit(0);
        },
        testing::ExitedWithCode(0), AllOf(HasSubstr("last"), Not(HasSubstr("unseen"))));
}

}  // namespace
}  // namespace breakwater::log
