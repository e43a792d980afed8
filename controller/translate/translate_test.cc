#include "controller/translate/translate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "controller/translate/test_support.h"

namespace breakwater::translate {
namespace {

using kube::Ingress;

constexpr const char* kNamespace = "shop";

/// A cluster that changes at random: few names, so that conflicts and reuse are frequent.
class Cluster {
public:
    explicit Cluster(unsigned seed) : random_(seed) {}

    const kube::Objects& objects() const { return objects_; }

    void change() {
        switch (pick(6)) {
            case 0: objects_.ingresses.put(ingress()); break;
            case 1: objects_.ingresses.remove({kNamespace, name()}); break;
            case 2: objects_.services.put(service()); break;
            case 3: objects_.endpoint_slices.put(slice()); break;
            case 4: objects_.secrets.put(secret()); break;
            default: objects_.config_maps.put(config()); break;
        }
    }

private:
    unsigned pick(unsigned below) { return random_() % below; }
    std::string name() { return std::string(1, static_cast<char>('a' + pick(4))); }
    std::string host() { return pick(5) == 0 ? std::string() : name() + ".example"; }

    template <class T>
    T named() {
        T object;
        object.meta.namespace_name = kNamespace;
        object.meta.name = name();
        return object;
    }

    Ingress::Backend backend() {
        Ingress::Backend out;
        out.service_name = name();
        out.port.number = 80;
        return out;
    }

    Ingress ingress() {
        auto out = named<Ingress>();
        out.meta.creation_timestamp = std::chrono::sys_seconds(std::chrono::seconds(pick(3)));
        if (pick(3) == 0) out.default_backend = backend();
        for (unsigned rules = pick(3); rules > 0; --rules) {
            Ingress::Rule rule{.host = host(), .paths = {}};
            for (unsigned paths = pick(3); paths > 0; --paths) {
                rule.paths.push_back({"/" + name(), Ingress::PathType::prefix, backend()});
            }
            out.rules.push_back(std::move(rule));
        }
        if (pick(2) == 0) out.tls.push_back({{host()}, name()});
        if (pick(2) == 0) annotate(out, "proxy-read-timeout", std::to_string(pick(100)));
        if (pick(3) == 0) {
            annotate(out, "auth-tls-secret", std::string(kNamespace) + "/" + name());
            annotate(out, "auth-tls-verify-depth", std::to_string(pick(3)));
        }
        if (pick(4) == 0)
            annotate(out, "permanent-redirect", pick(2) == 0 ? "nonsense" : "http://x/");
        return out;
    }

    static void annotate(Ingress& ingress, const std::string& annotation, std::string value) {
        ingress.meta.annotations["nginx.ingress.kubernetes.io/" + annotation] = std::move(value);
    }

    kube::Service service() {
        auto out = named<kube::Service>();
        kube::Service::Port port;
        port.port = pick(5) == 0 ? 81 : 80;
        out.ports.push_back(port);
        return out;
    }

    kube::EndpointSlice slice() {
        auto out = named<kube::EndpointSlice>();
        out.service_name = name();
        kube::EndpointSlice::Port port;
        port.port = 8080;
        out.ports.push_back(port);
        for (unsigned count = pick(4); count > 0; --count) {
            kube::EndpointSlice::Endpoint endpoint;
            endpoint.addresses = {"10.0.0." + std::to_string(pick(4))};
            endpoint.ready = pick(3) != 0;
            out.endpoints.push_back(std::move(endpoint));
        }
        return out;
    }

    kube::Secret secret() {
        auto out = named<kube::Secret>();
        out.data["tls.crt"] = "names=*.example until=203" + std::to_string(pick(3)) + "-01-01";
        out.data["tls.key"] = pick(4) == 0 ? "wrong" : "key";
        if (pick(2) == 0)
            out.data["ca.crt"] = pick(4) == 0 ? "wrong" : "ca" + std::to_string(pick(2));
        return out;
    }

    kube::ConfigMap config() {
        kube::ConfigMap out;
        out.meta.namespace_name = kNamespace;
        out.meta.name = "config";
        out.data["proxy-read-timeout"] = std::to_string(pick(3));
        out.data["keep-alive"] = std::to_string(pick(3));
        return out;
    }

    std::mt19937 random_;
    kube::Objects objects_;
};

Options options() {
    Options out;
    out.watch_ingress_without_class = true;
    out.configmap = kube::Key{kNamespace, "config"};
    return out;
}

/// What is equal to the table before is its node, so that what was compiled from it is reused.
void expect_reuse(const table::RoutingTable& now, const table::RoutingTable& before) {
    for (const auto& host : now.hosts) {
        for (const auto& old : before.hosts) {
            if (*host == *old) EXPECT_EQ(host, old) << host->name;
        }
    }
    if (*now.catch_all == *before.catch_all) EXPECT_EQ(now.catch_all, before.catch_all);
    for (const auto& [name, backend] : now.backends) {
        const auto old = before.backends.find(name);
        if (old != before.backends.end() && *old->second == *backend) {
            EXPECT_EQ(backend, old->second) << name;
        }
    }
}

class IncrementalTest : public testing::TestWithParam<unsigned> {};

TEST_P(IncrementalTest, EqualsABuildFromNothing) {
    Cluster cluster(GetParam());
    Translation last = translate({cluster.objects(), {}, kNow}, nullptr, fake_checks(), options());
    for (int step = 0; step < 300; ++step) {
        cluster.change();
        const Input input{cluster.objects(), last.accepted, kNow};
        Translation now = translate(input, last.table.get(), fake_checks(), options());
        const Translation fresh = translate(input, nullptr, fake_checks(), options());
        ASSERT_EQ(*now.table, *fresh.table) << "step " << step;
        ASSERT_EQ(now.findings, fresh.findings) << "step " << step;
        ASSERT_EQ(now.accepted, fresh.accepted) << "step " << step;
        expect_reuse(*now.table, *last.table);
        last = std::move(now);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, IncrementalTest, testing::Range(1U, 9U));

TEST(Translate, UnchangedObjectsGiveTheSameNodes) {
    Cluster cluster(42);
    for (int step = 0; step < 200; ++step) cluster.change();
    const Input input{cluster.objects(), {}, kNow};
    const Translation first = translate(input, nullptr, fake_checks(), options());
    const Translation second = translate(input, first.table.get(), fake_checks(), options());
    ASSERT_FALSE(first.table->hosts.empty());
    EXPECT_EQ(second.table->hosts, first.table->hosts);  // pointers
    EXPECT_EQ(second.table->backends, first.table->backends);
    EXPECT_EQ(second.table->catch_all, first.table->catch_all);
}

TEST(Translate, AnUnchangedCertificateIsNotCheckedAgain) {
    kube::Objects objects;
    kube::Secret secret;
    secret.meta.namespace_name = kNamespace;
    secret.meta.name = "standard";
    secret.data = {{"tls.crt", "names=a.example until=2030-01-01"}, {"tls.key", "key"}};
    objects.secrets.put(secret);
    Options with_default = options();
    with_default.default_ssl_certificate = secret.meta.key();
    int calls = 0;
    Checks counting = fake_checks();
    counting.certificate = [&](const std::string& chain, const std::string& key) {
        ++calls;
        return fake_checks().certificate(chain, key);
    };
    const Input input{objects, {}, kNow};
    const Translation first = translate(input, nullptr, counting, with_default);
    const Translation second = translate(input, first.table.get(), counting, with_default);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(second.table->default_certificate, first.table->default_certificate);
}

TEST(Translate, WhatManyIngressesSayIsCheckedOnce) {
    kube::Objects objects;
    for (const char* name : {"a", "b", "c"}) {
        Ingress ingress;
        ingress.meta.namespace_name = kNamespace;
        ingress.meta.name = name;
        ingress.meta.annotations = {{"nginx.ingress.kubernetes.io/ssl-ciphers", "unusable"}};
        objects.ingresses.put(ingress);
    }
    int calls = 0;
    Checks counting = fake_checks();
    counting.tls_ciphers = [&](const std::string& list) {
        ++calls;
        return fake_checks().tls_ciphers(list);
    };
    const Translation got = translate({objects, {}, kNow}, nullptr, counting, options());
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(std::ranges::count(got.findings,
                                 "metadata.annotations[nginx.ingress.kubernetes.io/ssl-ciphers]",
                                 &table::Finding::field),
              3);
}

}  // namespace
}  // namespace breakwater::translate
