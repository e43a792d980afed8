// Replicas that share one Secret, against an API server that keeps two objects.

#include "controller/admission/key_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "controller/kube/fake_api.h"
#include "proxy/base/crypto/base64.h"

namespace breakwater::admission {
namespace {

using namespace std::chrono_literals;
using kube::FakeReply;
using kube::FakeRequest;
using nlohmann::json;

FakeReply status(int code, const std::string& reason) {
    const json body{{"kind", "Status"}, {"message", "why"}, {"reason", reason}, {"code", code}};
    return {.body = body.dump(), .status = code, .fields = {}};
}

/// The Secret, empty at first, under optimistic concurrency, and the configuration.
class Store {
public:
    FakeReply answer(const FakeRequest& request) {
        const std::scoped_lock lock(mutex_);
        if (forbidden || (patch_forbidden && request.method == "PATCH")) {
            return status(403, "Forbidden");
        }
        json& object = request.target.contains("/secrets/") ? secret_ : configuration_;
        if (request.method == "PUT") {
            if (const auto faster = std::exchange(before_write, nullptr)) faster(object);
            json sent = json::parse(request.body);
            if (sent["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"]) {
                ++conflicts;
                return status(409, "Conflict");
            }
            object = std::move(sent);
            ++writes;
        }
        if (request.method == "PATCH") object = object.patch(json::parse(request.body));
        if (request.method != "GET")
            object["metadata"]["resourceVersion"] = std::to_string(++version_);
        return {.body = object.dump(), .fields = {}};
    }
    /// As somebody else would, between two looks.
    void put(const Keys& keys) {
        const std::scoped_lock lock(mutex_);
        put_keys(keys, secret_);
        secret_["metadata"]["resourceVersion"] = std::to_string(++version_);
    }
    json secret() {
        const std::scoped_lock lock(mutex_);
        return secret_;
    }
    json configuration() {
        const std::scoped_lock lock(mutex_);
        return configuration_;
    }

    std::atomic<bool> forbidden{false};
    std::atomic<bool> patch_forbidden{false};
    std::function<void(json&)>
        before_write;  ///< what somebody else does before the first one, once
    int writes = 0;
    int conflicts = 0;

private:
    std::mutex mutex_;
    int version_ = 1;
    json secret_{{"metadata", {{"name", "keys"}, {"resourceVersion", "1"}}}};
    json configuration_ =
        json::parse(R"({"metadata": {"name": "breakwater", "resourceVersion": "1"},
        "webhooks": [{"clientConfig": {"service": {"namespace": "ingress", "name": "web"}}}]})");
};

KeyPace quick() { return {.well = 5ms, .first = 1ms, .most = 2ms}; }

/// One replica, until its end.
class Replica {
public:
    explicit Replica(const kube::FakeApi& api)
        : credentials_(access_to(api)),
          keeper_(
              credentials_, {{"ingress", "keys"}, "breakwater"},
              [this](const Keys& keys) {
                  const std::scoped_lock lock(mutex_);
                  taken_.push_back(keys);
                  came_.notify_all();
              },
              quick()),
          thread_([this](const std::stop_token& stop) { keeper_.run(stop); }) {}

    /// The keys that it has taken, once there are that many.
    std::vector<Keys> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        came_.wait_for(lock, 10s, [&] { return taken_.size() >= count; });
        return taken_;
    }

private:
    static kube::Access access_to(const kube::FakeApi& api) {
        kube::Access access;
        access.cluster.url = api.url();
        return access;
    }

    kube::Credentials credentials_;
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<Keys> taken_;
    KeyKeeper keeper_;
    std::jthread thread_;
};

/// Until it is so; for what an API server is told.
bool eventually(const std::function<bool()>& so) {
    for (int i = 0; i < 2000 && !so(); ++i) std::this_thread::sleep_for(5ms);
    return so();
}

class KeyKeeperTest : public testing::Test {
protected:
    Store store_;
    kube::FakeApi api_{[this](const FakeRequest& request) { return store_.answer(request); }};
};

TEST_F(KeyKeeperTest, FillsTheSecretAndHasTheConfigurationTrustIt) {
    Replica replica(api_);
    const auto taken = replica.wait_for(1);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(keys_in(store_.secret())->own.chain_pem, taken[0].own.chain_pem);
    const std::string wanted = crypto::encode_base64(taken[0].authority.chain_pem);
    EXPECT_TRUE(eventually([&] {
        return store_.configuration()["webhooks"][0]["clientConfig"].value("caBundle", "") ==
               wanted;
    }));
}

TEST_F(KeyKeeperTest, ReplicasAgree) {
    Replica one(api_);
    Replica two(api_);
    const auto of_one = one.wait_for(1);
    const auto of_two = two.wait_for(1);
    ASSERT_EQ(of_one.size(), 1U);
    ASSERT_EQ(of_two.size(), 1U);
    EXPECT_EQ(of_one[0].own.chain_pem, of_two[0].own.chain_pem);
    EXPECT_EQ(store_.writes, 1);
}

TEST_F(KeyKeeperTest, WhoComesSecondTakesWhatTheFirstHasWritten) {
    const Keys first = make_keys({}, {"web.ingress.svc"}, system_clock().wall()).value();
    store_.before_write = [&](json& secret) {
        put_keys(first, secret);
        secret["metadata"]["resourceVersion"] = "of the first";
    };
    Replica replica(api_);
    const auto taken = replica.wait_for(1);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].own.chain_pem, first.own.chain_pem);
    EXPECT_EQ(store_.conflicts, 1);
    EXPECT_EQ(store_.writes, 0);
}

TEST_F(KeyKeeperTest, GoesOnOnceItMay) {
    store_.forbidden = true;
    Replica replica(api_);
    api_.wait_for(3);
    store_.forbidden = false;
    EXPECT_EQ(replica.wait_for(1).size(), 1U);
}

TEST_F(KeyKeeperTest, ShowsNothingOfAnotherAuthorityBeforeItIsTrusted) {
    Replica replica(api_);
    const Keys first = replica.wait_for(1).at(0);
    const auto bundle = [&] {
        return store_.configuration()["webhooks"][0]["clientConfig"].value("caBundle", "");
    };
    ASSERT_TRUE(eventually([&] { return !bundle().empty(); }));
    store_.patch_forbidden = true;
    Keys second = make_keys({}, {"web.ingress.svc"}, system_clock().wall()).value();
    second.authority_before = first.authority.chain_pem;
    store_.put(second);
    api_.wait_for(api_.wait_for(0).size() + 10);  // a look asks for three things
    EXPECT_EQ(bundle(), crypto::encode_base64(first.authority.chain_pem));
    ASSERT_EQ(replica.wait_for(1).size(), 1U) << "the first is shown on";

    store_.patch_forbidden = false;
    EXPECT_EQ(replica.wait_for(2).at(1).own.chain_pem, second.own.chain_pem);
    EXPECT_EQ(bundle(),
              crypto::encode_base64(second.authority.chain_pem + first.authority.chain_pem));
}

}  // namespace
}  // namespace breakwater::admission
