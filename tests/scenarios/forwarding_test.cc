// What a pod is told of a request and what a client is told of an answer, field by field, as
// ingress-nginx forwards them; and the requests that end at the proxy.

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "proxy/base/ascii.h"
#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

class Forwarding : public testing::Test {
protected:
    /// What the pod gets for a request.
    std::string forwarded(const std::string& request) {
        client.send(request);
        if (!visitor) visitor.emplace(pod.accept());
        std::string seen = visitor->read_message();
        visitor->send(ok(""));
        client.read_message();
        return seen;
    }
    std::string forwarded_with(const std::string& fields) {
        return forwarded("GET / HTTP/1.1\r\nHost: Shop.Example:8080\r\n" + fields + "\r\n");
    }
    /// What the client gets for an answer.
    std::string returned(const std::string& answer) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        if (!visitor) visitor.emplace(pod.accept());
        visitor->read_head();
        visitor->send(answer);
        return client.read_message();
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()})};
    Peer client = proxy.connect();
    std::optional<Peer> visitor;
};

TEST_F(Forwarding, ThePodIsToldOfTheClient) {
    const std::string seen = forwarded_with("");
    EXPECT_EQ(field_of(seen, "Host"), "Shop.Example:8080");
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "127.0.0.1");
    EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "127.0.0.1");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Host"), "Shop.Example:8080");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Port"), "80");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "http");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Scheme"), "http");
    EXPECT_EQ(field_of(seen, "X-Scheme"), "http");
    EXPECT_EQ(field_of(seen, "X-Request-ID").value_or("").size(), 32U);
    EXPECT_EQ(field_of(seen, "X-Original-Forwarded-For"), std::nullopt);
    EXPECT_EQ(field_of(seen, "Via"), std::nullopt);
    EXPECT_EQ(field_of(seen, "Connection"), std::nullopt);
}

TEST_F(Forwarding, WhatTheClientSaysOfItselfIsReplaced) {
    const std::string seen = forwarded_with(
        "X-Real-IP: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7\r\n"
        "X-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Proto: https\r\n"
        "X-Forwarded-Scheme: https\r\nX-Scheme: https\r\nX-Original-Forwarded-For: 8.8.8.8\r\n"
        "X-Request-ID: mine\r\n");
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "127.0.0.1");
    EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "127.0.0.1");
    EXPECT_FALSE(seen.contains("\r\nX-Forwarded-For: 7.7.7.7"));
    EXPECT_EQ(field_of(seen, "X-Forwarded-Host"), "Shop.Example:8080");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Port"), "80");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Proto"), "http");
    EXPECT_EQ(field_of(seen, "X-Forwarded-Scheme"), "http");
    EXPECT_EQ(field_of(seen, "X-Scheme"), "http");
    EXPECT_FALSE(seen.contains("8.8.8.8"));
    EXPECT_TRUE(field_of(seen, "X-Original-Forwarded-For").value_or("").starts_with("6.6.6.6"));
    EXPECT_EQ(field_of(seen, "X-Original-Forwarded-Host"), "evil");
    EXPECT_EQ(field_of(seen, "X-Request-ID"), "mine");
}

// Different from ingress-nginx, which passes them on where the host asks for no certificate: a pod
// that trusts them on one host would trust anybody on another.
TEST_F(Forwarding, WhatAClientSaysOfItsCertificateIsLeftOut) {
    const std::string seen = forwarded_with(
        "ssl-client-verify: SUCCESS\r\nSSL-Client-Subject-DN: CN=admin\r\nssl-client-issuer-dn: "
        "CN=ca\r\nSsl-Client-Cert: a\r\nssl-client-verify: SUCCESS\r\nssl_client_verify: "
        "SUCCESS\r\nX-Kept: 1\r\n");
    EXPECT_FALSE(lower_case(seen).contains("ssl")) << seen;
    EXPECT_EQ(field_of(seen, "X-Kept"), "1");
}

TEST_F(Forwarding, WhatBelongsToTheConnectionStaysOnIt) {
    const std::string seen = forwarded_with(
        "Connection: keep-alive, X-Mine, Content-Type\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n"
        "Proxy-Connection: keep-alive\r\nTE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"
        "Proxy: http://evil/\r\nX_Under: 1\r\nContent-Type: text/plain\r\nX-Kept: 1\r\n");
    for (const char* name : {"Connection", "X-Mine", "Keep-Alive", "Proxy-Connection", "TE",
                             "Upgrade", "HTTP2-Settings", "Proxy", "X_Under"}) {
        EXPECT_EQ(field_of(seen, name), std::nullopt) << name;
    }
    EXPECT_EQ(field_of(seen, "X-Kept"), "1");
    EXPECT_EQ(field_of(seen, "Content-Type"), "text/plain") << "nominating it must not remove it";
}

TEST_F(Forwarding, NominatingOurOwnFieldsRemovesNone) {
    const std::string seen = forwarded_with("Connection: X-Real-IP, X-Forwarded-For, Host\r\n");
    EXPECT_EQ(field_of(seen, "Host"), "Shop.Example:8080");
    EXPECT_EQ(field_of(seen, "X-Real-IP"), "127.0.0.1");
    EXPECT_EQ(field_of(seen, "X-Forwarded-For"), "127.0.0.1");
}

TEST_F(Forwarding, NoUpgradeThatSpeaksPastUs) {
    for (const char* upgrade : {"h2c", "H2C", "websocket, h2c"}) {
        const std::string seen =
            forwarded_with(std::string("Connection: Upgrade\r\nUpgrade: ") + upgrade + "\r\n");
        EXPECT_EQ(field_of(seen, "Upgrade"), std::nullopt) << upgrade;
        EXPECT_EQ(field_of(seen, "Connection"), std::nullopt) << upgrade;
    }
}

TEST_F(Forwarding, ViaWhereItIsAskedFor) {
    auto table = table_to({pod.address()});
    table->settings.via = true;
    table->settings.generate_request_id = false;
    proxy.publish(table);
    const std::string seen = forwarded_with("");
    EXPECT_EQ(field_of(seen, "Via"), "1.1 breakwater");
    EXPECT_EQ(field_of(seen, "X-Request-ID"), std::nullopt);
}

TEST_F(Forwarding, ThePathIsForwardedAsItWasReceived) {
    auto table = table_to({});
    auto host = std::make_shared<table::Host>(*table->catch_all);
    table->backends.put(table::Backend{"other", {table::Endpoint{pod.address()}}});
    table::Location& location = host->locations.emplace_back(host->fallback);
    location.path = "/shop";
    location.backend = "other";
    table->catch_all = host;
    proxy.publish(table);
    for (const char* target : {"/shop/%7Euser/?q=%20", "/a/../shop/./x", "/%73hop", "/shop?x=//"}) {
        const std::string line = std::string("GET ") + target + " HTTP/1.1\r\n";
        const std::string seen = forwarded(line + "Host: a\r\n\r\n");
        EXPECT_TRUE(seen.starts_with(line)) << seen;
    }
}

TEST_F(Forwarding, TheAbsoluteFormDecidesAndGoesAsAPath) {
    const std::string seen =
        forwarded("GET http://Real.Example/x?y HTTP/1.1\r\nHost: other\r\n\r\n");
    EXPECT_TRUE(seen.starts_with("GET /x?y HTTP/1.1\r\n")) << seen;
    EXPECT_EQ(field_of(seen, "Host"), "Real.Example");
}

TEST_F(Forwarding, AnAnswerLosesWhatBelongsToTheConnection) {
    const std::string answer = returned(
        "HTTP/1.1 200 Fine\r\nServer: secret\r\nConnection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: "
        "max=1\r\n"
        "Proxy-Connection: x\r\nUpgrade: h2\r\nX_Kept: 1\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 Fine\r\n")) << answer;
    for (const char* name :
         {"Server", "Connection", "X-Mine", "Keep-Alive", "Proxy-Connection", "Upgrade"}) {
        EXPECT_EQ(field_of(answer, name), std::nullopt) << name;
    }
    EXPECT_EQ(field_of(answer, "X_Kept"), "1");
    EXPECT_TRUE(field_of(answer, "Date").value_or("").ends_with(" GMT"));
    EXPECT_EQ(body_of(answer), "hi");
}

TEST_F(Forwarding, ADateIsKept) {
    EXPECT_EQ(
        field_of(returned("HTTP/1.1 200 OK\r\nDate: then\r\nContent-Length: 0\r\n\r\n"), "Date"),
        "then");
}

TEST_F(Forwarding, EarlyHintsArePassedOn) {
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer asked = pod.accept();
    asked.read_head();
    asked.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: X\r\n\r\n");
    const std::string hints = client.read_head();
    EXPECT_TRUE(hints.starts_with("HTTP/1.1 103 ")) << hints;
    EXPECT_EQ(field_of(hints, "Link"), "</a>");
    EXPECT_EQ(field_of(hints, "Connection"), std::nullopt);
    asked.send(ok("done"));
    EXPECT_EQ(body_of(client.read_message()), "done");
}

TEST_F(Forwarding, AnOldClientGetsNoInterimAnswer) {
    client.send("GET / HTTP/1.0\r\n\r\n");
    Peer asked = pod.accept();
    EXPECT_TRUE(field_of(asked.read_head(), "Host").has_value());
    asked.send("HTTP/1.1 103 Early Hints\r\n\r\n" + ok("done"));
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 200 "));
}

TEST_F(Forwarding, AnswersWithoutABody) {
    for (const char* start :
         {"HTTP/1.1 204 No Content\r\n", "HTTP/1.1 304 Not Modified\r\nETag: x\r\n"}) {
        EXPECT_TRUE(returned(std::string(start) + "\r\n").starts_with(start));
    }
    EXPECT_EQ(body_of(returned(ok("next"))), "next") << "the connection is in step";
}

TEST_F(Forwarding, TraceAndTheLastOptionsEndHere) {
    client.send("TRACE / HTTP/1.1\r\nHost: a\r\nCookie: secret\r\n\r\n");
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 405 "));
    client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");
    const std::string options = client.read_message();
    EXPECT_TRUE(options.starts_with("HTTP/1.1 200 ")) << options;
    EXPECT_TRUE(field_of(options, "Allow").has_value());
    EXPECT_FALSE(pod.has_visitor());
    const std::string seen = forwarded("OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n");
    EXPECT_TRUE(seen.starts_with("OPTIONS * HTTP/1.1\r\n")) << seen;
    EXPECT_EQ(field_of(seen, "Max-Forwards"), "2");
}

}  // namespace
}  // namespace breakwater::test
