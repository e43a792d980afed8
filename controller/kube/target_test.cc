#include "controller/kube/target.h"

#include <gtest/gtest.h>

namespace breakwater::kube {
namespace {

TEST(Target, ListsByKind) {
    const std::pair<Kind, const char*> cases[] = {
        {Kind::ingress, "/apis/networking.k8s.io/v1/ingresses?limit=500"},
        {Kind::ingress_class, "/apis/networking.k8s.io/v1/ingressclasses?limit=500"},
        {Kind::service, "/api/v1/services?limit=500"},
        {Kind::endpoint_slice, "/apis/discovery.k8s.io/v1/endpointslices?limit=500"},
        {Kind::secret, "/api/v1/secrets?fieldSelector=type%21%3Dhelm.sh%2Frelease.v1&limit=500"},
        {Kind::config_map, "/api/v1/configmaps?limit=500"},
        {Kind::name_space, "/api/v1/namespaces?limit=500"},
    };
    for (const auto& [kind, want] : cases) {
        EXPECT_EQ(list_path({.kind = kind, .namespace_name = {}, .name = {}}, 500, ""), want);
    }
}

TEST(Target, ListsANamespaceAndAPage) {
    EXPECT_EQ(list_path({.kind = Kind::service, .namespace_name = "shop", .name = {}}, 5, "e=/+"),
              "/api/v1/namespaces/shop/services?limit=5&continue=e%3D%2F%2B");
}

TEST(Target, WatchesOneObject) {
    EXPECT_EQ(watch_path({.kind = Kind::config_map, .namespace_name = "shop", .name = "c"}, "7",
                         std::chrono::seconds(400)),
              "/api/v1/namespaces/shop/configmaps?fieldSelector=metadata.name%3Dc&watch=1"
              "&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=400");
}

TEST(Target, SelectsByLabels) {
    EXPECT_EQ(list_path({.kind = Kind::name_space,
                         .namespace_name = {},
                         .name = {},
                         .label_selector = "team in (a,b),!old"},
                        500, ""),
              "/api/v1/namespaces?labelSelector=team%20in%20%28a%2Cb%29%2C%21old&limit=500");
}

TEST(Target, IsSaid) {
    EXPECT_EQ((Target{.kind = Kind::secret, .namespace_name = {}, .name = {}}).to_string(),
              "Secret");
    EXPECT_EQ((Target{.kind = Kind::config_map, .namespace_name = "a", .name = "b"}).to_string(),
              "ConfigMap a/b");
}

}  // namespace
}  // namespace breakwater::kube
