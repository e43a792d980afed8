// What `breakwater explain` says of a request, by manifests.

#include "cmd/breakwater/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace breakwater::cmd {
namespace {

using testing::HasSubstr;

constexpr const char* kIngressApi = "Ingress v1 API, path types and multiple matches";
constexpr const char* kWildcards = "Ingress v1 API, hostname wildcards";
constexpr const char* kConflicts = "reference 7.3";
constexpr const char* kRequestOrder = "reference 2";

constexpr const char* kObjects = R"(
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {ports: [{port: 80}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: 8080}]
endpoints: [{addresses: [10.0.0.1]}, {addresses: [10.0.0.2]}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
spec:
  ingressClassName: nginx
  rules:
  - host: a.example
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /cart, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /cart, pathType: Exact, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /cart, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: late, namespace: shop, creationTimestamp: "2026-02-01T00:00:00Z"}
spec:
  ingressClassName: nginx
  rules:
  - host: a.example
    http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
  - host: "*.example"
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
  - http: {paths: [{path: /any, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: foreign, namespace: shop}
spec:
  ingressClassName: other
  rules:
  - host: a.example
    http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: moved, namespace: shop, annotations: {nginx.ingress.kubernetes.io/permanent-redirect: "https://b.example/"}}
spec:
  ingressClassName: nginx
  rules:
  - host: moved.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: missing, port: {number: 80}}}}]}
---
{apiVersion: v1, kind: Service, metadata: {name: outside, namespace: shop}, spec: {type: ExternalName, externalName: api.example.org}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: outside, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: outside.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: outside, port: {number: 443}}}}]}
)";

class ExplainTest : public testing::Test {
protected:
    ExplainTest() {
        std::string pattern = testing::TempDir() + "explain-XXXXXX";
        dir = ::mkdtemp(pattern.data());
        std::ofstream(dir + "/all.yaml") << kObjects;
    }
    ~ExplainTest() override { std::filesystem::remove_all(dir); }

    [[nodiscard]] std::expected<std::string, std::string> ask(
        const std::string& url, const std::vector<std::string>& headers = {},
        const std::string& method = "GET") const {
        Options options = flags;
        options.explain = ExplainCommand{
            .url = url, .method = method, .headers = headers, .from = {.paths = {dir}}};
        return explain(options);
    }

    std::string dir;
    Options flags;
};

struct Case {
    const char* name;
    const char* source;
    const char* url;
    std::vector<const char*> says;
};

const Case kCases[] = {
    {"longest_prefix",
     kIngressApi,
     "http://a.example/cart/1",
     {"answer      goes to one of the endpoints\n",
      "Ingress     shop/site, spec.rules[0].http.paths[1]\n",
      "rule        Prefix /cart of a.example\n", "service     shop/web:80\n",
      "filters     hsts, body_size\n", "endpoints   10.0.0.1:8080, 10.0.0.2:8080\n",
      "shop/site, spec.rules[0].http.paths[0]: Prefix / of a.example: a longer path goes first\n"}},
    {"exact_first",
     kIngressApi,
     "http://a.example/cart",
     {"Ingress     shop/site, spec.rules[0].http.paths[2]\n",
      "paths[1]: Prefix /cart of a.example: an Exact path goes before a Prefix\n"}},
    {"lost_conflict",
     kConflicts,
     "http://a.example/cart/1",
     {"Ingress shop/late, spec.rules[0].http.paths[0]: Prefix /cart of a.example: "
      "spec.rules[0].http.paths[0]: the Ingress shop/site goes first"}},
    {"lost_to_itself",
     kConflicts,
     "http://a.example/cart/1",
     {"Ingress shop/site, spec.rules[0].http.paths[3]: Prefix /cart of a.example: "
      "spec.rules[0].http.paths[3]: an earlier rule of this Ingress has the same host"}},
    {"behind_an_exact_host",
     kWildcards,
     "http://a.example/any",
     {"Ingress shop/late, spec.rules[1].http.paths[0]: Prefix / of *.example: an exact host goes "
      "before a wildcard",
      "Ingress shop/late, spec.rules[2].http.paths[0]: Prefix /any of all other hosts: a rule "
      "without a host counts for hosts that no rule names\n"}},
    {"wildcard",
     kWildcards,
     "http://b.example/",
     {"Ingress     shop/late, spec.rules[1].http.paths[0]\n"}},
    {"another_class",
     kConflicts,
     "http://a.example/cart/1",
     {"Ingress shop/foreign, spec.rules[0].http.paths[0]: Prefix /cart of a.example: the Ingress "
      "is of no class of ours\n"}},
    {"nothing_matches",
     kIngressApi,
     "http://b.test/",
     {"answer      404 by ready_endpoint (no_route)\n", "Ingress     none\n",
      "rule        no path of all other hosts matches\n"}},
    {"a_filter_answers",
     kRequestOrder,
     "http://moved.example/x",
     {"answer      301 by redirect, Location: https://b.example/\n", "Ingress     shop/moved, ",
      "the Service shop/missing does not exist"}},
    {"a_name",
     "docs/decisions/external_name.md",
     "http://outside.example/",
     {"service     shop/outside:443\n", "endpoints   api.example.org:443\n"}},
    {"refused_before",
     "docs/decisions/path_normalisation.md",
     "http://a.example/%00",
     {"answer      400 (bad_target"}},
};

TEST_F(ExplainTest, SaysWhatDecidesAndWhyOthersDoNot) {
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.name);
        SCOPED_TRACE(c.source);
        const auto text = ask(c.url);
        ASSERT_TRUE(text.has_value()) << text.error();
        for (const char* part : c.says) EXPECT_THAT(*text, HasSubstr(part));
    }
}

TEST_F(ExplainTest, SaysWhichFlagLeavesAnIngressOut) {
    flags.translation.disable_catch_all = true;
    const auto text = ask("http://a.example/cart/1");
    ASSERT_TRUE(text.has_value()) << text.error();
    EXPECT_THAT(*text, HasSubstr("Ingress shop/late, spec.rules[0].http.paths[0]: Prefix /cart of "
                                 "a.example: spec.rules[2].host: would answer for any host, which "
                                 "--disable-catch-all forbids"));
}

TEST_F(ExplainTest, SaysThatANamespaceIsNotSelected) {
    flags.translation.select_namespaces = true;
    const auto text = ask("http://a.example/cart/1");
    ASSERT_TRUE(text.has_value()) << text.error();
    EXPECT_THAT(*text, HasSubstr("Ingress shop/site, spec.rules[0].http.paths[1]: Prefix /cart of "
                                 "a.example: the namespace of the Ingress is not selected\n"));
}

TEST_F(ExplainTest, AHostFieldGoesBeforeTheUrls) {
    const auto text = ask("http://127.0.0.1:8080/cart", {"Host: a.example"});
    ASSERT_TRUE(text.has_value()) << text.error();
    EXPECT_THAT(*text, HasSubstr("Exact /cart of a.example"));
}

TEST_F(ExplainTest, TheMethodCounts) {
    const auto text = ask("http://a.example/", {}, "TRACE");
    ASSERT_TRUE(text.has_value()) << text.error();
    EXPECT_THAT(*text, HasSubstr("TRACE http://a.example/\n"));
    EXPECT_THAT(*text, HasSubstr("(method_refused"));
}

TEST_F(ExplainTest, WhatCannotBeAskedIsOneSentence) {
    EXPECT_EQ(ask("ftp://a.example/").error(), "ftp://a.example/ is no URL of http or https");
    EXPECT_EQ(ask("http://a.example/", {"nothing"}).error(),
              "\"nothing\" is not of the form Name: value");
}

TEST_F(ExplainTest, FilesThatCannotBeReadEndIt) {
    std::ofstream(dir + "/bad.yaml") << "a: [\n";
    EXPECT_THAT(ask("http://a.example/").error(), HasSubstr("/bad.yaml: "));
}

TEST_F(ExplainTest, WithoutARunningInstanceItSaysSo) {
    Options options;
    options.admin_port = 1;
    options.explain = ExplainCommand{.url = "http://a.example/"};
    EXPECT_EQ(explain(options).error(), "nobody answers at 127.0.0.1:1 (--admin-port)");
}

}  // namespace
}  // namespace breakwater::cmd
