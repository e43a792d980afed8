#include "controller/translate/translate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "controller/translate/test_support.h"
#include "proxy/table/dump.h"

namespace breakwater::translate {
namespace {

using kube::Ingress;

constexpr const char* kNamespace = "shop";
constexpr const char* kZone = "west";
constexpr const char* kPrefix = "nginx.ingress.kubernetes.io/";

/// A cluster that changes at random: few names, so that conflicts and reuse are frequent, and such that
/// Services of two namespaces share the name of a backend (`shop`/`b-a` and `shop-b`/`a`).
class Cluster {
public:
    explicit Cluster(unsigned seed) : random_(seed) {
        for (const char* name : {kNamespace, "shop-b"}) objects_.namespaces.put(space_named(name));
    }

    const kube::Objects& objects() const { return objects_; }
    unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

    void change() {
        switch (pick(14)) {
            case 0:
            case 1:
            case 2: objects_.ingresses.put(ingress()); break;
            case 3: objects_.ingresses.remove(key()); break;
            case 4: objects_.services.put(service()); break;
            case 5: objects_.services.remove(key()); break;
            case 6: objects_.endpoint_slices.put(slice()); break;
            case 7: objects_.endpoint_slices.remove(key()); break;
            case 8: objects_.secrets.put(secret()); break;
            case 9: objects_.secrets.remove(key()); break;
            case 10: change_config(); break;
            case 11: change_class(); break;
            case 12: change_namespace(); break;
            default: change_permission(); break;
        }
    }

private:
    std::string name() {
        return pick(3) == 0 ? "b-a" : std::string(1, static_cast<char>('a' + pick(4)));
    }
    std::string space() { return pick(4) == 0 ? "shop-b" : kNamespace; }
    kube::Key key() { return {space(), name()}; }
    std::string host() { return pick(5) == 0 ? std::string() : name() + ".example"; }

    template <class T>
    T named() {
        T object;
        object.meta.namespace_name = space();
        object.meta.name = name();
        object.meta.uid = std::to_string(pick(2));
        return object;
    }

    Ingress::Backend backend() {
        Ingress::Backend out;
        if (pick(9) == 0) {
            out.resource = "Bucket/pictures";
            return out;
        }
        out.service_name = name();
        out.port.number = pick(9) == 0 ? 81 : 80;
        return out;
    }

    /// Some take all of another one's requests, with a slash more or as the root.
    Ingress::Path path() {
        using enum Ingress::PathType;
        std::string text = pick(5) == 0 ? "/" : "/" + name() + (pick(4) == 0 ? "/" : "");
        return {std::move(text), pick(5) == 0 ? exact : prefix, backend()};
    }

    Ingress ingress() {
        auto out = named<Ingress>();
        out.meta.creation_timestamp = std::chrono::sys_seconds(std::chrono::seconds(pick(3)));
        if (pick(6) == 0) out.ingress_class_name = name();
        if (pick(3) == 0) out.default_backend = backend();
        for (unsigned rules = pick(3); rules > 0; --rules) {
            Ingress::Rule rule{.host = host(), .paths = {}};
            for (unsigned paths = pick(3); paths > 0; --paths) rule.paths.push_back(path());
            out.rules.push_back(std::move(rule));
        }
        for (unsigned entries = pick(3); entries > 0; --entries) {
            out.tls.push_back({{host()}, name()});
        }
        say_something(out);
        return out;
    }

    void say_something(Ingress& out) {
        const std::string secret = out.meta.namespace_name + "/" + name();
        if (pick(2) == 0) annotate(out, "proxy-read-timeout", std::to_string(pick(100)));
        if (pick(3) == 0) {
            annotate(out, "auth-tls-secret", secret);
            annotate(out, "auth-tls-verify-depth", std::to_string(pick(3)));
        }
        if (pick(4) == 0)
            annotate(out, "permanent-redirect", pick(2) == 0 ? "nonsense" : "http://x/");
        if (pick(4) == 0) annotate(out, "force-ssl-redirect", "true");
        if (pick(3) == 0) annotate(out, "service-upstream", pick(2) == 0 ? "false" : "true");
        say_something_for_hosts(out);
        if (pick(5) == 0) annotate(out, "ssl-passthrough", "true");
        if (pick(4) == 0) {
            annotate(out, "backend-protocol", "HTTPS");
            annotate(out, "proxy-ssl-secret", secret);
            annotate(out, "proxy-ssl-verify", pick(2) == 0 ? "on" : "off");
        }
        if (pick(5) == 0) {
            annotate(out, "backend-protocol", "FCGI");
            annotate(out, "fastcgi-params-configmap", pick(2) == 0 ? "config" : "tcp");
        }
    }

    /// Of which the oldest decides.
    void say_something_for_hosts(Ingress& out) {
        if (pick(4) == 0) annotate(out, "ssl-ciphers", pick(4) == 0 ? "unusable" : name());
        if (pick(5) == 0)
            annotate(out, "ssl-prefer-server-ciphers", pick(2) == 0 ? "true" : "false");
    }

    static void annotate(Ingress& ingress, const std::string& annotation, std::string value) {
        ingress.meta.annotations[kPrefix + annotation] = std::move(value);
    }

    kube::Service service() {
        auto out = named<kube::Service>();
        kube::Service::Port port;
        port.port = pick(5) == 0 ? 81 : 80;
        out.ports.push_back(port);
        port.protocol = kube::Protocol::udp;
        if (pick(3) == 0) out.ports.push_back(port);
        if (pick(3) == 0) out.ports.front().app_protocol = pick(2) == 0 ? "https" : "grpc";
        if (pick(5) == 0) lead_outside(out);
        if (pick(4) != 0) out.cluster_ips = {"10.96.0." + std::to_string(pick(4))};
        return out;
    }

    void lead_outside(kube::Service& service) {
        service.type = kube::Service::Type::external_name;
        const std::string names[] = {name() + ".test", "192.0.2.1", "127.0.0.1", "not a name"};
        service.external_name = names[pick(4)];
        if (pick(2) == 0) service.ports.clear();
    }

    kube::EndpointSlice slice() {
        auto out = named<kube::EndpointSlice>();
        if (pick(8) != 0) out.service_name = name();
        kube::EndpointSlice::Port port;
        port.port = 8080;
        out.ports.push_back(port);
        for (unsigned count = pick(4); count > 0; --count) {
            kube::EndpointSlice::Endpoint endpoint;
            endpoint.addresses = {pick(8) == 0 ? "127.0.0.1" : "10.0.0." + std::to_string(pick(4))};
            endpoint.ready = pick(3) != 0;
            endpoint.terminating = pick(4) == 0;
            if (pick(3) != 0) endpoint.hint_zones = {pick(2) == 0 ? kZone : "elsewhere"};
            out.endpoints.push_back(std::move(endpoint));
        }
        return out;
    }

    kube::Secret secret() {
        auto out = named<kube::Secret>();
        out.data["tls.crt"] = "names=" + (pick(3) == 0 ? name() : std::string("*")) +
                              ".example until=20" + std::to_string(25 + pick(3)) + "-01-0" +
                              std::to_string(1 + pick(9));
        if (pick(3) == 0) out.data["tls.crt"] += " type=RSA";
        out.data["tls.key"] = pick(4) == 0 ? "wrong" : "key";
        if (pick(2) == 0)
            out.data["ca.crt"] = pick(4) == 0 ? "wrong" : "ca" + std::to_string(pick(2));
        return out;
    }

    void change_config() {
        kube::ConfigMap out;
        out.meta.namespace_name = kNamespace;
        out.meta.name = pick(2) == 0 ? "config" : pick(2) == 0 ? "tcp" : "udp";
        if (pick(6) == 0) return objects_.config_maps.remove(out.meta);
        if (out.meta.name == "config") {
            out.data["proxy-read-timeout"] = std::to_string(pick(3));
            out.data["keep-alive"] = std::to_string(pick(3));
        } else {
            for (unsigned entries = pick(3); entries > 0; --entries) {
                out.data[std::to_string(1000 + pick(3))] = key().to_string() + ":80";
            }
        }
        objects_.config_maps.put(std::move(out));
    }

    void change_class() {
        kube::IngressClass out;
        out.meta.name = name();
        out.controller = pick(2) == 0 ? Options().controller_class : "example.com/another";
        out.has_parameters = pick(3) == 0;
        if (pick(3) == 0) return objects_.ingress_classes.remove(out.meta);
        objects_.ingress_classes.put(std::move(out));
    }

    static kube::Namespace space_named(std::string name) {
        kube::Namespace out;
        out.meta.name = std::move(name);
        return out;
    }

    /// Out of the selection, or back.
    void change_namespace() {
        const kube::Namespace one = space_named(space());
        if (!objects_.namespaces.contains(one.meta)) return objects_.namespaces.put(one);
        if (pick(3) == 0) objects_.namespaces.remove(one.meta);
    }

    void change_permission() {
        if (objects_.forbidden.erase(kube::Kind::ingress_class) == 0 && pick(3) == 0) {
            objects_.forbidden.insert(kube::Kind::ingress_class);
        }
    }

    std::mt19937 random_;
    kube::Objects objects_;
};

Options options() {
    Options out;
    out.watch_ingress_without_class = true;
    out.enable_ssl_passthrough = true;
    out.select_namespaces = true;
    out.zone = kZone;
    out.configmap = kube::Key{kNamespace, "config"};
    out.tcp_services = kube::Key{kNamespace, "tcp"};
    out.udp_services = kube::Key{kNamespace, "udp"};
    out.default_backend_service = kube::Key{kNamespace, "b-a"};
    out.default_ssl_certificate = kube::Key{kNamespace, "a"};
    return out;
}

/// As options() has it, only what lies in such a Namespace counts.
void select_namespace(kube::Objects& objects) {
    kube::Namespace selected;
    selected.meta.name = kNamespace;
    objects.namespaces.put(selected);
}

/// What is equal to the table before is its node, so that what was compiled from it is reused.
void expect_reuse(const table::RoutingTable& now, const table::RoutingTable& before) {
    for (const auto& host : now.hosts) {
        for (const auto& old : before.hosts) {
            if (*host == *old) EXPECT_EQ(host, old) << host->name;
        }
    }
    if (*now.catch_all == *before.catch_all) EXPECT_EQ(now.catch_all, before.catch_all);
    for (const auto& backend : now.backends) {
        const auto old = before.backends.get(backend->name);
        if (old && *old == *backend) EXPECT_EQ(backend, old) << backend->name;
    }
}

std::vector<kube::Key> names(const kube::Keys& keys) {
    std::vector<kube::Key> out;
    for (const auto& key : keys) out.push_back(*key);
    return out;
}

class IncrementalTest : public testing::TestWithParam<unsigned> {};

TEST_P(IncrementalTest, EqualsABuildFromNothing) {
    Cluster cluster(GetParam());
    WallTime now = kNow - std::chrono::days(400);
    Translation last = translate({cluster.objects(), {}, now}, nullptr, fake_checks(), options());
    for (int step = 0; step < 250; ++step) {
        for (unsigned changes = step % 20 == 0 ? 40 : 1 + cluster.pick(3); changes > 0; --changes) {
            cluster.change();
        }
        now += std::chrono::days(cluster.pick(8));
        const Input input{cluster.objects(), last.accepted, now};
        Translation next = translate(input, last.memory, fake_checks(), options());
        const Translation fresh = translate(input, nullptr, fake_checks(), options());
        ASSERT_TRUE(*next.table == *fresh.table)
            << "step " << step << table::to_json(*next.table) << table::to_json(*fresh.table);
        ASSERT_TRUE(next.findings == fresh.findings)
            << "step " << step << table::to_json(next.findings) << table::to_json(fresh.findings);
        ASSERT_TRUE(std::ranges::equal(next.accepted, fresh.accepted)) << "step " << step;
        ASSERT_EQ(names(next.secrets), names(fresh.secrets)) << "step " << step;
        expect_reuse(*next.table, *last.table);
        last = std::move(next);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, IncrementalTest, testing::Range(1U, 9U));

TEST(Translate, UnchangedObjectsGiveTheSameNodes) {
    Cluster cluster(42);
    for (int step = 0; step < 200; ++step) cluster.change();
    const Input input{cluster.objects(), {}, kNow};
    const Translation first = translate(input, nullptr, fake_checks(), options());
    const Translation second = translate({cluster.objects(), first.accepted, kNow}, first.memory,
                                         fake_checks(), options());
    ASSERT_FALSE(first.table->hosts.empty());
    EXPECT_EQ(second.table->hosts, first.table->hosts);  // pointers
    EXPECT_TRUE(second.table->backends.same_as(first.table->backends));
    EXPECT_EQ(second.table->catch_all, first.table->catch_all);
}

Ingress with_tls(const char* name, const char* host, const char* secret) {
    Ingress out;
    out.meta.namespace_name = kNamespace;
    out.meta.name = name;
    out.rules.push_back({.host = host, .paths = {}});
    out.tls.push_back({{host}, secret});
    return out;
}

TEST(Translate, SaysWhichSecretsItLookedFor) {
    kube::Objects objects;
    select_namespace(objects);
    objects.ingresses.put(with_tls("a", "a.example", "shared"));
    objects.ingresses.put(with_tls("b", "b.example", "shared"));
    Options all = options();
    all.session_ticket_secret = kube::Key{"system", "tickets"};
    const kube::Key of_flag{kNamespace, "a"};
    const kube::Key tickets{"system", "tickets"};
    const kube::Key shared{kNamespace, "shared"};
    using Names = std::vector<kube::Key>;

    Translation made = translate({objects, {}, kNow}, nullptr, fake_checks(), all);
    EXPECT_EQ(names(made.secrets), (Names{of_flag, shared, tickets}));  // none of them is there
    const auto next = [&] {
        const kube::Keys before = made.secrets;
        made = translate({objects, made.accepted, kNow}, made.memory, fake_checks(), all);
        return before.same_as(made.secrets);
    };
    objects.ingresses.remove(kube::Key{kNamespace, "a"});
    EXPECT_TRUE(next());  // the other one still names it
    objects.ingresses.put(with_tls("b", "b.example", "another"));
    EXPECT_FALSE(next());
    EXPECT_EQ(names(made.secrets), (Names{of_flag, {kNamespace, "another"}, tickets}));
    objects.ingresses.remove(kube::Key{kNamespace, "b"});
    EXPECT_FALSE(next());
    EXPECT_EQ(names(made.secrets), (Names{of_flag, tickets}));
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
    const Translation second =
        translate({objects, first.accepted, kNow}, first.memory, counting, with_default);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(second.table->default_certificate, first.table->default_certificate);
}

TEST(Translate, WhatManyIngressesSayIsCheckedOnce) {
    kube::Objects objects;
    select_namespace(objects);
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
