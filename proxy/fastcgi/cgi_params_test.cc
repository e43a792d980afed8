#include "proxy/fastcgi/cgi_params.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "proxy/exchange/connection.h"
#include "tests/support/fake_clock.h"

namespace breakwater::fastcgi {
namespace {

using Told = std::map<std::string, std::string>;

/// A body whose length is told, or is not.
class SomeBody final : public http::BodySource {
public:
    explicit SomeBody(std::optional<std::uint64_t> bytes) : bytes_(bytes) {}
    http::Pull try_pull() override { return http::End{}; }
    Task<Done> wait() override { co_return Done{}; }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return bytes_; }

private:
    std::optional<std::uint64_t> bytes_;
};

class CgiParams : public testing::Test {
protected:
    CgiParams() {
        facts.peer = {*IpAddress::parse("192.0.2.7"), 4711};
        facts.peer_ip = "192.0.2.7";
        facts.local = {*IpAddress::parse("192.0.2.1"), 8443};
        fetch.connection = &facts;
        fetch.policies = &policies;
        http::RequestHead& head = fetch.head;
        head.method_text = "GET";
        head.target = "/a/%62?x=y";
        head.path = "/a/%62";
        head.query = "x=y";
        head.host = "a.example";
        head.fields.add_view("host", "a.example:8443");
        head.fields.add_view("x-real-ip", "192.0.2.7");
        head.fields.add_view("x-forwarded-proto", "https");
        head.fields.add_view("x-forwarded-port", "443");
    }

    /// Each name once.
    Told told() {
        Told all;
        const auto params = cgi_params(fetch);
        EXPECT_TRUE(params);
        if (!params) return all;
        for (const auto& [name, value] : *params) {
            EXPECT_TRUE(all.emplace(name, value).second) << name;
        }
        return all;
    }

    test::FakeClock clock;
    Arena arena;
    Reactor reactor{clock};
    table::Policies policies;
    exchange::ConnectionFacts facts;
    exchange::Fetch fetch{arena, reactor};
};

/// nginx's conf/fastcgi_params, with the SCRIPT_FILENAME of its documentation.
TEST_F(CgiParams, AreThoseOfNginx) {
    const Told want{
        {"SCRIPT_FILENAME", "/var/www/html/a/b"},
        {"QUERY_STRING", "x=y"},
        {"REQUEST_METHOD", "GET"},
        {"CONTENT_TYPE", ""},
        {"CONTENT_LENGTH", ""},
        {"SCRIPT_NAME", "/a/b"},
        {"REQUEST_URI", "/a/%62?x=y"},
        {"DOCUMENT_URI", "/a/b"},
        {"DOCUMENT_ROOT", "/var/www/html"},
        {"SERVER_PROTOCOL", "HTTP/1.1"},
        {"REQUEST_SCHEME", "https"},
        {"HTTPS", "on"},
        {"GATEWAY_INTERFACE", "CGI/1.1"},
        {"SERVER_SOFTWARE", "breakwater"},
        {"REMOTE_ADDR", "192.0.2.7"},
        {"REMOTE_PORT", "4711"},
        {"SERVER_ADDR", "192.0.2.1"},
        {"SERVER_PORT", "443"},
        {"SERVER_NAME", "a.example"},
        {"REDIRECT_STATUS", "200"},
        {"HTTP_HOST", "a.example:8443"},
        {"HTTP_X_REAL_IP", "192.0.2.7"},
        {"HTTP_X_FORWARDED_PROTO", "https"},
        {"HTTP_X_FORWARDED_PORT", "443"},
    };
    EXPECT_EQ(told(), want);
}

/// A client may name the host in the target, RFC 9112 section 3.2.2; applications take REQUEST_URI apart.
TEST_F(CgiParams, TheRequestsUriNamesNoHost) {
    fetch.head.target = "http://a.example/a/%62?x=y";
    EXPECT_EQ(told().at("REQUEST_URI"), "/a/%62?x=y");
}

/// nginx: `HTTPS $https if_not_empty`.
TEST_F(CgiParams, PlainHttpHasNoHttps) {
    fetch.head.fields.set_view("x-forwarded-proto", "http");
    EXPECT_FALSE(told().contains("HTTPS"));
}

/// Whose port it is nobody says.
TEST_F(CgiParams, AClientBehindAProxyHasNoPort) {
    fetch.head.fields.set_view("x-real-ip", "198.51.100.1");
    const Told all = told();
    EXPECT_EQ(all.at("REMOTE_ADDR"), "198.51.100.1");
    EXPECT_EQ(all.at("REMOTE_PORT"), "");
}

TEST_F(CgiParams, ARequestOfOursComesFromNobody) {
    fetch.connection = nullptr;
    EXPECT_EQ(told().at("SERVER_ADDR"), "");
}

/// nginx: fastcgi_index.
TEST_F(CgiParams, AFolderHasItsIndex) {
    policies.fastcgi.index = "index.php";
    fetch.head.path = "/a/";
    const Told all = told();
    EXPECT_EQ(all.at("SCRIPT_NAME"), "/a/index.php");
    EXPECT_EQ(all.at("SCRIPT_FILENAME"), "/var/www/html/a/index.php");
    EXPECT_EQ(all.at("DOCUMENT_URI"), "/a/");
    fetch.head.path = "/a";
    EXPECT_EQ(told().at("SCRIPT_NAME"), "/a");
}

TEST_F(CgiParams, NoPathLeavesTheRoot) {
    fetch.head.path = "/a/../../etc/passwd";
    EXPECT_EQ(cgi_params(fetch).error().code, Err::bad_target);
    fetch.head.path = "/a/./../etc//passwd";
    EXPECT_EQ(cgi_params(fetch).error().code, Err::bad_target);
    fetch.head.path = "/a/../etc/passwd";
    EXPECT_EQ(told().at("SCRIPT_FILENAME"), "/var/www/html/etc/passwd");
}

/// RFC 9112 section 3.2.4.
TEST_F(CgiParams, TheServerAsAWholeIsNoPath) {
    fetch.head.path = "*";
    EXPECT_EQ(told().at("SCRIPT_NAME"), "*");
}

/// RFC 3875 section 4.1.2.
TEST_F(CgiParams, ABodyHasItsLengthAndType) {
    SomeBody body(42);
    fetch.body = &body;
    fetch.head.fields.add_view("content-type", "text/plain");
    fetch.head.fields.add_view("content-length", "42");
    const Told all = told();
    EXPECT_EQ(all.at("CONTENT_LENGTH"), "42");
    EXPECT_EQ(all.at("CONTENT_TYPE"), "text/plain");
    EXPECT_FALSE(all.contains("HTTP_CONTENT_LENGTH")) << "RFC 3875 section 4.1.18";
    EXPECT_FALSE(all.contains("HTTP_CONTENT_TYPE")) << "RFC 3875 section 4.1.18";
}

TEST_F(CgiParams, ABodyOfUnknownLengthHasNoWords) {
    SomeBody body(std::nullopt);
    fetch.body = &body;
    EXPECT_EQ(cgi_params(fetch).error().code, Err::length_required);
}

/// RFC 3875 section 4.1.18; of cookies, RFC 9113 section 8.2.3.
TEST_F(CgiParams, LinesOfAFieldBecomeOne) {
    for (const char* value : {"a", "b", "c"}) {
        fetch.head.fields.add_view("X-Many", value);
        fetch.head.fields.add_view("cookie", value);
    }
    fetch.head.fields.add_view("x-many", "d");
    const Told all = told();
    EXPECT_EQ(all.at("HTTP_X_MANY"), "a, b, c, d");
    EXPECT_EQ(all.at("HTTP_COOKIE"), "a; b; c");
}

/// PHP reads an underscore where a name has a dot, and others where it has anything else.
TEST_F(CgiParams, NoFieldPassesForAnother) {
    for (const char* name : {"ssl-client.verify", "ssl-client~verify", "ssl-client!verify"}) {
        fetch.head.fields.add_view(name, "SUCCESS");
    }
    fetch.head.fields.add_view("x-a-1", "b");
    const Told all = told();
    for (const auto& [name, value] : all) EXPECT_NE(value, "SUCCESS") << name;
    EXPECT_EQ(all.at("HTTP_X_A_1"), "b");
}

/// httpoxy, CVE-2016-5385.
TEST_F(CgiParams, NoClientSetsAScriptsProxy) {
    fetch.head.fields.add_view("Proxy", "http://evil.example");
    EXPECT_FALSE(told().contains("HTTP_PROXY"));
}

/// nginx: fastcgi_param; a field of that name is hidden.
TEST_F(CgiParams, WhatTheLocationSaysGoesFirst) {
    using table::CgiVariable;
    policies.fastcgi.document_root = "/srv";
    policies.fastcgi.params = {
        {"APP", {{"live", CgiVariable::none}}},
        {"HTTP_X_ROLE", {{"guest", CgiVariable::none}}},
        {"SCRIPT_FILENAME", {{"", CgiVariable::document_root}, {"/front.php", CgiVariable::none}}},
    };
    fetch.head.fields.add_view("x-role", "admin");
    const Told all = told();
    EXPECT_EQ(all.at("APP"), "live");
    EXPECT_EQ(all.at("HTTP_X_ROLE"), "guest");
    EXPECT_EQ(all.at("SCRIPT_FILENAME"), "/srv/front.php");
    EXPECT_EQ(all.at("DOCUMENT_ROOT"), "/srv");
}

}  // namespace
}  // namespace breakwater::fastcgi
