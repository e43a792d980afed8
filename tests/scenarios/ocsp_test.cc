// OCSP responses from the responder to the client's handshake: docs/decisions/ocsp.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/ocsp_maker.h"
#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kStapledName = "shop.example";
/// The proxy's clock is the test's; these are good by any.
constexpr hours kYears{24 * 365 * 10};

class Ocsp : public testing::Test {
protected:
    Ocsp() {
        table->settings.tls.ocsp = true;
        auto host = std::make_shared<table::Host>(*table->catch_all);
        host->name = kStapledName;
        table->hosts.push_back(std::move(host));
    }

    /// A certificate whose responder is asked at `path`.
    PemPair make_leaf(const std::string& path = "/", const std::string& key = "P-256") {
        return make_leaf_at("http://" + responder.address().to_string() + path, key);
    }
    PemPair make_leaf_at(const std::string& url, const std::string& key = "P-256") {
        return make_certificate({.alternatives = {std::string("DNS:") + kStapledName},
                                 .key = key,
                                 .age = kYears,
                                 .validity = kYears,
                                 .authority_access = "OCSP;URI:" + url,
                                 .issuer = &authority});
    }
    /// Puts them in force.
    void show(const PemPair& leaf, const PemPair* rsa = nullptr) {
        auto next = std::make_shared<table::RoutingTable>(*table);
        auto host = std::make_shared<table::Host>(*table->hosts.front());
        host->certificate = table_certificate("shop/tls", leaf);
        if (rsa) host->rsa_certificate = table_certificate("shop/rsa", *rsa);
        next->hosts.front() = std::move(host);
        table = next;
        proxy.publish(table);
    }
    void enable(bool on) {
        table = std::make_shared<table::RoutingTable>(*table);
        table->settings.tls.ocsp = on;
        proxy.publish(table);
    }

    [[nodiscard]] std::string good(const PemPair& leaf, hours left) const {
        return make_ocsp_response(
            leaf, authority,
            {.this_update = proxy.wall() - hours(1), .next_update = proxy.wall() + left});
    }
    /// Takes the next question, answers it with that message, and waits until it has been read.
    std::string answer(const std::string& message) {
        Peer asked = responder.accept();
        std::string question = asked.read_message();
        asked.send(message);
        proxy.server().settle();
        return question;
    }

    /// What several handshakes are shown, on both workers: the same each time.
    std::string stapled(TlsClientOptions options = {.status = true}) {
        options.server_name = kStapledName;
        std::string first;
        for (int i = 0; i < 4; ++i) {
            TlsClient client(proxy.connect_tls_port().release(), options);
            EXPECT_TRUE(client.handshake()) << client.error();
            if (i == 0) first = client.stapled();
            EXPECT_EQ(client.stapled(), first);
        }
        return first;
    }

    Pod pod;
    Pod responder;
    PemPair authority = make_certificate(
        {.common_name = "authority", .age = kYears, .validity = kYears, .authority = true});
    std::shared_ptr<table::RoutingTable> table = table_to({pod.address()});
    Proxy proxy{table, 2};
};

TEST_F(Ocsp, TheResponseIsStapledOnceItIsThere) {
    const PemPair leaf = make_leaf("/r3?a=b");
    show(leaf);
    EXPECT_EQ(stapled(), "");
    const std::string response = good(leaf, hours(24));
    const std::string question = answer(ok(response));
    EXPECT_TRUE(question.starts_with("POST /r3?a=b HTTP/1.1\r\n")) << question;
    EXPECT_EQ(field_of(question, "host"), responder.address().to_string());
    EXPECT_EQ(field_of(question, "content-type"), "application/ocsp-request");
    EXPECT_FALSE(body_of(question).empty());
    EXPECT_EQ(stapled({.version = TLS1_2_VERSION, .status = true}), response);
    EXPECT_EQ(stapled({.version = TLS1_3_VERSION, .status = true}), response);
    EXPECT_EQ(stapled({}), "") << "of a client that has not asked";
    EXPECT_EQ(proxy.server().ocsp_counts().fetched, 1U);
}

TEST_F(Ocsp, EachCertificateOfAPairHasItsOwn) {
    const PemPair curve = make_leaf("/curve");
    const PemPair rsa = make_leaf("/rsa", "RSA-2048");
    show(curve, &rsa);
    const std::string of_curve = good(curve, hours(24));
    const std::string of_rsa = good(rsa, hours(24));
    for (int i = 0; i < 2; ++i) {  // in any order
        Peer asked = responder.accept();
        const bool is_rsa = asked.read_message().starts_with("POST /rsa ");
        asked.send(ok(is_rsa ? of_rsa : of_curve));
        proxy.server().settle();
    }
    EXPECT_EQ(stapled(), of_curve);
    EXPECT_EQ(stapled({.ciphers = "ECDHE-RSA-AES128-GCM-SHA256",
                       .signatures = "rsa_pss_rsae_sha256:rsa_pkcs1_sha256",
                       .status = true}),
              of_rsa);
}

TEST_F(Ocsp, ARevokedCertificateIsShownWithWhatIsSaidOfIt) {
    const PemPair leaf = make_leaf();
    show(leaf);
    const std::string revoked = make_ocsp_response(leaf, authority,
                                                   {.status = OcspSpec::Status::revoked,
                                                    .this_update = proxy.wall() - hours(1),
                                                    .next_update = proxy.wall() + hours(1)});
    answer(ok(revoked));
    EXPECT_EQ(stapled(), revoked);
}

TEST_F(Ocsp, ItIsFetchedAgainInTheMiddleOfWhatIsLeft) {
    const PemPair leaf = make_leaf();
    show(leaf);
    answer(ok(good(leaf, hours(4))));
    proxy.advance(hours(2) - seconds(1));
    EXPECT_FALSE(responder.has_visitor());
    proxy.advance(seconds(2));
    const std::string newer = good(leaf, hours(4));
    answer(ok(newer));
    EXPECT_EQ(stapled(), newer);
}

TEST_F(Ocsp, ItIsFetchedAgainAfterThreeDaysAtMost) {
    const PemPair leaf = make_leaf();
    show(leaf);
    answer(ok(good(leaf, hours(24 * 30))));
    proxy.advance(hours(72) - seconds(1));
    EXPECT_FALSE(responder.has_visitor());
    proxy.advance(seconds(2));
    answer(ok(good(leaf, hours(1))));
}

TEST_F(Ocsp, WhatHasEndedIsNotStapled) {
    const PemPair leaf = make_leaf();
    show(leaf);
    const std::string response = good(leaf, hours(2));
    answer(ok(response));
    proxy.advance(hours(1) + seconds(1));
    answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(stapled(), response) << "it is still good";
    proxy.advance(hours(1));
    EXPECT_EQ(stapled(), "");
}

TEST_F(Ocsp, AnotherCertificateIsAskedForAnew) {
    const PemPair before = make_leaf("/before");
    show(before);
    answer(ok(good(before, hours(24))));
    EXPECT_NE(stapled(), "");
    const PemPair after = make_leaf("/after");
    show(after);
    EXPECT_EQ(stapled(), "");
    const std::string response = good(after, hours(24));
    EXPECT_TRUE(answer(ok(response)).starts_with("POST /after "));
    EXPECT_EQ(stapled(), response);
    proxy.advance(hours(13));
    EXPECT_TRUE(answer(ok(response)).starts_with("POST /after "));
    EXPECT_FALSE(responder.has_visitor()) << "nobody asks about the one that is gone";
}

TEST_F(Ocsp, ATableThatKeepsTheCertificateKeepsItsResponse) {
    const PemPair leaf = make_leaf();
    show(leaf);
    const std::string response = good(leaf, hours(24));
    answer(ok(response));
    show(leaf);
    EXPECT_FALSE(responder.has_visitor());
    EXPECT_EQ(stapled(), response);
}

TEST_F(Ocsp, TheKeyTurnsItOffAndOn) {
    const PemPair leaf = make_leaf();
    table->settings.tls.ocsp = false;
    show(leaf);
    EXPECT_FALSE(responder.has_visitor());
    enable(true);
    const std::string response = good(leaf, hours(24));
    answer(ok(response));
    EXPECT_EQ(stapled(), response);
    enable(false);
    EXPECT_EQ(stapled(), "");
    enable(true);
    EXPECT_EQ(stapled(), "") << "what was known is forgotten";
    answer(ok(response));
    EXPECT_EQ(stapled(), response);
}

TEST_F(Ocsp, WithoutAnIssuerOrAResponderNobodyIsAsked) {
    PemPair lone = make_leaf();
    constexpr std::string_view kEnd = "-----END CERTIFICATE-----\n";
    lone.chain_pem.resize(lone.chain_pem.find(kEnd) + kEnd.size());
    show(lone);
    EXPECT_EQ(stapled(), "");
    show(make_leaf_at("https://" + responder.address().to_string() + "/"));
    EXPECT_EQ(stapled(), "");
    EXPECT_FALSE(responder.has_visitor());
}

TEST_F(Ocsp, AResponderHasAName) {
    const PemPair leaf =
        make_leaf_at("http://localhost:" + std::to_string(responder.address().port) + "/");
    show(leaf);
    const std::string response = good(leaf, hours(24));
    answer(ok(response));
    EXPECT_EQ(stapled(), response);
}

TEST_F(Ocsp, ASilentResponderIsLeftAndAskedAgain) {
    const PemPair leaf = make_leaf();
    show(leaf);
    Peer asked = responder.accept();
    asked.read_message();
    EXPECT_EQ(stapled(), "") << "a handshake does not wait";
    proxy.advance(seconds(11));
    EXPECT_TRUE(asked.sees_end());
    EXPECT_FALSE(responder.has_visitor());
    proxy.advance(seconds(61));
    const std::string response = good(leaf, hours(24));
    answer(ok(response));
    EXPECT_EQ(stapled(), response);
    EXPECT_EQ(proxy.server().ocsp_counts().failed, 1U);
}

TEST_F(Ocsp, ASlowResponderHasNoMoreTime) {
    show(make_leaf());
    Peer asked = responder.accept();
    asked.read_message();
    asked.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    proxy.advance(seconds(6));
    asked.send("a");
    proxy.advance(seconds(5));
    EXPECT_TRUE(asked.sees_end());
}

TEST_F(Ocsp, FailuresAreFurtherAndFurtherApart) {
    show(make_leaf());
    const std::string busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    answer(busy);
    for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
        proxy.advance(minutes(pause) - seconds(1));
        EXPECT_FALSE(responder.has_visitor()) << pause;
        proxy.advance(seconds(2));
        answer(busy);
    }
    EXPECT_EQ(proxy.server().ocsp_counts().failed, 9U);
}

TEST_F(Ocsp, AFewAreAskedAtOnce) {
    constexpr std::size_t kCertificates = 10;
    for (std::size_t i = 0; i < kCertificates; ++i) {
        auto host = std::make_shared<table::Host>(*table->catch_all);
        host->name = "host" + std::to_string(i) + ".example";
        host->certificate = table_certificate(host->name, make_leaf());
        table->hosts.insert(table->hosts.end() - 1, std::move(host));
    }
    proxy.publish(table);
    std::vector<Peer> asked;
    for (std::size_t i = 0; i < ocsp::Updater::kMostAtOnce; ++i) {
        asked.push_back(responder.accept());
    }
    proxy.server().settle();
    EXPECT_FALSE(responder.has_visitor());
    asked.clear();  // a failure makes room as a success does
    for (std::size_t i = asked.size(); i < ocsp::Updater::kMostAtOnce; ++i) {
        asked.push_back(responder.accept());
    }
}

struct BadAnswer {
    const char* name;
    const char* source;
    std::string (*message)(const PemPair& leaf, const PemPair& authority, WallTime now);
};

OcspSpec usual(WallTime now) {
    return {.this_update = now - hours(1), .next_update = now + hours(1)};
}

const BadAnswer kBadAnswers[] = {
    {"NoHttp", "RFC 9112 4",
     [](const PemPair&, const PemPair&, WallTime) {
         return std::string("220 smtp.example ESMTP\r\n\r\n");
     }},
    {"ARedirect", "docs/decisions/ocsp.md",
     [](const PemPair&, const PemPair&, WallTime) {
         return std::string(
             "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n");
     }},
    {"NotFound", "RFC 6960 A.2",
     [](const PemPair& leaf, const PemPair& authority, WallTime now) {
         std::string message = ok(make_ocsp_response(leaf, authority, usual(now)));
         return message.replace(message.find("200 OK"), 6, "404 No");
     }},
    {"APage", "RFC 6960 4.2.1",
     [](const PemPair&, const PemPair&, WallTime) { return ok("<html>captive portal</html>"); }},
    {"AMebibyte", "kMaxResponseBytes",
     [](const PemPair& leaf, const PemPair& authority, WallTime now) {
         std::string der = make_ocsp_response(leaf, authority, usual(now));
         der.resize(1024 * 1024);
         return ok(der);
     }},
    {"CutOff", "RFC 9112 8",
     [](const PemPair& leaf, const PemPair& authority, WallTime now) {
         std::string message = ok(make_ocsp_response(leaf, authority, usual(now)));
         message.resize(message.size() - 1);
         return message;
     }},
    {"OfAnother", "RFC 6960 3.2 (1)",
     [](const PemPair&, const PemPair& authority, WallTime now) {
         const PemPair other = make_certificate({.issuer = &authority});
         return ok(make_ocsp_response(other, authority, usual(now)));
     }},
    {"Ended", "RFC 6960 3.2 (6)",
     [](const PemPair& leaf, const PemPair& authority, WallTime now) {
         return ok(make_ocsp_response(leaf, authority, usual(now - hours(2))));
     }},
};

class OcspBad : public Ocsp, public testing::WithParamInterface<BadAnswer> {};

TEST_P(OcspBad, IsNotStapledAndHurtsNobody) {
    SCOPED_TRACE(GetParam().source);
    const PemPair leaf = make_leaf();
    show(leaf);
    {
        Peer asked = responder.accept();
        asked.read_message();
        asked.send_some(GetParam().message(leaf, authority, proxy.wall()));
        asked.shutdown_write();
        proxy.server().settle();
    }
    proxy.server().settle();
    EXPECT_EQ(stapled(), "");
    EXPECT_EQ(proxy.server().ocsp_counts().failed, 1U);
    proxy.advance(minutes(1) + seconds(1));
    const std::string response = good(leaf, hours(24));
    answer(ok(response));
    EXPECT_EQ(stapled(), response);
}

INSTANTIATE_TEST_SUITE_P(Answers, OcspBad, testing::ValuesIn(kBadAnswers),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::test
