#include "controller/translate/known.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/translate/annotations/groups.h"
#include "controller/translate/settings.h"

namespace breakwater::translate {
namespace {

/// ingress-nginx has what a row says that it has.
TEST(Known, RowsAreSpelledAsIngressNginxHasThem) {
    constexpr std::string_view kListed =
        "is not supported yet";  // what a listed name without a row is told
    for (const RowGroup& group : all_groups()) {
        for (const Row& row : group.rows) {
            if (row.owner != Owner::ingress_nginx) continue;
            if (!row.name.empty()) EXPECT_EQ(why_no_annotation(row.name), kListed) << row.name;
            if (!row.alias.empty()) EXPECT_EQ(why_no_annotation(row.alias), kListed) << row.alias;
        }
    }
    for (const std::string_view key : config_keys()) {
        if (key != "via") EXPECT_EQ(why_no_config_key(key), kListed) << key;
    }
}

/// The first and the last of each list are found: they are sorted, as the search expects.
TEST(Known, FindsTheEndsOfItsLists) {
    for (const char* name : {"affinity", "x-forwarded-prefix", "proxy-redirect-to", "canary"}) {
        EXPECT_EQ(why_no_annotation(name), "is not supported yet") << name;
    }
    for (const char* name : {"add-base-url", "upstream-max-fails", "grpc-backend"}) {
        EXPECT_THAT(std::string(why_no_annotation(name)), testing::HasSubstr("removed")) << name;
    }
    for (const char* name : {"add-hosts", "use-forwarded-headers", "client-max-body-size"}) {
        EXPECT_THAT(std::string(why_no_annotation(name)), testing::HasSubstr("often seen")) << name;
    }
    for (const char* key : {"access-log-params", "worker-processes", "use-gzip"}) {
        EXPECT_EQ(why_no_config_key(key), "is not supported yet") << key;
    }
    for (const char* key : {"ssl-buffer-size", "ssl-session-cache-size"}) {
        EXPECT_THAT(std::string(why_no_config_key(key)), testing::HasSubstr("does nothing here"));
    }
}

TEST(Rows, NamesAreGivenOnce) {
    for (const RowGroup& group : all_groups()) {
        for (const Row& row : group.rows) {
            if (!row.name.empty()) EXPECT_EQ(find_row(row.name), &row) << row.name;
            if (!row.alias.empty()) EXPECT_EQ(find_row(row.alias), &row) << row.alias;
            if (!row.config_key.empty())
                EXPECT_EQ(find_default(row.config_key), &row) << row.config_key;
            EXPECT_NE(row.set, nullptr) << row.name;
        }
    }
}

}  // namespace
}  // namespace breakwater::translate
