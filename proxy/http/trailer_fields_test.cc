#include "proxy/http/trailer_fields.h"

#include <gtest/gtest.h>

namespace breakwater::http {
namespace {

bool allowed(std::string_view name) { return allowed_in_trailer({name, "x", field_name(name)}); }

// RFC 9110 section 6.5.1 names the kinds.
TEST(TrailerFields, WhatAHeadNeedsIsRefused) {
    for (const char* name : {"Transfer-Encoding",
                             "content-length",
                             "Host",
                             "te",
                             "trailer",
                             "connection",
                             "upgrade",
                             "Cache-Control",
                             "expect",
                             "max-forwards",
                             "range",
                             "if-none-match",
                             "Authorization",
                             "WWW-Authenticate",
                             "proxy-authorization",
                             "cookie",
                             "Set-Cookie",
                             "age",
                             "date",
                             "location",
                             "vary",
                             "content-encoding",
                             "content-type",
                             "content-range",
                             "x-forwarded-for",
                             "forwarded",
                             "x-real-ip",
                             "x-request-id"}) {
        EXPECT_FALSE(allowed(name)) << name;
    }
}

TEST(TrailerFields, WhatIsKnownAtTheEndIsAllowed) {
    for (const char* name : {"Grpc-Status", "grpc-message", "server-timing", "digest",
                             "repr-digest", "etag", "x-checksum"}) {
        EXPECT_TRUE(allowed(name)) << name;
    }
}

}  // namespace
}  // namespace breakwater::http
