#include "proxy/table/dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::table {
namespace {

using testing::HasSubstr;
using testing::Not;

RoutingTable table_with(Certificate certificate) {
    RoutingTable out;
    out.default_certificate = std::make_shared<Certificate>(std::move(certificate));
    out.catch_all = std::make_shared<Host>();
    return out;
}

TEST(Dump, NeverHoldsAKey) {
    Certificate certificate;
    certificate.name = "d/web";
    certificate.key_pem = "PRIVATE KEY";
    certificate.fingerprint = "ab12";
    RoutingTable table = table_with(certificate);
    table.ticket_secret = std::make_shared<TicketSecret>(
        TicketSecret{.name = "d/tickets", .seed = "SEED OF TICKETS"});
    const std::string text = to_json(table);
    EXPECT_THAT(text, HasSubstr("\"ab12\""));
    EXPECT_THAT(text, HasSubstr("1970-01-01T00:00:00Z"));
    EXPECT_THAT(text, HasSubstr("\"d/tickets\""));
    EXPECT_THAT(text, Not(HasSubstr("PRIVATE KEY")));
    EXPECT_THAT(text, Not(HasSubstr("SEED OF TICKETS")));
}

TEST(Dump, ShowsOnlyPoliciesThatDiffer) {
    Host host;
    host.locations.resize(1);
    host.locations[0].policies.retry.tries = 7;
    RoutingTable table;
    table.catch_all = std::make_shared<Host>(host);
    table.settings.via = true;
    const std::string text = to_json(table);
    EXPECT_THAT(text, HasSubstr("\"tries\": 7"));
    EXPECT_THAT(text, HasSubstr("\"via\": true"));
    EXPECT_THAT(text, Not(HasSubstr("max_bytes")));
}

/// Whatever a member may be.
struct Anything {
    template <class T>
    operator T() const;  // NOLINT(google-explicit-constructor)
};

/// How many members an aggregate has: as many as it can be given.
template <class Struct, class... Given>
consteval int member_count() {
    if constexpr (requires { Struct{Given{}..., Anything{}}; }) {
        return member_count<Struct, Given..., Anything>();
    } else {
        return sizeof...(Given);
    }
}

/// Each is in the dump, and so are those of its members.
struct CountsMembers {
    template <class Struct>
    void operator()(const char* name, const Struct& of) const {
        if constexpr (requires { Struct::each_member(*this, of); }) {
            int told = 0;
            Struct::each_member([&told](const char*, const auto&) { ++told; }, of);
            EXPECT_EQ(told, member_count<Struct>()) << name;
            Struct::each_member(*this, of);
        }
    }
};

TEST(Dump, NoMemberIsForgotten) {
    const CountsMembers count;
    count("Policies", Policies());
    count("HostPolicies", HostPolicies());
    count("BackendPolicies", BackendPolicies());
    count("Settings", Settings());
    EXPECT_EQ(member_count<RetryPolicy>(), 2);
    // What dump_policy.cc writes by hand: whoever adds a member adds it there.
    EXPECT_EQ(member_count<BackendProtocolPolicy>(), 2);
    EXPECT_EQ(member_count<BackendTls>(), 11);
    EXPECT_EQ(member_count<ClientCertificatePolicy>(), 7);
    EXPECT_EQ(member_count<FastCgiParam>(), 2);
    EXPECT_EQ(member_count<TlsSettings>(), 8);
}

TEST(Dump, TextThatIsNotUtf8IsReplaced) {
    Host host;
    host.fallback.path = "/\xff";
    RoutingTable table;
    table.catch_all = std::make_shared<Host>(host);
    EXPECT_THAT(to_json(table), HasSubstr("/\xEF\xBF\xBD"));
}

TEST(Dump, Findings) {
    const Findings findings{{.object = {"Ingress", "d", "web"},
                             .field = "spec.rules[0]",
                             .text = "wrong",
                             .severity = Severity::error}};
    EXPECT_EQ(to_json(findings), R"([
  {
    "object": "Ingress d/web",
    "field": "spec.rules[0]",
    "severity": "error",
    "text": "wrong"
  }
]
)");
}

}  // namespace
}  // namespace breakwater::table
