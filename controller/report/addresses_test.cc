// Which addresses a Service, a node or a flag stands for, and what makes a replica.

#include "controller/report/addresses.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/report/replicas.h"

namespace breakwater::report {
namespace {

using nlohmann::json;

constexpr const char* kIngressNginx = "ingress-nginx 1.15, ingress/status";

struct Case {
    const char* name;
    const char* service;
    const char* want;  ///< as for the log
};

const Case kServices[] = {
    {"load_balancer",
     R"({"spec":{"type":"LoadBalancer","clusterIP":"10.0.0.1"},)"
     R"("status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"},{"hostname":"lb.test"}]}}})",
     "lb.test, 192.0.2.1"},
    {"load_balancer_and_external_ips",
     R"({"spec":{"type":"LoadBalancer","externalIPs":["192.0.2.1","192.0.2.2"]},)"
     R"("status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}})",
     "192.0.2.1, 192.0.2.2"},
    {"load_balancer_without_address",
     R"({"spec":{"type":"LoadBalancer","clusterIP":"10.0.0.1"},"status":{"loadBalancer":{}}})", ""},
    {"node_port", R"({"spec":{"type":"NodePort","clusterIP":"10.0.0.1"}})", "10.0.0.1"},
    {"node_port_with_external_ips",
     R"({"spec":{"type":"NodePort","clusterIP":"10.0.0.1","externalIPs":["192.0.2.1"]}})",
     "192.0.2.1"},
    {"cluster_ip",
     R"({"spec":{"type":"ClusterIP","clusterIP":"10.0.0.1","externalIPs":["192.0.2.1"]}})",
     "10.0.0.1"},
    {"headless", R"({"spec":{"clusterIP":"None"}})", ""},
    {"external_name", R"({"spec":{"type":"ExternalName","externalName":"x.test"}})", "x.test"},
    {"nonsense", R"({"spec":[]})", ""},
};

class ServiceAddressesTest : public testing::TestWithParam<Case> {};

TEST_P(ServiceAddressesTest, AreThose) {
    SCOPED_TRACE(kIngressNginx);
    EXPECT_EQ(to_string(addresses_of_service(json::parse(GetParam().service))), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Rules, ServiceAddressesTest, testing::ValuesIn(kServices),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(Addresses, OfAList) {
    const Addresses want{{{}, "lb.test"}, {"192.0.2.1", {}}, {"2001:db8::1", {}}};
    EXPECT_EQ(addresses_of_list("2001:db8::1, 192.0.2.1,,lb.test,192.0.2.1"), want);
    EXPECT_EQ(addresses_of_list(""), Addresses{});
}

TEST(Addresses, OfANode) {
    const json both = json::parse(
        R"({"status":{"addresses":[{"type":"Hostname","address":"n"},)"
        R"({"type":"InternalIP","address":"10.0.0.1"},{"type":"ExternalIP","address":"192.0.2.1"}]}})");
    EXPECT_EQ(address_of_node(both, false), "192.0.2.1");
    EXPECT_EQ(address_of_node(both, true), "10.0.0.1");
    const json internal =
        json::parse(R"({"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}})");
    EXPECT_EQ(address_of_node(internal, false), "10.0.0.1");
    EXPECT_EQ(address_of_node(json::object(), false), "");
}

TEST(Addresses, AreWrittenAsTheApiHasThem) {
    EXPECT_EQ(load_balancer_of({{{}, "lb.test"}, {"192.0.2.1", {}}}).dump(),
              R"({"ingress":[{"hostname":"lb.test"},{"ip":"192.0.2.1"}]})");
    EXPECT_EQ(load_balancer_of({}).dump(), "{}");
}

TEST(Replicas, HaveTheLabelsOfNoGeneration) {
    EXPECT_EQ(selector_of(json::parse(
                  R"({"metadata":{"labels":{"app":"a","pod-template-hash":"1","tier":"b"}}})")),
              "app=a,tier=b");
    EXPECT_EQ(selector_of(json::object()), "");
}

struct PodCase {
    const char* name;
    const char* pod;
    bool ready;
    bool serves;
};

const PodCase kPods[] = {
    {"ready", R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})",
     true, true},
    {"not_ready",
     R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}]}})", false,
     true},
    {"being_made", R"({"status":{"phase":"Pending"}})", false, true},
    {"being_deleted",
     R"({"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Running"}})",
     false, false},
    {"ended", R"({"status":{"phase":"Succeeded"}})", false, false},
    {"evicted", R"({"status":{"phase":"Failed"}})", false, false},
};

class ReplicaTest : public testing::TestWithParam<PodCase> {};

TEST_P(ReplicaTest, Counts) {
    const Replica replica = read_replica(json::parse(GetParam().pod));
    EXPECT_EQ(replica.ready, GetParam().ready);
    EXPECT_EQ(replica.serves, GetParam().serves);
}

INSTANTIATE_TEST_SUITE_P(Pods, ReplicaTest, testing::ValuesIn(kPods),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace breakwater::report
