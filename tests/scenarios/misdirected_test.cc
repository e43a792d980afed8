// 421: which requests a connection may carry, and which belong on another (RFC 9110 section 15.5.20).

#include <gtest/gtest.h>

#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/tls_hosts.h"
#include "tests/support/tls_tunnel.h"

namespace breakwater::test {
namespace {

const PemPair kRoot = make_authority("root");
const PemPair kOtherRoot = make_authority("other");
const PemPair kClient = make_client("web", kRoot);

struct MisdirectedCase {
    const char* name;
    const char* source;
    const char* sni;  ///< empty: none
    const char* host;
    int status;
    const char* verify = "";  ///< as the pod is told
};

constexpr const char* kCertificate = "RFC 9113 9.1.2: not authoritative";
constexpr const char* kAsBefore = "ingress-nginx serves it";
constexpr const char* kPolicy = "nginx: 421 where the host verifies and the name is another's";

const MisdirectedCase kMisdirectedCases[] = {
    {"its_own", kAsBefore, "a.example", "a.example", 200},
    {"not_covered_and_another_is", kCertificate, "a.example", "b.example", 421},
    {"covered_by_a_wildcard", kAsBefore, "one.wild.example", "two.wild.example", 200},
    {"covered_by_the_one_shown", kAsBefore, "both.example", "a.example", 200},
    {"the_same_certificate", kAsBefore, "both.example", "also.example", 200},
    {"no_name", kAsBefore, "", "a.example", 200},
    {"unknown_name_default_certificate", kAsBefore, "lb.internal", "a.example", 200},
    {"name_without_certificate_of_its_own", kAsBefore, "bare.example", "a.example", 200},
    {"a_host_without_certificate_of_its_own", kAsBefore, "a.example", "bare.example", 200},
    {"an_unknown_host", kAsBefore, "a.example", "unknown.example", 200},
    {"an_address", kAsBefore, "a.example", "192.0.2.1", 200},

    {"asks_what_was_not_asked", kPolicy, "bare.example", "required.example", 421},
    {"optional_is_not_open", kPolicy, "bare.example", "optional.example", 421},
    {"asks_what_another_did", kPolicy, "other.example", "required.example", 421},
    {"unknown_name", kPolicy, "lb.internal", "required.example", 421},
    {"asks_the_same", "the verification is the same", "required.example", "optional.example", 200,
     "SUCCESS"},
    {"asks_nothing", "nginx: only a host that verifies refuses", "required.example", "bare.example",
     200},
    {"asks_only_in_words", "auth-tls-verify-client: off", "bare.example", "off.example", 200,
     "NONE"},
    {"no_name_required", "nginx: no name, no 421; reference 3.3: missing 400", "",
     "required.example", 400},
    {"no_name_optional", "nginx: no name, no 421; reference 3.3: missing accepted", "",
     "optional.example", 200, "NONE"},
};

class Misdirected : public TlsHosts, public testing::WithParamInterface<MisdirectedCase> {
protected:
    Misdirected() {
        table->default_certificate = certificate_for("default.example");
        for (const char* name : {"a.example", "b.example", "*.wild.example"}) {
            host(name).certificate = certificate_for(name);
        }
        host("both.example").certificate =
            certificate_for_all({"both.example", "also.example", "a.example"});
        host("also.example").certificate = host("both.example").certificate;
        host("bare.example");
        ask_for("required.example", policy_of(kRoot), table::ClientVerification::required);
        ask_for("optional.example", policy_of(kRoot), table::ClientVerification::optional);
        ask_for("off.example", policy_of(kRoot), table::ClientVerification::off);
        ask_for("other.example", policy_of(kOtherRoot), table::ClientVerification::optional);
        publish();
    }
    void ask_for(const std::string& name, table::ClientCertificatePolicy policy,
                 table::ClientVerification verification) {
        policy.verification = verification;
        client_policy(name) = policy;
    }
};

TEST_P(Misdirected, OverHttp1) {
    const MisdirectedCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto client = connected({.server_name = c.sni, .certificate = &kClient});
    const TlsAnswer answer = ask(*client, c.host);
    EXPECT_EQ(answer.status, c.status) << answer.text;
    EXPECT_EQ(answer.told_pod("ssl-client-verify"), c.verify);
    EXPECT_EQ(proxy.next_log_line().contains("\"misdirected\""), c.status == 421);
    // The connection is good for what it was made for.
    EXPECT_EQ(ask(*client, "bare.example").status, 200);
}

TEST_P(Misdirected, OverHttp2) {
    const MisdirectedCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto tls = connected({.server_name = c.sni, .alpn = {"h2"}, .certificate = &kClient});
    TlsTunnel tunnel(*tls);
    H2Client client(tunnel.take_peer());
    for (int i = 0; i < 2; ++i) {
        const H2Answer answer = client.ask(
            {{":method", "GET"}, {":scheme", "https"}, {":authority", c.host}, {":path", "/"}});
        EXPECT_EQ(answer.status, c.status);
        if (c.status == 200) {
            EXPECT_EQ(field_of(answer.body, "ssl-client-verify").value_or(""), c.verify);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, Misdirected, testing::ValuesIn(kMisdirectedCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::test
