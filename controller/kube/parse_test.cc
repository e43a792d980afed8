#include "controller/kube/parse.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace breakwater::kube {
namespace {

using nlohmann::json;

Parsed parse(const std::string& text) { return parse_object(*parse_json(text)); }

template <class T>
T read(const std::string& text) {
    const Parsed parsed = parse(text);
    if (!parsed) {
        ADD_FAILURE() << parsed.error().field << ": " << parsed.error().text;
        return {};
    }
    return *std::get<std::shared_ptr<const T>>(*parsed);
}

TEST(Parse, Ingress) {
    const auto got = read<Ingress>(R"({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "unknown": {"a": [1]},
        "metadata": {"namespace": "shop", "name": "front", "uid": "u1", "resourceVersion": "7",
            "creationTimestamp": "1970-01-01T00:01:00Z", "managedFields": [{"manager": "kubectl"}],
            "annotations": {"a/b": "c", "kubectl.kubernetes.io/last-applied-configuration": "{}"}},
        "spec": {"ingressClassName": "breakwater",
            "defaultBackend": {"resource": {"apiGroup": "x", "kind": "Bucket", "name": "b"}},
            "tls": [{"hosts": ["a.example", "b.example"], "secretName": "cert"}, {}],
            "rules": [{"host": "a.example", "http": {"paths": [
                {"path": "/x", "pathType": "Exact",
                 "backend": {"service": {"name": "web", "port": {"number": 80}}}},
                {"pathType": "ImplementationSpecific",
                 "backend": {"service": {"name": "api", "port": {"name": "http"}}}}]}},
                {"host": null}]}})");
    Ingress want;
    want.meta = {
        "shop",        "front", "u1", "7", std::chrono::sys_seconds(std::chrono::seconds(60)),
        {{"a/b", "c"}}};
    want.ingress_class_name = "breakwater";
    want.default_backend = Ingress::Backend{"", {}, "Bucket/b"};
    want.tls = {{{"a.example", "b.example"}, "cert"}, {}};
    want.rules = {{"a.example",
                   {{"/x", Ingress::PathType::exact, {"web", {"", 80}, ""}},
                    {"", Ingress::PathType::implementation_specific, {"api", {"http", 0}, ""}}}},
                  {}};
    EXPECT_EQ(got, want);
}

TEST(Parse, IngressClass) {
    const auto got = read<IngressClass>(R"({
        "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass",
        "metadata": {"name": "breakwater", "namespace": "ignored",
            "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}},
        "spec": {"controller": "breakwater.dev/ingress", "parameters": {"kind": "ConfigMap", "name": "c"}}})");
    EXPECT_EQ(got.meta.key(), (Key{"", "breakwater"}));
    EXPECT_EQ(got.controller, "breakwater.dev/ingress");
    EXPECT_TRUE(got.is_default);
    EXPECT_TRUE(got.has_parameters);
}

TEST(Parse, Service) {
    const auto got = read<Service>(R"({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1", "fd::1"],
            "ports": [{"port": 80, "targetPort": "http", "appProtocol": "kubernetes.io/h2c"},
                      {"name": "dns", "port": 53, "targetPort": 5353, "protocol": "UDP"}]}})");
    Service want;
    want.meta.namespace_name = "default";
    want.meta.name = "web";
    want.type = Service::Type::load_balancer;
    want.cluster_ips = {"10.0.0.1", "fd::1"};
    want.ports = {{"", 80, {"http", 0}, Protocol::tcp, "kubernetes.io/h2c"},
                  {"dns", 53, {"", 5353}, Protocol::udp, ""}};
    EXPECT_EQ(got, want);
}

TEST(Parse, ServiceOfOneAddress) {
    const auto got = read<Service>(R"({"apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "web"}, "spec": {"clusterIP": "None"}})");
    EXPECT_EQ(got.cluster_ips, std::vector<std::string>{"None"});
}

TEST(Parse, EndpointSlice) {
    const auto got = read<EndpointSlice>(R"({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv6",
        "metadata": {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}, "annotations": {
            "endpoints.kubernetes.io/last-change-trigger-time": "2026-01-01T00:00:00Z"}},
        "endpoints": [
            {"addresses": ["fd::1"], "zone": "z1", "hints": {"forZones": [{"name": "z2"}]}},
            {"addresses": ["fd::2"], "conditions": {"ready": false, "serving": true,
                                                    "terminating": true}},
            {"addresses": ["fd::3"], "conditions": {"ready": false}}],
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": ""}]})");
    EndpointSlice want;
    want.meta.namespace_name = "default";
    want.meta.name = "web-1";
    want.service_name = "web";
    want.address_type = EndpointSlice::AddressType::ipv6;
    want.endpoints = {{{"fd::1"}, true, true, false, {"z2"}},
                      {{"fd::2"}, false, true, true, {}},
                      {{"fd::3"}, false, false, false, {}}};
    want.ports = {{"http", 8080, Protocol::tcp}, {}};
    EXPECT_EQ(got, want);
}

TEST(Parse, Secret) {
    const auto got =
        read<Secret>(R"({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"},
        "data": {"a": "Zm9v", "b": "YmFy", "none": null}, "stringData": {"b": "plain"}})");
    EXPECT_EQ(got.data, (Texts{{"a", "foo"}, {"b", "plain"}, {"none", ""}}));
}

TEST(Parse, ConfigMap) {
    const auto got = read<ConfigMap>(R"({"apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "c"}, "data": {"use-gzip": "true", "managedFields": "stays"},
        "binaryData": {"x": 1}})");
    EXPECT_EQ(got.data, (Texts{{"managedFields", "stays"}, {"use-gzip", "true"}}));
}

struct MistakeCase {
    const char* name;
    const char* source;
    std::string object;  ///< beside kind and metadata.name, unless it has its own
    const char* field;
    const char* text;
};

const char* const kApi = "Kubernetes API reference";
const std::string kIngress = R"("apiVersion": "networking.k8s.io/v1", "kind": "Ingress", )";
const std::string kService = R"("apiVersion": "v1", "kind": "Service", )";
const std::string kSecret = R"("apiVersion": "v1", "kind": "Secret", )";
const std::string kNamed = R"("metadata": {"name": "x"}, )";

std::string path_of(const std::string& members) {
    return kIngress + kNamed + R"("spec": {"rules": [{"http": {"paths": [{)" + members + "}]}}]}";
}
const std::string kBackend = R"("backend": {"service": {"name": "w", "port": {"number": 1}}})";

const MistakeCase kMistakes[] = {
    {"foreign_kind", kApi, R"("apiVersion": "apps/v1", "kind": "Deployment")", "kind",
     "is none that Breakwater reads"},
    {"foreign_group", kApi, R"("apiVersion": "serving.knative.dev/v1", "kind": "Service")", "kind",
     "is none that Breakwater reads"},
    {"old_version", kApi, R"("apiVersion": "networking.k8s.io/v1beta1", "kind": "Ingress")",
     "apiVersion", "must be networking.k8s.io/v1"},
    {"no_metadata", kApi, kService + R"("spec": {})", "metadata.name", "is missing"},
    {"metadata_list", kApi, kService + R"("metadata": [])", "metadata", "must be an object"},
    {"name_number", kApi, kService + R"("metadata": {"name": 1})", "metadata.name",
     "must be a string"},
    {"annotation_flag", "YAML: true is no string",
     kIngress + R"("metadata": {"name": "x", "annotations": {"a/b": true}})",
     "metadata.annotations.a/b", "must be a string"},
    {"created_never", kApi, kService + R"("metadata": {"name": "x", "creationTimestamp": "no"})",
     "metadata.creationTimestamp", "must be a time as in RFC 3339"},
    {"spec_text", kApi, kIngress + kNamed + R"("spec": "x")", "spec", "must be an object"},
    {"rules_object", kApi, kIngress + kNamed + R"("spec": {"rules": {}})", "spec.rules",
     "must be a list"},
    {"path_type_missing", "networking.k8s.io/v1 HTTPIngressPath", path_of(kBackend),
     "spec.rules[0].http.paths[0].pathType", "is missing"},
    {"path_type_unknown", "networking.k8s.io/v1 HTTPIngressPath",
     path_of(R"("pathType": "Regex", )" + kBackend), "spec.rules[0].http.paths[0].pathType",
     "must be one of Exact, Prefix, ImplementationSpecific"},
    {"backend_missing", "networking.k8s.io/v1 HTTPIngressPath", path_of(R"("pathType": "Exact")"),
     "spec.rules[0].http.paths[0].backend", "is missing"},
    {"backend_of_both", "networking.k8s.io/v1 IngressBackend",
     path_of(R"("pathType": "Exact", "backend": {"service": {"name": "a"},
                "resource": {"kind": "B", "name": "b"}})"),
     "spec.rules[0].http.paths[0].backend", "must name a service or a resource, not both"},
    {"port_too_large", kApi,
     kService + kNamed + R"("spec": {"ports": [{"port": 1}, {"port": 65536}]})",
     "spec.ports[1].port", "must be a port number, 1 to 65535"},
    {"port_negative", kApi, kService + kNamed + R"("spec": {"ports": [{"port": -1}]})",
     "spec.ports[0].port", "must be a port number, 1 to 65535"},
    {"port_text", kApi, kService + kNamed + R"("spec": {"ports": [{"port": "80"}]})",
     "spec.ports[0].port", "must be a port number, 1 to 65535"},
    {"port_missing", kApi, kService + kNamed + R"("spec": {"ports": [{}]})", "spec.ports[0].port",
     "is missing"},
    {"service_type", kApi, kService + kNamed + R"("spec": {"type": "Magic"})", "spec.type",
     "must be one of ClusterIP, NodePort, LoadBalancer, ExternalName"},
    {"ready_text", "discovery.k8s.io/v1 EndpointConditions",
     R"("apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", )" +
         kNamed + R"("endpoints": [{"conditions": {"ready": "yes"}}])",
     "endpoints[0].conditions.ready", "must be true or false"},
    {"secret_not_base64", kApi, kSecret + kNamed + R"("data": {"tls.key": "hunter2!"})",
     "data.tls.key", "is not Base64"},
};

class MistakeTest : public testing::TestWithParam<MistakeCase> {};

TEST_P(MistakeTest, NamesTheField) {
    SCOPED_TRACE(GetParam().source);
    const Parsed parsed = parse("{" + GetParam().object + "}");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error(), (Mistake{GetParam().field, GetParam().text}));
}

INSTANTIATE_TEST_SUITE_P(Rules, MistakeTest, testing::ValuesIn(kMistakes),
                         [](const auto& info) { return info.param.name; });

TEST(Parse, WhateverIsNoObject) {
    for (const char* text : {"null", "1", "[]", "\"x\"", "{}"}) {
        const json value = *parse_json(text);
        EXPECT_FALSE(parse_object(value)) << text;
        for (std::size_t kind = 0; kind < kKinds; ++kind) {
            EXPECT_FALSE(parse_as(static_cast<Kind>(kind), value)) << text;
        }
    }
}

TEST(Parse, NumbersFromOtherMakersThanText) {
    json service =
        *parse_json(R"({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}})");
    service["spec"]["ports"] = json::array({{{"port", std::int64_t{80}}}});
    EXPECT_TRUE(parse_object(service));
}

TEST(ParseJson, DropsManagedFieldsOnly) {
    EXPECT_EQ(parse_json(R"({"items": [{"metadata": {"managedFields": [{}], "name": "a"}},
                                       {"data": {"managedFields": "b"}}]})")
                  ->dump(),
              R"({"items":[{"metadata":{"name":"a"}},{"data":{"managedFields":"b"}}]})");
    EXPECT_FALSE(parse_json("{"));
    EXPECT_FALSE(parse_json(""));
    EXPECT_FALSE(parse_json("{} {}"));
    EXPECT_FALSE(parse_json("\"\xff\""));
}

TEST(ParseJson, KeepsToItsBounds) {
    const JsonBounds bounds{.depth = 2, .values = 5};
    EXPECT_TRUE(parse_json(R"({"a": [1, 2, {}]})", bounds));
    EXPECT_FALSE(parse_json(R"({"a": [1, 2, 3, 4]})", bounds)) << "a value more";
    EXPECT_FALSE(parse_json(R"({"a": [{"b": 1}]})", bounds)) << "a level more";
    EXPECT_FALSE(parse_json(std::string(1 << 20, '['), bounds));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
    EXPECT_FALSE(parse_json(deep + "1" + std::string(100'000, '}'), bounds));
}

TEST(KeyIn, BrokenObjects) {
    const auto key = [](const char* text) { return key_in(Kind::service, *parse_json(text)); };
    EXPECT_EQ(key(R"({"metadata": {"namespace": "a", "name": "b"}})"), (Key{"a", "b"}));
    EXPECT_EQ(key(R"({"metadata": {"namespace": 1, "name": "b"}})"), (Key{"default", "b"}));
    EXPECT_EQ(key(R"({"metadata": "b"})"), (Key{"default", ""}));
    EXPECT_EQ(key("[]"), Key{});
}

TEST(UnwrapList, ListsAndOthers) {
    const json list = *parse_json(R"({"kind": "List", "items": [{"kind": "A"}, {"kind": "B"}]})");
    ASSERT_EQ(unwrap_list(list).size(), 2U);
    EXPECT_EQ((*unwrap_list(list)[1])["kind"], "B");
    const json single = *parse_json(R"({"kind": "Service", "items": []})");
    EXPECT_EQ(unwrap_list(single), std::vector<const json*>{&single});
    EXPECT_TRUE(unwrap_list(json()).empty());
}

}  // namespace
}  // namespace breakwater::kube
