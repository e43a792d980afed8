// Requests that a location answers itself: redirects as ingress-nginx writes them.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

std::string location_for(Proxy& proxy, const std::string& target, const char* status) {
    const std::string answer =
        proxy.ask("GET " + target + " HTTP/1.1\r\nHost: Shop.Example:8080\r\n\r\n");
    EXPECT_TRUE(answer.starts_with(std::string("HTTP/1.1 ") + status + ' ')) << answer;
    EXPECT_EQ(field_of(answer, "Strict-Transport-Security"), std::nullopt);
    return field_of(answer, "Location").value_or("");
}

TEST(Redirect, ToAnotherUrlAsItStands) {
    auto table = table_to({});
    location_of(*table).policies.redirect = {"https://new.example/start", 302};
    location_of(*table).policies.https_redirect.enabled = true;
    Proxy proxy(table);
    EXPECT_EQ(location_for(proxy, "/any?thing", "302"), "https://new.example/start");
}

struct RedirectCase {
    const char* target;
    const char* to;
};

TEST(Redirect, ToHttpsLosesOneTrailingSlash) {
    auto table = table_to({});
    location_of(*table).policies.https_redirect.enabled = true;
    Proxy proxy(table);
    constexpr RedirectCase kCases[] = {
        {"/", "https://shop.example"},
        {"/a", "https://shop.example/a"},
        {"/a/", "https://shop.example/a"},
        {"/a//", "https://shop.example/a/"},
        {"/a/?b", "https://shop.example/a/?b"},
        {"/a?b/", "https://shop.example/a?b"},
        {"/a%2Fb?", "https://shop.example/a%2Fb?"},
    };
    for (const RedirectCase& c : kCases)
        EXPECT_EQ(location_for(proxy, c.target, "308"), c.to) << c.target;
}

TEST(Redirect, ToHttpsKeepsItWhereItIsPreserved) {
    auto table = table_to({});
    location_of(*table).policies.https_redirect = {true, 301, true};
    Proxy proxy(table);
    EXPECT_EQ(location_for(proxy, "/a/", "301"), "https://shop.example/a/");
}

TEST(Redirect, KeepsTheConnection) {
    auto table = table_to({});
    location_of(*table).policies.https_redirect.enabled = true;
    Proxy proxy(table);
    Peer client = proxy.connect();
    for (int i = 0; i < 2; ++i) {
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(field_of(client.read_message(), "Location"), "https://a/a");
    }
}

}  // namespace
}  // namespace breakwater::test
