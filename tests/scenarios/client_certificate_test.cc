// Client certificates from the handshake to the pod: which answer a client gets, what the pod is told,
// and what a change of authorities does to connections that are open.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/tls_hosts.h"
#include "tests/support/tls_tunnel.h"

namespace breakwater::test {
namespace {

using table::ClientVerification;

const PemPair kCertificateRoot = make_authority("root");
const PemPair kStrangeRoot = make_authority("other");
const PemPair kVisitor = make_client("web", kCertificateRoot);
const PemPair kStranger = make_client("web", kStrangeRoot);
const PemPair kExpired = make_certificate({.common_name = "web",
                                           .age = std::chrono::hours(48),
                                           .validity = std::chrono::hours(-1),
                                           .issuer = &kCertificateRoot});
const PemPair kHostile = make_certificate({.common_name = "a\r\nX-Admin: 1",
                                           .organisation = "CN=admin,CN=admin",
                                           .issuer = &kCertificateRoot});
const PemPair kNameless = make_certificate({.common_name = "", .issuer = &kCertificateRoot});

constexpr const char* kHost = "mtls.example";
constexpr const char* kPage = "https://help.example/certificates";

class ClientCertificates : public TlsHosts {
protected:
    ClientCertificates() {
        host(kHost).certificate = certificate_for(kHost);
        client_policy(kHost) = policy_of(kCertificateRoot);
    }
    TlsAnswer visit(const PemPair* certificate, int version = 0, const std::string& fields = {}) {
        const auto client =
            connected({.server_name = kHost, .version = version, .certificate = certificate});
        return ask(*client, kHost, fields);
    }
};

struct CertificateCase {
    const char* name;
    const char* source;
    ClientVerification verification;
    const PemPair* certificate;
    int status;
    const char* verify = "";  ///< as the pod is told
    const char* subject = "";
    const char* token = "";  ///< in the log
};

constexpr const char* kOn = "reference 3.3: on: missing or invalid 400";
constexpr const char* kOptional = "reference 3.3: optional: missing accepted, invalid 400";
constexpr const char* kNoCa = "reference 3.3: optional_no_ca: anything accepted";
constexpr const char* kOff = "nginx: ssl_verify_client off";
constexpr const char* kMissing = "client_certificate_missing";
constexpr const char* kRefused = "client_certificate_refused";

const CertificateCase kCertificateCases[] = {
    {"on_missing", kOn, ClientVerification::required, nullptr, 400, "", "", kMissing},
    {"on_good", kOn, ClientVerification::required, &kVisitor, 200, "SUCCESS", "CN=web,O=Shop"},
    {"on_stranger", kOn, ClientVerification::required, &kStranger, 400, "", "", kRefused},
    {"on_expired", kOn, ClientVerification::required, &kExpired, 400, "", "", kRefused},
    {"optional_missing", kOptional, ClientVerification::optional, nullptr, 200, "NONE"},
    {"optional_good", kOptional, ClientVerification::optional, &kVisitor, 200, "SUCCESS",
     "CN=web,O=Shop"},
    {"optional_stranger", kOptional, ClientVerification::optional, &kStranger, 400, "", "",
     kRefused},
    {"no_ca_missing", kNoCa, ClientVerification::optional_no_ca, nullptr, 200, "NONE"},
    {"no_ca_good", kNoCa, ClientVerification::optional_no_ca, &kVisitor, 200, "SUCCESS",
     "CN=web,O=Shop"},
    {"no_ca_stranger", kNoCa, ClientVerification::optional_no_ca, &kStranger, 200,
     "FAILED:self-signed certificate in certificate chain", "CN=web,O=Shop"},
    {"no_ca_expired", kNoCa, ClientVerification::optional_no_ca, &kExpired, 200,
     "FAILED:certificate has expired", "CN=web"},
    {"off_shown", kOff, ClientVerification::off, &kVisitor, 200, "NONE"},
};

class Verification : public ClientCertificates,
                     public testing::WithParamInterface<CertificateCase> {};

TEST_P(Verification, DecidesTheAnswer) {
    const CertificateCase& c = GetParam();
    SCOPED_TRACE(c.source);
    client_policy(kHost).verification = c.verification;
    publish();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        // What the client itself says under these names goes to no pod.
        const TlsAnswer answer =
            visit(c.certificate, version,
                  "ssl-client-verify: SUCCESS\r\nssl-client-subject-dn: CN=admin\r\n");
        EXPECT_EQ(answer.status, c.status) << answer.text;
        EXPECT_EQ(answer.told_pod("ssl-client-verify"), c.verify);
        EXPECT_EQ(answer.told_pod("ssl-client-subject-dn"), c.subject);
        EXPECT_EQ(answer.told_pod("ssl-client-issuer-dn").empty(), std::string(c.subject).empty());
        EXPECT_FALSE(answer.text.contains("ssl-client-cert"));
        EXPECT_FALSE(answer.text.contains("CN=admin"));
        EXPECT_TRUE(proxy.next_log_line().contains(c.token));
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, Verification, testing::ValuesIn(kCertificateCases),
                         [](const auto& info) { return info.param.name; });

TEST_F(ClientCertificates, TheErrorPageIsARedirectInsteadOfEach400) {  // reference 3.3
    client_policy(kHost).error_page = kPage;
    publish();
    for (const PemPair* certificate : {static_cast<const PemPair*>(nullptr), &kStranger}) {
        const TlsAnswer answer = visit(certificate);
        EXPECT_EQ(answer.status, 302);
        EXPECT_EQ(field_of(answer.text, "Location"), kPage);
        EXPECT_TRUE(proxy.next_log_line().contains("client_certificate_"));
    }
    EXPECT_EQ(visit(&kVisitor).status, 200);
}

TEST_F(ClientCertificates, ThePodGetsTheCertificateWhereItIsAsked) {  // reference 3.3, #4911
    client_policy(kHost).pass_to_upstream = true;
    publish();
    const std::string passed = visit(&kVisitor).told_pod("ssl-client-cert");
    EXPECT_TRUE(passed.starts_with("-----BEGIN%20CERTIFICATE-----%0A")) << passed;
    EXPECT_TRUE(passed.ends_with("-----END%20CERTIFICATE-----%0A")) << passed;
    client_policy(kHost).verification = ClientVerification::optional;
    publish();
    EXPECT_EQ(visit(nullptr).told_pod("ssl-client-cert"), "");
}

struct SubjectCase {
    const char* name;
    const char* pattern;
    const PemPair* certificate;
    int status;
};

const SubjectCase kSubjects[] = {
    {"exact", "CN=web", &kVisitor, 200},
    {"not_end_anchored", "CN=w", &kVisitor, 200},
    {"expression", "CN=(shop|web),O=Shop$", &kVisitor, 200},
    {"another", "CN=shop", &kVisitor, 403},
    {"case_counts", "CN=WEB", &kVisitor, 403},
    {"a_value_that_looks_like_a_name", "CN=admin", &kHostile, 403},
    {"nobody_named", "CN=", &kNameless, 403},
    {"none_shown", "CN=", nullptr, 403},
    {"an_expression_that_would_take_for_ever", "CN=(.+)+!", &kHostile, 403},
};

class Subject : public ClientCertificates, public testing::WithParamInterface<SubjectCase> {};

TEST_P(Subject, MustMatch) {  // reference 3.3: match-cn, 403 with a short text
    const SubjectCase& c = GetParam();
    client_policy(kHost).subject = c.pattern;
    client_policy(kHost).verification = ClientVerification::optional;
    publish();
    const TlsAnswer answer = visit(c.certificate);
    EXPECT_EQ(answer.status, c.status) << answer.text;
    if (c.status == 403) EXPECT_EQ(body_of(answer.text), "client certificate unauthorized");
}

INSTANTIATE_TEST_SUITE_P(Rules, Subject, testing::ValuesIn(kSubjects),
                         [](const auto& info) { return info.param.name; });

TEST_F(ClientCertificates, AHostileNameIsOneValue) {  // RFC 9110 section 5.5
    publish();
    const TlsAnswer answer = visit(&kHostile);
    EXPECT_EQ(answer.told_pod("ssl-client-subject-dn"),
              R"(CN=a\0D\0AX-Admin: 1,O=CN=admin\,CN=admin)");
    EXPECT_EQ(answer.told_pod("X-Admin"), "");
    EXPECT_EQ(visit(&kNameless).told_pod("ssl-client-verify"), "SUCCESS");
}

TEST_F(ClientCertificates, UnusableAuthoritiesCloseTheWholeHost) {  // reference 1: 403
    client_policy(kHost) = {};
    client_policy(kHost).unusable = true;
    host(kHost).fallback.policies.https_redirect.enabled = true;
    publish();
    EXPECT_EQ(visit(&kVisitor).status, 403);
    const std::string plain =
        proxy.ask("GET / HTTP/1.1\r\nHost: " + std::string(kHost) + "\r\n\r\n");
    EXPECT_TRUE(plain.starts_with("HTTP/1.1 403 ")) << plain;
}

// nginx verifies on the https port alone; its check of the subject stands before the redirect.
TEST_F(ClientCertificates, PlainHttpIsNotVerified) {
    publish();
    const std::string request = "GET / HTTP/1.1\r\nHost: " + std::string(kHost) + "\r\n\r\n";
    const std::string open = proxy.ask(request);
    EXPECT_TRUE(open.starts_with("HTTP/1.1 200 ")) << open;
    EXPECT_FALSE(open.contains("ssl-client")) << open;
    host(kHost).fallback.policies.https_redirect.enabled = true;
    publish();
    EXPECT_TRUE(proxy.ask(request).starts_with("HTTP/1.1 308 "));
    client_policy(kHost).subject = "CN=web";
    publish();
    EXPECT_TRUE(proxy.ask(request).starts_with("HTTP/1.1 403 "));
}

TEST_F(ClientCertificates, ComeBeforeWhatTheHostAnswersItself) {  // reference 2
    host(kHost).fallback.policies.redirect = {"https://new.example/", 301};
    publish();
    EXPECT_EQ(visit(nullptr).status, 400);
    EXPECT_EQ(visit(&kVisitor).status, 301);
}

TEST_F(ClientCertificates, AResumedSessionTellsThePodTheSame) {
    publish();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto first =
            connected({.server_name = kHost, .version = version, .certificate = &kVisitor});
        ask(*first, kHost);
        const SessionPtr session = first->take_session();
        ASSERT_TRUE(session);
        auto second =
            connected({.server_name = kHost, .version = version, .session = session.get()});
        EXPECT_TRUE(second->resumed());
        const TlsAnswer answer = ask(*second, kHost);
        EXPECT_EQ(answer.told_pod("ssl-client-verify"), "SUCCESS");
        EXPECT_EQ(answer.told_pod("ssl-client-subject-dn"), "CN=web,O=Shop");
    }
}

TEST_F(ClientCertificates, OverHttp2TheSame) {
    client_policy(kHost).verification = ClientVerification::optional;
    publish();
    for (const auto& [certificate, status] :
         {std::pair(&kVisitor, 200), std::pair(&kStranger, 400)}) {
        const auto tls =
            connected({.server_name = kHost, .alpn = {"h2"}, .certificate = certificate});
        ASSERT_EQ(tls->alpn(), "h2");
        TlsTunnel tunnel(*tls);
        H2Client client(tunnel.take_peer());
        const H2Fields request = {{":method", "GET"},
                                  {":scheme", "https"},
                                  {":authority", kHost},
                                  {":path", "/"},
                                  {"ssl-client-verify", "SUCCESS"},
                                  {"ssl-client-cert", "forged"}};
        for (int i = 0; i < 2; ++i) {
            const H2Answer answer = client.ask(request);
            EXPECT_EQ(answer.status, status);
            if (status != 200) continue;
            EXPECT_EQ(field_of(answer.body, "ssl-client-subject-dn"), "CN=web,O=Shop");
            EXPECT_FALSE(answer.body.contains("forged"));
        }
    }
}

// What a connection was verified by is what counts: by the next request it is out of force.
TEST_F(ClientCertificates, NewAuthoritiesEndConnectionsThatWait) {
    host("open.example").certificate = certificate_for("open.example");
    publish();
    auto waiting = connected({.server_name = kHost, .certificate = &kVisitor});
    auto elsewhere = connected({.server_name = "open.example"});
    EXPECT_EQ(ask(*waiting, kHost).status, 200);
    EXPECT_EQ(ask(*elsewhere, "open.example").status, 200);

    client_policy(kHost) = policy_of(kStrangeRoot);
    publish();
    EXPECT_EQ(waiting->read_all(), "");
    EXPECT_TRUE(waiting->closed_in_order());
    EXPECT_EQ(ask(*elsewhere, "open.example").status, 200) << "another host's stay";
    EXPECT_EQ(visit(&kVisitor).status, 400);
    EXPECT_EQ(visit(&kStranger).status, 200);
}

TEST_F(ClientCertificates, ARevocationListEndsThemToo) {
    publish();
    auto waiting = connected({.server_name = kHost, .certificate = &kVisitor});
    EXPECT_EQ(ask(*waiting, kHost).status, 200);
    client_policy(kHost) =
        policy_of(kCertificateRoot, make_revocation_list(kCertificateRoot, {&kVisitor}));
    publish();
    EXPECT_EQ(waiting->read_all(), "");
    EXPECT_EQ(visit(&kVisitor).status, 400);
}

TEST_F(ClientCertificates, AChangeOfSomethingElseTouchesNoConnection) {
    publish();
    auto client = connected({.server_name = kHost, .certificate = &kVisitor});
    EXPECT_EQ(ask(*client, kHost).status, 200);
    client_policy(kHost).subject = "CN=nobody";
    host("new.example");
    publish();
    EXPECT_EQ(ask(*client, kHost).status, 403) << "judged by what is in force now";
    client_policy(kHost).subject = "";
    publish();
    EXPECT_EQ(ask(*client, kHost).status, 200);
}

class Busy : public TlsHosts {
protected:
    Busy() {
        host(kHost).certificate = certificate_for(kHost);
        client_policy(kHost) = policy_of(kCertificateRoot);
        table->backends = {};
        auto backend = std::make_shared<table::Backend>();
        backend->name = "shop-web-80";
        backend->endpoints = {{slow.address()}};
        table->backends.put(backend);
        publish();
    }
    void change_authorities() {
        client_policy(kHost) = policy_of(kStrangeRoot);
        publish();
    }

    Pod slow;
};

TEST_F(Busy, ARequestOnItsWayIsAnsweredAndIsTheLast) {
    auto client = connected({.server_name = kHost, .certificate = &kVisitor});
    ASSERT_TRUE(client->write("GET / HTTP/1.1\r\nHost: " + std::string(kHost) + "\r\n\r\n"));
    Peer visitor = slow.accept();
    visitor.read_head();
    change_authorities();
    visitor.send(ok("late"));
    const TlsAnswer answer = read_answer(*client);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(field_of(answer.text, "Connection"), "close");
    EXPECT_EQ(client->read_all(), "");
}

TEST_F(Busy, Http2FinishesItsStreamsAndSaysThatItEnds) {
    const auto tls = connected({.server_name = kHost, .alpn = {"h2"}, .certificate = &kVisitor});
    TlsTunnel tunnel(*tls);
    H2Client client(tunnel.take_peer());
    const StreamId stream = client.request(
        {{":method", "GET"}, {":scheme", "https"}, {":authority", kHost}, {":path", "/"}});
    Peer visitor = slow.accept();
    visitor.read_head();
    change_authorities();
    EXPECT_TRUE(client.read_announced_goaway());
    proxy.advance(std::chrono::seconds(2));
    EXPECT_EQ(client.read_goaway(), 0);
    visitor.send(ok("late"));
    EXPECT_EQ(client.read_answer(stream).body, "late");
    EXPECT_EQ(client.read_frame(), std::nullopt);
}

}  // namespace
}  // namespace breakwater::test
