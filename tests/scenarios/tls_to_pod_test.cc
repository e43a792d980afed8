// TLS to a pod (`backend-protocol: HTTPS`, `GRPCS`, `AUTO_HTTP`; `proxy-ssl-*`). The pod is OpenSSL's own.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "tests/support/certificate_maker.h"
#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"
#include "tests/support/tls_pod.h"

namespace breakwater::test {
namespace {

using table::BackendProtocol;
using table::BackendTls;

const std::string kAskPod = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

PemPair named(const char* common_name) {
    CertificateSpec spec;
    spec.common_name = common_name;
    return make_certificate(spec);
}

class TlsToPod : public OnePod {
protected:
    void speak(BackendProtocol protocol, const BackendTls& said) {
        publish([&](table::RoutingTable& table) {
            auto& policy = location_of(table).policies.backend_protocol;
            policy.protocol = protocol;
            policy.tls = std::make_shared<const BackendTls>(said);
        });
    }
    std::string ask() { return proxy.ask(kAskPod); }
    std::string status() { return ask().substr(0, 12); }
};

TEST_F(TlsToPod, ByDefaultAnyCertificateIsGood) {
    speak(BackendProtocol::https, {});
    TlsPod served(pod, {.certificate = make_certificate_for({"any.test"})});
    EXPECT_EQ(status(), "HTTP/1.1 200");
    EXPECT_EQ(served.server_name(), "");  // reference 3.1: no SNI
    EXPECT_NE(proxy.next_log_line().find("\"status\":200"), std::string::npos);
}

TEST_F(TlsToPod, AKeptConnectionIsUsedAgain) {
    speak(BackendProtocol::https, {});
    TlsPod served(pod, {.certificate = make_certificate_for({"any.test"})});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(status(), "HTTP/1.1 200");
    EXPECT_EQ(served.handshakes(), 1);
}

TEST_F(TlsToPod, APlainPodIsNoTlsPod) {
    speak(BackendProtocol::https, {});
    Peer client = proxy.connect();
    client.send(kAskPod);
    Peer served = pod.accept();
    served.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 502 "));
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"upstream_tls\",\"error_detail\":\"the pod speaks no TLS\""),
              std::string::npos)
        << line;
}

TEST_F(TlsToPod, TheSchemeOfTheClientDecidesWithAutoHttp) {
    publish([](table::RoutingTable& table) {
        location_of(table).policies.backend_protocol.protocol = BackendProtocol::auto_http;
    });
    Peer plain = proxy.connect();
    plain.send(kAskPod);
    Peer served = pod.accept();
    EXPECT_TRUE(served.read_head().starts_with("GET / "));
    TlsClient client(proxy.connect_tls_port().release(), {.server_name = "a.test"});
    ASSERT_TRUE(client.handshake());
    ASSERT_TRUE(client.write(kAskPod));
    constexpr char kHandshake = 22;  // RFC 8446 section 5.1
    EXPECT_EQ(pod.accept().read_exactly(1).front(), kHandshake);
    EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 502 "));
}

/// @param issuer  null: itself
PemPair authority(const char* common_name, const PemPair* issuer = nullptr) {
    CertificateSpec spec;
    spec.common_name = common_name;
    spec.authority = true;
    spec.issuer = issuer;
    return make_certificate(spec);
}

struct VerifyRow {
    const char* what;
    bool trusted;
    const char* certificate_name;
    const char* name;
    const char* want;
};

class TlsToPodVerified : public TlsToPod, public testing::WithParamInterface<VerifyRow> {};

TEST_P(TlsToPodVerified, IsAsTheReferenceSays) {
    const VerifyRow& row = GetParam();
    const PemPair ca = authority("ca");
    const PemPair other = authority("other");
    CertificateSpec leaf;
    leaf.alternatives = {row.certificate_name};
    leaf.issuer = &ca;
    TlsPod served(pod, {.certificate = make_certificate(leaf)});
    BackendTls said;
    said.verify = true;
    said.ca_pem = row.trusted ? ca.chain_pem : other.chain_pem;
    said.name = row.name;
    said.send_name = true;
    speak(BackendProtocol::https, said);
    EXPECT_EQ(status(), row.want) << row.what;
    // What the pod was asked for is known of a handshake that came to its end.
    const bool is_name = row.name[0] != '1';
    if (served.handshakes() > 0) EXPECT_EQ(served.server_name(), is_name ? row.name : "");
}

// Reference 3.7: `proxy-ssl-verify`, `proxy-ssl-name`, `proxy-ssl-server-name`.
INSTANTIATE_TEST_SUITE_P(
    Rows, TlsToPodVerified,
    testing::Values(VerifyRow{"the right name", true, "DNS:pod.test", "pod.test", "HTTP/1.1 200"},
                    VerifyRow{"a wildcard", true, "DNS:*.pods.test", "a.pods.test", "HTTP/1.1 200"},
                    VerifyRow{"another name", true, "DNS:other.test", "pod.test", "HTTP/1.1 502"},
                    VerifyRow{"another CA", false, "DNS:pod.test", "pod.test", "HTTP/1.1 502"},
                    VerifyRow{"an address, of which none is asked for", true, "IP:10.0.0.1",
                              "10.0.0.1", "HTTP/1.1 200"},
                    VerifyRow{"another address", true, "IP:10.0.0.2", "10.0.0.1", "HTTP/1.1 502"},
                    VerifyRow{"any name", true, "DNS:pod.test", "", "HTTP/1.1 200"}));

struct DepthRow {
    int depth;
    const char* want;
};

class TlsToPodDeep : public TlsToPod, public testing::WithParamInterface<DepthRow> {};

/// Reference 3.7: `proxy-ssl-verify-depth` counts the certificates between the pod's and a trusted one.
TEST_P(TlsToPodDeep, AChainMayBeAsLongAsTheSettingSays) {
    const PemPair root = authority("root");
    const PemPair upper = authority("upper", &root);
    const PemPair lower = authority("lower", &upper);
    CertificateSpec leaf;
    leaf.alternatives = {"DNS:pod.test"};
    leaf.issuer = &lower;
    const TlsPod served(pod, {.certificate = make_certificate(leaf)});
    BackendTls said;
    said.verify = true;
    said.verify_depth = GetParam().depth;
    said.ca_pem = root.chain_pem;
    said.name = "pod.test";
    speak(BackendProtocol::https, said);
    EXPECT_EQ(status(), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Rows, TlsToPodDeep,
                         testing::Values(DepthRow{1, "HTTP/1.1 502"}, DepthRow{2, "HTTP/1.1 200"}),
                         [](const auto& info) {
                             return "depth_" + std::to_string(info.param.depth);
                         });

/// Reference 3.7: `proxy-ssl-server-name: "off"` keeps the name back; what `proxy-ssl-name` says is verified.
TEST_F(TlsToPod, ANameThatIsNotAskedForIsVerifiedAllTheSame) {
    const PemPair ca = authority("ca");
    CertificateSpec leaf;
    leaf.alternatives = {"DNS:pod.test"};
    leaf.issuer = &ca;
    const TlsPod served(pod, {.certificate = make_certificate(leaf)});
    BackendTls said;
    said.verify = true;
    said.ca_pem = ca.chain_pem;
    said.send_name = false;
    said.name = "pod.test";
    speak(BackendProtocol::https, said);
    EXPECT_EQ(status(), "HTTP/1.1 200");
    EXPECT_EQ(served.server_name(), "");
    said.name = "other.test";
    speak(BackendProtocol::https, said);
    EXPECT_EQ(status(), "HTTP/1.1 502");
}

/// Of a `proxy-ssl-secret` that does not exist the table has no backend (golden annotations_proxy_ssl).
TEST_F(TlsToPod, PathsWhoseSecretIsMissingAnswer503) {
    publish([](table::RoutingTable& table) {
        location_of(table).policies.backend_protocol.protocol = BackendProtocol::https;
        location_of(table).backend.clear();
    });
    EXPECT_EQ(status(), "HTTP/1.1 503");
    EXPECT_FALSE(pod.has_visitor());
}

/// gRPC's own table of statuses: a pod that cannot be reached is UNAVAILABLE.
TEST_F(TlsToPod, AGrpcClientHearsOfAPodThatCannotBeVerified) {
    const TlsPod served(pod, {.certificate = make_certificate_for({"pod.test"}), .alpn = "h2"});
    BackendTls said;
    said.verify = true;
    said.ca_pem = authority("other").chain_pem;
    said.name = "pod.test";
    speak(BackendProtocol::grpcs, said);
    H2Client client(proxy.connect());
    const H2Answer answer = client.ask(H2Client::post(
        "/chat.Chat/Say", {{"content-type", "application/grpc"}, {"te", "trailers"}}));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("grpc-status"), "14");
    EXPECT_EQ(served.handshakes(), 0);
}

TEST_F(TlsToPod, AChangedSecretIsShownByNewConnectionsAndKeptOnesAreLeft) {
    const TlsPod served(pod, {.certificate = make_certificate_for({"pod.test"}), .asks = true});
    int handshakes = 0;
    for (const char* name : {"before", "after"}) {
        const PemPair ours = named(name);
        BackendTls said;
        said.secret = "shop/pods";
        said.chain_pem = ours.chain_pem;
        said.key_pem = ours.key_pem;
        speak(BackendProtocol::https, said);
        ++handshakes;
        for (int i = 0; i < 2; ++i) {  // the second over the kept one
            EXPECT_EQ(status(), "HTTP/1.1 200");
            EXPECT_EQ(served.client_name(), name);
            EXPECT_EQ(served.handshakes(), handshakes);
        }
    }
}

TEST_F(TlsToPod, OurOwnCertificateIsShown) {
    const PemPair ours = named("breakwater");
    TlsPod served(pod, {.certificate = make_certificate_for({"pod.test"}), .asks = true});
    EXPECT_EQ((speak(BackendProtocol::https, {}), status()), "HTTP/1.1 200");
    EXPECT_EQ(served.client_name(), "");
    BackendTls said;
    said.chain_pem = ours.chain_pem;
    said.key_pem = ours.key_pem;
    speak(BackendProtocol::https, said);
    EXPECT_EQ(status(),
              "HTTP/1.1 200");  // a connection of its own: nothing is shared between the two
    EXPECT_EQ(served.client_name(), "breakwater");
    EXPECT_EQ(served.handshakes(), 2);
}

TEST_F(TlsToPod, VersionsAndCiphersAreHeld) {
    TlsPod served(pod, {.certificate = make_certificate_for({"pod.test"})});
    BackendTls said;
    said.tls13 = false;
    said.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
    speak(BackendProtocol::https, said);
    EXPECT_EQ(status(), "HTTP/1.1 200");
    EXPECT_EQ(served.session(), "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384");
    said.tls13 = true;
    said.tls12 = false;
    speak(BackendProtocol::https, said);
    EXPECT_EQ(status(), "HTTP/1.1 200");
    EXPECT_TRUE(served.session().starts_with("TLSv1.3 ")) << served.session();
}

TEST_F(TlsToPod, AHandshakeThatHangsTimesOut) {
    speak(BackendProtocol::https, {});
    Peer client = proxy.connect();
    client.send(kAskPod);
    Peer silent = pod.accept();
    proxy.advance(std::chrono::seconds(6));  // `proxy-connect-timeout`
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 504 "));
}

TEST_F(TlsToPod, Http2IsOfferedToPodsOfGrpcs) {
    TlsPod served(pod, {.certificate = make_certificate_for({"pod.test"}), .alpn = "h2"});
    speak(BackendProtocol::grpcs, {});
    H2Client client(proxy.connect());
    client.request(H2Client::get("/"));
    EXPECT_TRUE(served.next_bytes(24).starts_with("PRI * HTTP/2.0"));
}

}  // namespace
}  // namespace breakwater::test
