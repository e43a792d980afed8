#include "proxy/admin/explanation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakwater::admin {
namespace {

Explanation example() {
    Explanation made;
    made.request = "GET https://shop.example/cart";
    made.answer = "goes to one of the endpoints";
    made.routed = true;
    made.rule = {"shop/web", "spec.rules[0].http.paths[1]", "shop.example", "Prefix", "/cart"};
    made.certificate = "shop/tls";
    made.service = "shop/cart:80";
    made.filters = {"hsts", "body_size"};
    made.endpoints = {"10.0.0.1:80", "10.0.0.2:80"};
    made.findings.push_back({.object = {"Ingress", "shop", "web"},
                             .field = "metadata.annotations[x]",
                             .text = "has no effect"});
    made.others.push_back(
        {{"shop/web", "spec.rules[0].http.paths[0]", "shop.example", "Prefix", "/"},
         "a longer path goes first"});
    return made;
}

TEST(Explanation, AsText) {
    EXPECT_EQ(to_text(example()),
              "GET https://shop.example/cart\n"
              "  answer      goes to one of the endpoints\n"
              "  Ingress     shop/web, spec.rules[0].http.paths[1]\n"
              "  rule        Prefix /cart of shop.example\n"
              "  certificate shop/tls\n"
              "  service     shop/cart:80\n"
              "  filters     hsts, body_size\n"
              "  endpoints   10.0.0.1:80, 10.0.0.2:80\n"
              "warning: Ingress shop/web, metadata.annotations[x]: has no effect\n"
              "others that match:\n"
              "  Ingress shop/web, spec.rules[0].http.paths[0]: Prefix / of shop.example: a longer "
              "path goes first\n");
}

TEST(Explanation, AsTextWhereNothingDecides) {
    Explanation refused;
    refused.request = "GET http:///";
    refused.answer = "400 (bad_host)";
    EXPECT_EQ(to_text(refused), "GET http:///\n  answer      400 (bad_host)\n");
}

TEST(Explanation, AsJson) {
    const auto json = nlohmann::json::parse(to_json(example()));
    EXPECT_EQ(json["rule"]["field"], "spec.rules[0].http.paths[1]");
    EXPECT_EQ(json["endpoints"].size(), 2U);
    EXPECT_EQ(json["others"][0]["why"], "a longer path goes first");
    EXPECT_EQ(json["findings"][0]["severity"], "warning");
}

}  // namespace
}  // namespace breakwater::admin
