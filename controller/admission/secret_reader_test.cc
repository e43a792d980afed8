#include "controller/admission/secret_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "controller/kube/fake_api.h"

namespace breakwater::admission {
namespace {

using kube::FakeApi;
using kube::FakeReply;
using kube::FakeRequest;

using Keys = std::vector<kube::Key>;

kube::Access access_to(const FakeApi& api) {
    kube::Access access;
    access.cluster.url = api.url();
    return access;
}

std::string name_in(const FakeRequest& request) {
    return request.target.substr(request.target.rfind('/') + 1);
}

/// `there`, `broken`, and others that are not.
FakeReply healthy(const FakeRequest& request) {
    const std::string name = name_in(request);
    if (name != "there" && name != "broken") {
        return {.body = R"({"reason":"NotFound","code":404})", .status = 404, .fields = {}};
    }
    const char* const data = name == "there" ? R"({"k":"Zm9v"})" : "[]";
    return {.body = fmt::format(R"({{"metadata":{{"namespace":"shop","name":"{}"}},"data":{}}})",
                                name, data),
            .fields = {}};
}

TEST(SecretReader, TellsWhatIsThereFromWhatIsNot) {
    const FakeApi api(healthy);
    SecretReader reader(access_to(api));
    const FetchedSecrets got =
        reader.read({{"shop", "there"}, {"shop", "nowhere"}, {"shop", "broken"}});
    ASSERT_EQ(got.found.size(), 1U);
    EXPECT_EQ(kube::meta_of(got.found.front()).name, "there");
    EXPECT_EQ(got.unread, (Keys{{"shop", "broken"}}));
}

TEST(SecretReader, WhatIsRefusedIsUnread) {
    const FakeApi api([](const FakeRequest&) {
        return FakeReply{
            .body = R"({"reason":"Forbidden","code":403})", .status = 403, .fields = {}};
    });
    SecretReader reader(access_to(api));
    EXPECT_EQ(reader.read({{"shop", "there"}}).unread, (Keys{{"shop", "there"}}));
}

TEST(SecretReader, AsksForNoMoreThanItsBound) {
    FakeApi api(healthy);
    SecretReader reader(access_to(api));
    Keys many;
    for (std::size_t i = 0; i <= SecretReader::kMostSecrets; ++i) {
        many.push_back({"shop", fmt::format("secret-{:02}", i)});
    }
    EXPECT_EQ(reader.read(many).unread, (Keys{many.back()}));
    EXPECT_EQ(api.wait_for(SecretReader::kMostSecrets).size(), SecretReader::kMostSecrets);
}

TEST(SecretReader, IsBackInTime) {
    FakeApi api(std::vector<FakeReply>{});  // silent
    SecretReader reader(access_to(api));
    const Keys all{{"shop", "a"}, {"shop", "b"}, {"shop", "c"}};
    EXPECT_EQ(reader.read(all).unread, all);
    EXPECT_LE(api.wait_for(1).size(),
              2U);  // each waits for half of the time, and there is no third half
}

}  // namespace
}  // namespace breakwater::admission
