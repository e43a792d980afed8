// Which filters a location has, and that they stand in their order.

#include "proxy/filters/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace breakwater::filters {
namespace {

using testing::ElementsAre;

class ChainTest : public testing::Test {
protected:
    ChainTest() {
        location.origin.service = "web";
        backend.endpoints.push_back({{IpAddress::v4({10, 0, 0, 1}), 80}});
    }

    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const FilterPtr& filter : make_chain({host, location, &backend})) {
            all.emplace_back(filter->name());
        }
        return all;
    }

    table::Host host;
    table::Location location;
    table::Backend backend;
};

TEST_F(ChainTest, WhatNobodyAskedForIsNotThere) {
    EXPECT_THAT(names(), ElementsAre("hsts", "body_size"));  // both on by default
    location.policies.hsts.enabled = false;
    location.policies.body_size.max_bytes = 0;
    EXPECT_THAT(names(), ElementsAre());
}

TEST_F(ChainTest, AllOfThemStandInTheirOrder) {
    host.certificate = std::make_shared<table::Certificate>();
    host.policies.client_certificate.unusable = true;
    location.policies.grpc_web.enabled = true;
    location.policies.backend_protocol.protocol = table::BackendProtocol::grpc;
    location.policies.redirect.url = "https://elsewhere.test/";
    location.policies.https_redirect.enabled = true;
    backend.endpoints.clear();
    EXPECT_THAT(names(),
                ElementsAre("hsts", "misdirected", "client_certificate", "grpc_web", "redirect",
                            "https_redirect", "ready_endpoint", "body_size", "grpc_web_text"));
}

TEST_F(ChainTest, GrpcWebIsForPodsOfGrpc) {
    location.policies.grpc_web.enabled = true;
    EXPECT_THAT(names(), ElementsAre("hsts", "body_size"));
}

}  // namespace
}  // namespace breakwater::filters
