// Who the client is behind proxies in front: reference 5.1 and 7.5. The peer of every connection here is
// 127.0.0.1.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

class ClientAddress : public OnePod {
protected:
    ClientAddress() {
        pod.serve([](const std::string& asked) { return ok(asked); });
        believe([](table::ForwardedSettings&) {});
    }

    /// A table that believes 127.0.0.0/8, as `change(ForwardedSettings&)` has it.
    template <class Change>
    void believe(Change change) {
        publish([&](table::RoutingTable& table) {
            auto& settings = table.settings.forwarded;
            settings.use_headers = true;
            settings.trusted = {*AddressRange::parse("127.0.0.0/8")};
            change(settings);
        });
    }
    /// What the pod gets for a request with these fields.
    std::string forwarded(const std::string& fields) {
        return body_of(proxy.ask("GET /a?b HTTP/1.1\r\nHost: own:81\r\n" + fields + "\r\n"));
    }
    /// That the pod was told of the connection, and of nothing that somebody said.
    static void expect_connection(const std::string& seen) {
        EXPECT_EQ(field_of(seen, "X-Real-IP"), "127.0.0.1");
        EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "127.0.0.1");
        EXPECT_EQ(field_of(seen, "Host"), "own:81");
        EXPECT_EQ(field_of(seen, "X-Forwarded-Host"), "own:81");
        EXPECT_EQ(field_of(seen, "X-Forwarded-Port"), "80");
        EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "http");
    }
};

const std::string kAll =
    "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\nX-Forwarded-Host: Shop.Example:8443, inner\r\n"
    "X-Forwarded-Port: 8443\r\nX-Forwarded-Proto: https\r\n";

TEST_F(ClientAddress, ATrustedProxySpeaksForTheClient) {
    const std::string seen = forwarded(kAll);
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "192.0.2.7");
    EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "192.0.2.7") << "replaced, not appended";
    EXPECT_EQ(field_of(seen, "Host"), "Shop.Example:8443");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Host"), "Shop.Example:8443");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Port"), "8443");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "https");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Scheme"), "https");
    EXPECT_EQ(field_of(seen, "X-Scheme"), "https");
    EXPECT_EQ(field_of(seen, "X-Original-Forwarded-For"), "6.6.6.6, 192.0.2.7");
    EXPECT_EQ(field_of(seen, "X-Original-Forwarded-Host"), "Shop.Example:8443, inner");
    EXPECT_EQ(field_of(seen, "X-Original-URI"), std::nullopt);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"remote_addr\":\"192.0.2.7\",\"remote_port\":0"), std::string::npos)
        << line;
    EXPECT_NE(line.find("\"scheme\":\"http\""), std::string::npos) << "of the connection: " << line;
}

TEST_F(ClientAddress, WhatItDoesNotSayTheConnectionSays) { expect_connection(forwarded("")); }

TEST_F(ClientAddress, WhatMakesNoSenseIsNotBelieved) {
    expect_connection(
        forwarded("X-Forwarded-For: unknown\r\nX-Forwarded-Host: a b\r\nX-Forwarded-Port: 65536\r\n"
                  "X-Forwarded-Proto: ht tp\r\n"));
}

TEST_F(ClientAddress, NobodyElseIsBelieved) {
    believe([](auto& settings) { settings.trusted = {*AddressRange::parse("10.0.0.0/8")}; });
    const std::string seen = forwarded(kAll);
    expect_connection(seen);
    EXPECT_EQ(field_of(seen, "X-Original-Forwarded-For"), "6.6.6.6, 192.0.2.7");
}

TEST_F(ClientAddress, EverybodyIsTrustedByDefault) {
    believe([](auto& settings) { settings.trusted = table::ForwardedSettings().trusted; });
    EXPECT_EQ(field_of(forwarded(kAll), "X-Real-IP"), "6.6.6.6");
}

TEST_F(ClientAddress, TheAddressAlone) {
    believe([](auto& settings) {
        settings.use_headers = false;
        settings.real_ip = true;
        settings.full_list = true;  // says nothing without use-forwarded-headers
    });
    const std::string seen = forwarded(kAll);
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "192.0.2.7");
    EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "192.0.2.7");
    EXPECT_EQ(field_of(seen, "Host"), "own:81");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "http");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Port"), "80");
}

TEST_F(ClientAddress, FromAnotherHeader) {
    believe([](auto& settings) { settings.for_header = "CF-Connecting-IP"; });
    const std::string seen = forwarded(kAll + "cf-connecting-ip: 2001:db8::9\r\n");
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "2001:db8::9");
    EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "2001:db8::9");
    EXPECT_EQ(field_of(seen, "cf-connecting-ip"), "2001:db8::9") << "it passes";
}

TEST_F(ClientAddress, TheFullListEndsWithItsSender) {
    believe([](auto& settings) { settings.full_list = true; });
    EXPECT_EQ(field_of(forwarded("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For:\r\n"
                                 "X-Forwarded-For: 192.0.2.7\r\n"),
                       "X-Forwarded-For"),
              "6.6.6.6, 192.0.2.7, 127.0.0.1");
    EXPECT_EQ(field_of(forwarded(""), "X-Forwarded-For"), "127.0.0.1");
}

TEST_F(ClientAddress, TheOriginalUri) {
    publish([](table::RoutingTable& table) { table.settings.original_uri = true; });
    EXPECT_EQ(field_of(forwarded("X-Original-URI: /forged\r\n"), "X-Original-URI"), "/a?b");
    const std::string absolute = "GET http://own/%61?x HTTP/1.1\r\nHost: own\r\n\r\n";
    EXPECT_EQ(field_of(body_of(proxy.ask(absolute)), "X-Original-URI"), "/%61?x");
}

// Reference 2, step 2: the Host decides which host of the table it is, whatever was asked of whom in front.
TEST_F(ClientAddress, TheHostIsMatchedByHost) {
    publish([](table::RoutingTable& table) {
        table.settings.forwarded.use_headers = true;
        auto host = std::make_shared<table::Host>();
        host->name = "outer";
        table.hosts.push_back(std::move(host));  // which answers 404
    });
    const std::string inner = "GET / HTTP/1.1\r\nHost: inner\r\nX-Forwarded-Host: outer\r\n\r\n";
    EXPECT_EQ(field_of(body_of(proxy.ask(inner)), "Host"), "outer");
    const std::string outer = "GET / HTTP/1.1\r\nHost: outer\r\nX-Forwarded-Host: inner\r\n\r\n";
    EXPECT_TRUE(proxy.ask(outer).starts_with("HTTP/1.1 404 "));
}

// Reference 3.2, ssl-redirect; 5.2, hsts.
TEST_F(ClientAddress, TheSchemeInFrontDecidesTheRedirectAndNotHsts) {
    publish([](table::RoutingTable& table) {
        table.settings.forwarded.use_headers = true;
        location_of(table).policies.https_redirect.enabled = true;
        table.default_certificate = certificate_for("a");
    });
    const auto ask = [](const std::string& fields) {
        return "GET /x HTTP/1.1\r\nHost: own:81\r\nConnection: close\r\n" + fields + "\r\n";
    };
    const std::string plain = proxy.ask(ask("X-Forwarded-Host: shop:80\r\n"));
    EXPECT_TRUE(plain.starts_with("HTTP/1.1 308 ")) << plain;
    EXPECT_EQ(field_of(plain, "Location"), "https://shop/x");
    const std::string offloaded = proxy.ask(ask("X-Forwarded-Proto: https, http\r\n"));
    EXPECT_TRUE(offloaded.starts_with("HTTP/1.1 200 ")) << offloaded;
    EXPECT_EQ(field_of(offloaded, "Strict-Transport-Security"), std::nullopt);

    TlsClient client(proxy.connect_tls_port().release(), {.server_name = "a"});
    ASSERT_TRUE(client.handshake()) << client.error();
    ASSERT_TRUE(client.write(ask("X-Forwarded-Proto: HTTP\r\n")));
    const std::string over_tls = client.read_all();
    EXPECT_TRUE(over_tls.starts_with("HTTP/1.1 308 ")) << over_tls;
    EXPECT_TRUE(field_of(over_tls, "Strict-Transport-Security").has_value());
}

TEST_F(ClientAddress, EachRequestHasItsOwn) {
    Peer client = proxy.connect();
    for (const char* address : {"192.0.2.1", "192.0.2.2"}) {
        client.send(std::string("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ") + address +
                    "\r\n\r\n");
        EXPECT_EQ(field_of(body_of(client.read_message()), "X-Real-IP"), address);
    }
    believe([](auto& settings) { settings.use_headers = false; });
    client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.3\r\n\r\n");
    EXPECT_EQ(field_of(body_of(client.read_message()), "X-Real-IP"), "127.0.0.1");
}

TEST_F(ClientAddress, SoHasEachStream) {
    H2Client client(proxy.connect());
    const StreamId first = client.request(
        H2Client::get("/1", {{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-host", "one"}}));
    const StreamId second = client.request(
        H2Client::get("/2", {{"x-forwarded-for", "192.0.2.2"}, {"x-forwarded-proto", "https"}}));
    const std::string one = client.read_answer(first).body;
    EXPECT_EQ(field_of(one, "X-Real-IP"), "192.0.2.1");
    EXPECT_EQ(field_of(one, "Host"), "one");
    EXPECT_EQ(field_of(one, "X-Forwarded-Proto"), "http");
    const std::string two = client.read_answer(second).body;
    EXPECT_EQ(field_of(two, "X-Real-IP"), "192.0.2.2");
    EXPECT_EQ(field_of(two, "Host"), "a.test");
    EXPECT_EQ(field_of(two, "X-Forwarded-Proto"), "https");
    EXPECT_NE(proxy.next_log_line().find("\"remote_addr\":\"192.0.2."), std::string::npos);
}

// A balancer hands connections on by the PROXY protocol; whom it names is the one that is trusted or not.
class BehindProxyProtocol : public ClientAddress {
protected:
    std::string handed_on(const std::string& source, const std::string& fields) {
        believe([&](auto& settings) {
            settings.trusted = {*AddressRange::parse("127.0.0.0/8"),
                                *AddressRange::parse("198.51.100.0/24")};
        });
        return ask(source, fields);
    }
    template <class Change>
    void believe(Change change) {
        publish([&](table::RoutingTable& table) {
            table.settings.proxy_protocol.required = true;
            table.settings.forwarded.use_headers = true;
            change(table.settings.forwarded);
        });
    }
    std::string ask(const std::string& source, const std::string& fields) {
        return body_of(proxy.ask("PROXY TCP4 " + source + " 203.0.113.9 40000 443\r\n" +
                                 "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"));
    }
};

TEST_F(BehindProxyProtocol, ATrustedSourceSpeaksForItsClient) {
    const std::string seen = handed_on("198.51.100.1", "X-Forwarded-For: 192.0.2.7\r\n");
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "192.0.2.7");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Port"), "80") << "reference 7.5: that of the listener";
    EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "http");
}

TEST_F(BehindProxyProtocol, AnotherSourceIsTheClient) {
    const std::string seen =
        handed_on("192.0.2.66", "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n");
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "192.0.2.66");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "http");
}

TEST_F(BehindProxyProtocol, TheFullListEndsWithTheSource) {
    believe([](auto& settings) { settings.full_list = true; });
    EXPECT_EQ(field_of(ask("198.51.100.1", "X-Forwarded-For: 192.0.2.7\r\n"), "X-Forwarded-For"),
              "192.0.2.7, 198.51.100.1");
}

// Reference 5.1: proxy-real-ip-cidr says who may supply an address.
TEST_F(BehindProxyProtocol, AStrangersHeaderNamesNobody) {
    believe([](auto& settings) { settings.trusted = {*AddressRange::parse("198.51.100.0/24")}; });
    EXPECT_EQ(field_of(ask("198.51.100.1", "X-Forwarded-For: 192.0.2.7\r\n"), "X-Real-IP"),
              "127.0.0.1");
}

}  // namespace
}  // namespace breakwater::test
