#include "proxy/serve/compile.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "proxy/base/crypto/self_signed.h"

namespace breakwater::serve {
namespace {

using table::RoutingTable;

std::vector<std::string> names_of(const exchange::Route& route) {
    std::vector<std::string> names;
    for (const auto& filter : route.filters) names.emplace_back(filter->name());
    return names;
}

class CompileTest : public testing::Test {
protected:
    CompileTest() {
        const crypto::PemPair pair = crypto::make_self_signed();
        options_.self_made = *tls::ServerCertificate::load(pair.chain_pem, pair.key_pem);
        table_.catch_all = std::make_shared<table::Host>();
        add_backend("shop-web-80", 1);
        add_host("a.example", "shop-web-80");
        add_host("b.example", "");
    }
    void add_backend(const std::string& name, std::uint8_t last) {
        auto backend = std::make_shared<table::Backend>();
        backend->name = name;
        backend->endpoints = {{{IpAddress::v4({10, 0, 0, last}), 80}}};
        table_.backends.put(std::move(backend));
    }
    void add_host(const std::string& name, const std::string& backend) {
        auto host = std::make_shared<table::Host>();
        host->name = name;
        table::Location& location = host->locations.emplace_back();
        location.backend = backend;
        location.origin = {"shop", "front", "web", "80"};
        table_.hosts.push_back(std::move(host));
    }
    std::shared_ptr<const CompiledTable> compiled(const CompiledTable* before = nullptr) {
        return compile(std::make_shared<RoutingTable>(table_), before, options_);
    }

    RoutingTable table_;
    CompileOptions options_;
};

TEST_F(CompileTest, AHostThatIsPassedThroughIsFoundByItsName) {
    EXPECT_FALSE(compiled()->passes_through);
    table::Host host = *table_.hosts[1];
    host.passthrough.emplace().backend = "shop-web-80";
    table_.hosts[1] = std::make_shared<table::Host>(host);
    const auto table = compiled();
    EXPECT_TRUE(table->passes_through);
    ASSERT_NE(table->passthrough_of("b.example"), nullptr);
    EXPECT_EQ(table->passthrough_of("b.example")->backend, "shop-web-80");
    EXPECT_EQ(table->passthrough_of("a.example"), nullptr);
    EXPECT_EQ(table->passthrough_of("c.example"), nullptr);
    EXPECT_EQ(table->passthrough_of(""), nullptr);
}

TEST_F(CompileTest, AnUnchangedHostKeepsWhatWasCompiled) {
    const auto before = compiled();
    const auto after = compiled(before.get());
    EXPECT_EQ(before->hosts[0], after->hosts[0]);
    EXPECT_EQ(before->hosts[1], after->hosts[1]);
}

TEST_F(CompileTest, AChangedBackendCompilesItsHostsAnewAndNoOther) {
    const auto before = compiled();
    add_backend("shop-web-80", 2);
    const auto after = compiled(before.get());
    EXPECT_NE(before->hosts[0], after->hosts[0]);
    EXPECT_EQ(before->hosts[1], after->hosts[1]);
    EXPECT_EQ(after->hosts[0]->routes[0].backend, table_.backends.get("shop-web-80"));
}

TEST_F(CompileTest, ABackendThatComesCompilesItsHostAnew) {
    add_host("c.example", "late");
    const auto before = compiled();
    EXPECT_EQ(before->hosts[2]->routes[0].backend, nullptr);
    add_backend("late", 3);
    const auto after = compiled(before.get());
    EXPECT_EQ(after->hosts[2]->routes[0].backend, table_.backends.get("late"));
    EXPECT_EQ(before->hosts[0], after->hosts[0]);
}

TEST_F(CompileTest, HostsThatComeAndGoLeaveTheOthersAsTheyAre) {
    add_host("c.example", "shop-web-80");
    const auto before = compiled();
    table_.hosts.erase(table_.hosts.begin() + 1);
    add_host("d.example", "");
    const auto after = compiled(before.get());
    EXPECT_EQ(before->hosts[0], after->hosts[0]);
    EXPECT_EQ(before->hosts[2], after->hosts[1]);
    EXPECT_EQ(after->match("c.example", "/").host->name, "c.example");
    EXPECT_EQ(after->match("d.example", "/").host->name, "d.example");
    EXPECT_EQ(after->match("b.example", "/").host->name, "");
}

TEST_F(CompileTest, AnIndexIsMadeAnewWhereItsContentIsAnother) {
    const auto first = compiled();
    add_backend("shop-web-80", 2);
    const auto second = compiled(first.get());
    EXPECT_EQ(first->names, second->names);
    EXPECT_EQ(first->certificates, second->certificates);
    EXPECT_EQ(first->ciphers, second->ciphers);

    table::Host host = *table_.hosts[0];
    host.policies.ciphers.prefer_server = false;
    table_.hosts[0] = std::make_shared<table::Host>(host);
    const auto third = compiled(second.get());
    EXPECT_EQ(second->names, third->names);
    EXPECT_EQ(second->certificates, third->certificates);
    EXPECT_FALSE(third->ciphers->find("a.example").prefer_server);

    const crypto::PemPair pair = crypto::make_self_signed();
    auto certificate = std::make_shared<table::Certificate>();
    certificate->chain_pem = pair.chain_pem;
    certificate->key_pem = pair.key_pem;
    host.certificate = std::move(certificate);
    table_.hosts[0] = std::make_shared<table::Host>(host);
    const auto fourth = compiled(third.get());
    EXPECT_EQ(third->ciphers, fourth->ciphers);
    EXPECT_NE(fourth->certificates->find("a.example").certificate,
              third->certificates->find("a.example").certificate);
}

TEST_F(CompileTest, AChainHoldsWhatItsLocationNeeds) {
    EXPECT_EQ(names_of(compiled()->match("a.example", "/")),
              (std::vector<std::string>{"hsts", "body_size"}));
    EXPECT_EQ(names_of(compiled()->match("b.example", "/")),
              (std::vector<std::string>{"hsts", "ready_endpoint", "body_size"}));
}

TEST_F(CompileTest, TheHealthCheckIsThereForUnknownHosts) {
    const auto table = compiled();
    EXPECT_EQ(names_of(table->match("unknown.example", "/healthz")),
              std::vector<std::string>{"health_check"});
    EXPECT_EQ(names_of(table->match("b.example", "/healthz")).front(), "hsts");
}

TEST_F(CompileTest, AnIngressMayHaveTheHealthChecksPath) {
    auto catch_all = std::make_shared<table::Host>();
    table::Location& own = catch_all->locations.emplace_back();
    own.path_type = table::PathType::exact;
    own.path = "/healthz";
    own.origin.service = "web";
    own.backend = "shop-web-80";
    table_.catch_all = std::move(catch_all);
    EXPECT_EQ(compiled()->match("unknown.example", "/healthz").location->backend, "shop-web-80");
}

}  // namespace
}  // namespace breakwater::serve
