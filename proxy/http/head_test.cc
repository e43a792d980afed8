#include "proxy/http/head.h"

#include <gtest/gtest.h>

namespace breakwater::http {
namespace {

TEST(Head, MethodsAreCaseSensitive) {  // RFC 9110 section 9.1
    EXPECT_EQ(method_of("GET"), Method::get);
    EXPECT_EQ(method_of("DELETE"), Method::delete_);
    EXPECT_EQ(method_of("PATCH"), Method::patch);
    EXPECT_EQ(method_of("get"), Method::other);
    EXPECT_EQ(method_of("GETS"), Method::other);
    EXPECT_EQ(method_of(""), Method::other);
}

TEST(Head, Idempotent) {  // RFC 9110 section 9.2.2
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
        EXPECT_TRUE(is_idempotent(method_of(method))) << method;
    }
    for (const char* method : {"POST", "PATCH", "CONNECT", "LOCK"}) {
        EXPECT_FALSE(is_idempotent(method_of(method))) << method;
    }
}

TEST(Head, StatusesWithoutBody) {  // RFC 9112 section 6.3, rule 1
    for (const int status : {100, 101, 103, 199, 204, 304}) EXPECT_FALSE(status_has_body(status));
    for (const int status : {200, 205, 206, 301, 404, 500, 999})
        EXPECT_TRUE(status_has_body(status));
}

TEST(Head, Texts) {
    EXPECT_EQ(text_of(Version::v1_0), "HTTP/1.0");
    EXPECT_EQ(text_of(Version::v1_1), "HTTP/1.1");
    EXPECT_EQ(text_of(Version::v2), "HTTP/2.0");
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
    EXPECT_EQ(reason_phrase(299), "");
}

}  // namespace
}  // namespace breakwater::http
