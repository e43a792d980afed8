// Single calls: what is sent, and what becomes of each kind of answer.

#include "controller/kube/api_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "controller/kube/reflector_fixture.h"

namespace breakwater::kube {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using End = FakeReply::End;
using Cause = Trouble::Cause;

const Place kStatus{kIngresses, "shop", "a/b", "status"};
const Place kAll{kIngresses, "shop", {}, {}};

Access access_to(const FakeApi& api) {
    Access access;
    access.cluster.url = api.url();
    access.user.token = "secret";
    return access;
}

/// One client of one server.
struct Caller {
    explicit Caller(std::vector<FakeReply> replies, Duration time_limit = 10s)
        : api(std::move(replies)), credentials(access_to(api)), client(credentials, time_limit) {}

    FakeRequest only_request() { return api.wait_for(1).at(0); }

    FakeApi api;
    Credentials credentials;
    ApiClient client;
    std::stop_source stop;
};

struct Sent {
    const char* name;
    ApiClient::Answer (*call)(Caller&);
    FakeRequest want;
};

const Sent kSent[] = {
    {"get",
     [](Caller& c) { return c.client.get(kStatus, c.stop.get_token()); },
     {"GET", "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/a%2Fb/status", {}, {}, {}}},
    {"list",
     [](Caller& c) { return c.client.list(kAll, "a=b", 7, c.stop.get_token()); },
     {"GET",
      "/apis/networking.k8s.io/v1/namespaces/shop/ingresses?limit=7&labelSelector=a%3Db",
      {},
      {},
      {}}},
    {"create",
     [](Caller& c) { return c.client.create(kAll, {{"a", 1}}, c.stop.get_token()); },
     {"POST",
      "/apis/networking.k8s.io/v1/namespaces/shop/ingresses",
      {},
      "application/json",
      R"({"a":1})"}},
    {"replace",
     [](Caller& c) { return c.client.replace(kStatus, {{"a", 1}}, c.stop.get_token()); },
     {"PUT",
      "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/a%2Fb/status",
      {},
      "application/json",
      R"({"a":1})"}},
    {"merge_patch",
     [](Caller& c) {
         return c.client.patch(kStatus, PatchKind::merge, {{"a", nullptr}}, c.stop.get_token());
     },
     {"PATCH",
      "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/a%2Fb/status",
      {},
      "application/merge-patch+json",
      R"({"a":null})"}},
    {"json_patch",
     [](Caller& c) {
         return c.client.patch(kStatus, PatchKind::json, json::array(), c.stop.get_token());
     },
     {"PATCH",
      "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/a%2Fb/status",
      {},
      "application/json-patch+json",
      "[]"}},
};

class SentTest : public testing::TestWithParam<Sent> {};

TEST_P(SentTest, IsWhatTheApiWants) {
    Caller caller({{.body = R"({"kind":"Ingress"})", .status = 201, .fields = {}}});
    const auto answer = GetParam().call(caller);
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->at("kind"), "Ingress");
    const FakeRequest request = caller.only_request();
    const FakeRequest& want = GetParam().want;
    EXPECT_EQ(request.method, want.method);
    EXPECT_EQ(request.target, want.target);
    EXPECT_EQ(request.authorization, "Bearer secret");
    EXPECT_EQ(request.content_type, want.content_type);
    EXPECT_EQ(request.body, want.body);
}

INSTANTIATE_TEST_SUITE_P(All, SentTest, testing::ValuesIn(kSent),
                         [](const auto& of) { return std::string(of.param.name); });

struct Failure {
    const char* name;
    const char* source;
    FakeReply reply;
    Cause cause;
    const char* reason;
    const char* text;
};

const char* const kSeen = "kube-apiserver 1.35 answers so";
const char* const kLies = "a server is never trusted";

const Failure kFailures[] = {
    {"conflict", kSeen, refusal(409, "Conflict"), Cause::server, "Conflict", "409 Conflict: why"},
    {"exists", kSeen, refusal(409, "AlreadyExists"), Cause::server, "AlreadyExists",
     "409 AlreadyExists: why"},
    {"not_found", kSeen, refusal(404, "NotFound"), Cause::server, "NotFound", "404 NotFound: why"},
    {"forbidden", kSeen, refusal(403, "Forbidden"), Cause::forbidden, "Forbidden",
     "missing right: patch ingresses.networking.k8s.io/status in namespace shop: why"},
    {"overload", kSeen, refusal(429, "TooManyRequests", "Retry-After: 3\r\n"), Cause::server,
     "TooManyRequests", "429 TooManyRequests: why"},
    {"no_status",
     kLies,
     {.body = "<html>", .status = 502, .fields = {}},
     Cause::server,
     "",
     "the answer was 502"},
    {"no_json", kLies, stream("<html>"), Cause::garbled, "", "the answer is no JSON"},
    {"too_large", kLies, stream(std::string(ApiClient::kMaxAnswerBytes + 1, ' ')), Cause::garbled,
     "", "the answer is too large"},
    {"cut", kLies, stream("{", End::cut), Cause::unreachable, "", nullptr},
};

class FailureTest : public testing::TestWithParam<Failure> {};

TEST_P(FailureTest, SaysWhatIsToBeDone) {
    SCOPED_TRACE(GetParam().source);
    Caller caller({GetParam().reply});
    const auto answer =
        caller.client.patch(kStatus, PatchKind::merge, json::object(), caller.stop.get_token());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().cause, GetParam().cause);
    EXPECT_EQ(answer.error().reason, GetParam().reason);
    if (GetParam().text) EXPECT_EQ(answer.error().text, GetParam().text);
    const bool asked_to_wait = GetParam().reply.status == 429;
    EXPECT_EQ(answer.error().retry_after.has_value(), asked_to_wait);
}

INSTANTIATE_TEST_SUITE_P(All, FailureTest, testing::ValuesIn(kFailures),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(ApiClient, AsksOnceMoreAfterUnauthorized) {
    Caller caller({refusal(401, "Unauthorized"), stream("{}")});
    EXPECT_TRUE(caller.client.get(kAll, caller.stop.get_token()));
    EXPECT_EQ(caller.api.wait_for(2).size(), 2U);
}

TEST(ApiClient, DoesNotInsistAfterUnauthorized) {
    Caller caller({refusal(401, "Unauthorized"), refusal(401, "Unauthorized"), stream("{}")});
    const auto answer = caller.client.get(kAll, caller.stop.get_token());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().cause, Cause::refused);
}

TEST(ApiClient, EndsWithItsTimeLimit) {
    Caller caller({stream("", End::silent)}, 20ms);
    const auto answer = caller.client.get(kAll, caller.stop.get_token());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().cause, Cause::unreachable);
    EXPECT_EQ(answer.error().text, "it took too long");
}

TEST(ApiClient, EndsAtOnceWhenItIsToStop) {
    Caller caller({stream("", End::silent)}, 1h);
    std::jthread stopper([&] {
        caller.api.wait_for(1);
        caller.stop.request_stop();
    });
    EXPECT_FALSE(caller.client.get(kAll, caller.stop.get_token()));
}

}  // namespace
}  // namespace breakwater::kube
