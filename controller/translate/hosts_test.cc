#include "controller/translate/hosts.h"

#include <gtest/gtest.h>

#include "controller/translate/test_support.h"

namespace breakwater::translate {
namespace {

/// ingress-nginx: a denied location answers 503 to everything, before any redirect. No backend beside
/// a named service is how the table says 503, and no policy of the Ingress may answer first.
TEST(HostBuilder, DeniedPathsHaveNeitherBackendNorRedirect) {
    kube::Ingress ingress;
    ingress.meta.namespace_name = "shop";
    ingress.meta.name = "web";
    kube::Ingress::Path path;
    path.path = "/";
    path.backend.service_name = "web";
    path.backend.port.number = 80;
    ingress.rules.push_back({"a.example", {path}});
    std::vector<Chosen> all(1);
    all[0].object = std::make_shared<kube::Ingress>(ingress);
    all[0].says.redirect.permanent_url = "https://elsewhere.example";
    all[0].says.redirect.force_ssl_redirect = true;
    all[0].denied = true;

    const kube::Objects objects;
    const Options options;
    const Globals globals;
    const Checks checks = fake_checks();
    Report report;
    Footprint footprint;
    Lookup lookup(objects, footprint);
    OfSecret<table::Certificate> known;
    Certificates certificates(lookup, known, kNow, checks, report);
    TlsSections tls(certificates, report);
    Backends all_backends;
    BackendFinder backends(all_backends, lookup, options);
    HostBuilder builder(globals, options, {}, backends, tls, report);
    const Plan plan = plan_hosts(all, report);

    const table::Host host = builder.build("a.example", plan.at("a.example"));
    ASSERT_EQ(host.locations.size(), 1U);
    EXPECT_EQ(host.locations[0].origin.service, "web");
    EXPECT_EQ(host.locations[0].backend, "");
    EXPECT_EQ(host.locations[0].policies, table::Policies{});
}

}  // namespace
}  // namespace breakwater::translate
