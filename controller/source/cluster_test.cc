#include "controller/source/cluster.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "controller/kube/fake_api.h"
#include "controller/source/read_once.h"

namespace breakwater::source {
namespace {

using namespace std::chrono_literals;
using kube::FakeApi;
using kube::FakeReply;
using kube::FakeRequest;

/// Waits for what a snapshot shall show.
class Watcher : public Listener {
public:
    void on_change() override {
        const std::scoped_lock lock(mutex_);
        ++changes_;
        changed_.notify_all();
    }
    /// @return the snapshot that fulfils it, or the last one after too much time.
    Snapshot wait_for(const Source& source, const std::function<bool(const Snapshot&)>& wanted) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        for (;;) {
            std::unique_lock lock(mutex_);
            const int before = changes_;
            lock.unlock();
            Snapshot now = source.snapshot();
            if (wanted(now)) return now;
            lock.lock();
            if (!changed_.wait_until(lock, end, [&] { return changes_ != before; })) return now;
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int changes_ = 0;
};

kube::Keys named(std::initializer_list<kube::Key> all) {
    kube::Keys out;
    for (const kube::Key& key : all) out.put(key);
    return out;
}

bool waits_for_names(const Snapshot& snapshot) {
    return snapshot.extent == Extent::all_but_secrets;
}
bool synced(const Snapshot& snapshot) { return snapshot.synced(); }

std::string object(std::string_view name) {
    return fmt::format(R"({{"metadata":{{"namespace":"shop","name":"{}","resourceVersion":"1"}},)"
                       R"("addressType":"IPv4"}})",
                       name);
}

/// Every list has one object, named after its kind; every watch lasts.
FakeReply healthy(const FakeRequest& request) {
    if (request.target.contains("watch=1"))
        return {.body = {}, .end = FakeReply::End::hang, .fields = {}};
    const std::string path = request.target.substr(0, request.target.find('?'));
    return {.body = fmt::format(R"({{"metadata":{{"resourceVersion":"5"}},"items":[{}]}})",
                                object(path.substr(path.rfind('/') + 1))),
            .fields = {}};
}

kube::Access access_to(const FakeApi& api) {
    kube::Access access;
    access.cluster.url = api.url();
    return access;
}

kube::Pace quick() {
    kube::Pace pace;
    pace.first = pace.forbidden = 1ms;
    pace.most = pace.most_asked = 2ms;
    return pace;
}

TEST(ClusterSource, ReadsEveryKindAndStops) {
    FakeApi api(healthy);
    ClusterSource source(access_to(api), {.namespace_name = {},
                                          .config_maps = {{"other", "read-anyway"}},
                                          .secrets = {{"other", "read-anyway"}},
                                          .pace = quick()});
    EXPECT_FALSE(source.snapshot().synced());
    Watcher watcher;
    ASSERT_TRUE(source.start(watcher));
    EXPECT_EQ(watcher.wait_for(source, waits_for_names).extent, Extent::all_but_secrets);
    source.keep(named({{"shop", "secrets"}}), 10s);
    const kube::Objects objects = watcher.wait_for(source, synced).objects;
    EXPECT_TRUE(objects.ingresses.find({"shop", "ingresses"}));
    EXPECT_TRUE(objects.ingress_classes.find({"", "ingressclasses"}));
    EXPECT_TRUE(objects.services.find({"shop", "services"}));
    EXPECT_TRUE(objects.endpoint_slices.find({"shop", "endpointslices"}));
    EXPECT_TRUE(objects.secrets.find({"shop", "secrets"}));
    EXPECT_TRUE(objects.config_maps.find({"shop", "configmaps"}));

    EXPECT_EQ(api.wait_for(12).size(), 12U);  // a list and a watch each
    const auto began = std::chrono::steady_clock::now();
    source.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

TEST(ClusterSource, AsksNoMoreThanANamespacesRoleAllows) {
    FakeApi api([](const FakeRequest& request) {
        if (!request.target.contains("ingressclasses")) return healthy(request);
        return FakeReply{
            .body = R"({"reason":"Forbidden","code":403})", .status = 403, .fields = {}};
    });
    ClusterSource source(access_to(api), {.namespace_name = "shop",
                                          .config_maps = {{"system", "settings"}},
                                          .secrets = {{"system", "cert"}, {"shop", "inside"}},
                                          .pace = quick()});
    Watcher watcher;
    ASSERT_TRUE(source.start(watcher));
    source.keep({}, 10s);
    const Snapshot snapshot = watcher.wait_for(source, synced);
    EXPECT_TRUE(snapshot.synced());
    EXPECT_EQ(snapshot.objects.forbidden, std::set{kube::Kind::ingress_class});
    source.stop();
    std::set<std::string> paths;
    for (const FakeRequest& request : api.wait_for(8)) {
        if (!request.target.contains("watch=1")) {
            paths.insert(request.target.substr(0, request.target.find("limit")));
        }
    }
    const std::set<std::string> want{
        "/apis/networking.k8s.io/v1/namespaces/shop/ingresses?",
        "/apis/networking.k8s.io/v1/ingressclasses?",
        "/api/v1/namespaces/shop/services?",
        "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?",
        "/api/v1/namespaces/shop/secrets?fieldSelector=type%21%3Dhelm.sh%2Frelease.v1&",
        "/api/v1/namespaces/shop/configmaps?",
        "/api/v1/namespaces/system/configmaps?fieldSelector=metadata.name%3Dsettings&",
        "/api/v1/namespaces/system/secrets?fieldSelector=metadata.name%3Dcert&",
    };
    EXPECT_EQ(paths, want);
}

TEST(ClusterSource, HasTheServerSelectNamespaces) {
    FakeApi api(healthy);
    ClusterSource source(access_to(api), {.namespace_name = {},
                                          .namespace_selector = "team=a",
                                          .config_maps = {},
                                          .secrets = {},
                                          .pace = quick()});
    Watcher watcher;
    ASSERT_TRUE(source.start(watcher));
    source.keep({}, 10s);
    EXPECT_TRUE(watcher.wait_for(source, synced).objects.namespaces.find({"", "namespaces"}));
    std::set<std::string> asked;
    for (const FakeRequest& request : api.wait_for(14)) {
        if (request.target.contains("namespaces")) {
            asked.insert(request.target.substr(0, request.target.find('&')));
        }
    }
    EXPECT_EQ(asked, std::set<std::string>{"/api/v1/namespaces?labelSelector=team%3Da"});
}

TEST(ClusterSource, TellsOfEvents) {
    FakeApi api([](const FakeRequest& request) {
        if (!request.target.contains("services?watch=1")) return healthy(request);
        const bool first = request.target.contains("resourceVersion=5");
        return FakeReply{
            .body =
                first
                    ? R"({"type":"ADDED","object":{"metadata":{"namespace":"shop","name":"new",)"
                      R"("resourceVersion":"6"}}})"
                      "\n"
                      R"({"type":"MODIFIED","object":{"metadata":{"namespace":"shop",)"
                      R"("name":"services","resourceVersion":"7"},"spec":[]}})"
                      "\n"
                      R"({"type":"DELETED","object":{"metadata":{"namespace":"shop","name":"new",)"
                      R"("resourceVersion":"8"}}})"
                      "\n"
                    : "",
            .end = FakeReply::End::hang,
            .fields = {}};
    });
    ClusterSource source(access_to(api),
                         {.namespace_name = {}, .config_maps = {}, .secrets = {}, .pace = quick()});
    Watcher watcher;
    ASSERT_TRUE(source.start(watcher));
    const kube::ObjectId changed{kube::Kind::service, {"shop", "services"}};
    const auto now = watcher.wait_for(source, [&](const Snapshot& snapshot) {
        return snapshot.objects.broken.contains(changed) && snapshot.objects.services.size() == 1;
    });
    source.stop();
    EXPECT_TRUE(now.objects.services.find(changed.key));  // the last good version
    ASSERT_TRUE(now.objects.broken.contains(changed));
    EXPECT_EQ(now.objects.broken.at(changed).field, "spec");
}

/// How an API server answers to a Secret by name; all else is healthy.
FakeApi::Answer by_name(FakeReply reply) {
    return [reply = std::move(reply)](const FakeRequest& request) {
        return request.target.ends_with("/secrets/late") ? reply : healthy(request);
    };
}

class LateSecret : public testing::Test {
protected:
    void start(FakeReply reply) {
        api.emplace(by_name(std::move(reply)));
        source.emplace(
            access_to(*api),
            ClusterOptions{
                .namespace_name = {}, .config_maps = {}, .secrets = {}, .pace = quick()});
        ASSERT_TRUE(source->start(watcher));
        source->keep(named({}), 10s);
        EXPECT_EQ(watcher.wait_for(*source, synced).objects.secrets.size(), 0U);
    }
    ~LateSecret() override { source->stop(); }

    const kube::Key late{"shop", "late"};
    std::optional<FakeApi> api;
    std::optional<ClusterSource> source;
    Watcher watcher;
};

TEST_F(LateSecret, IsFetchedByName) {
    start({.body = object("late"), .fields = {}});
    EXPECT_TRUE(source->keep(named({late}), 10s));
    EXPECT_TRUE(source->snapshot().objects.secrets.find(late));
}

TEST_F(LateSecret, MayNotBeThere) {
    start({.body = R"({"reason":"NotFound","code":404})", .status = 404, .fields = {}});
    EXPECT_FALSE(source->keep(named({late}), 10s));
    const std::size_t asked = api->wait_for(13).size();
    EXPECT_EQ(asked, 13U);
    EXPECT_FALSE(source->keep(named({late}), 10s));
    EXPECT_EQ(api->wait_for(13).size(), asked);  // the watch would say it
}

TEST_F(LateSecret, IsAskedForAgainWhereThatFailed) {
    start({.body = R"({"reason":"Forbidden","code":403})", .status = 403, .fields = {}});
    EXPECT_FALSE(source->keep(named({late}), 10s));
    EXPECT_GE(api->wait_for(15).size(), 15U);
}

TEST_F(LateSecret, IsNotTakenForAnother) {
    start({.body = object("another"), .fields = {}});
    EXPECT_FALSE(source->keep(named({late}), 10s));
    EXPECT_TRUE(source->snapshot().objects.secrets.empty());
}

TEST_F(LateSecret, HangingIsLeftBehind) {
    start({.body = {}, .end = FakeReply::End::silent, .fields = {}});
    EXPECT_FALSE(source->keep(named({late}), 10ms));
    const auto began = std::chrono::steady_clock::now();
    source->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

TEST(ReadOnce, BringsAllObjectsAndEnds) {
    FakeApi api(healthy);
    ClusterSource source(access_to(api), {.namespace_name = {},
                                          .config_maps = {},
                                          .secrets = {},
                                          .all_secrets = true,
                                          .pace = quick()});
    const auto objects = read_once(source, 10s);
    ASSERT_TRUE(objects.has_value()) << objects.error();
    EXPECT_TRUE(objects->ingresses.find({"shop", "ingresses"}));
    EXPECT_TRUE(objects->secrets.find({"shop", "secrets"}));
    EXPECT_TRUE(objects->config_maps.find({"shop", "configmaps"}));
}

TEST(ReadOnce, EndsWhereOneKindIsNeverThere) {
    FakeApi api([](const FakeRequest& request) {
        if (!request.target.contains("secrets")) return healthy(request);
        return FakeReply{.body = {}, .end = FakeReply::End::hang, .fields = {}};
    });
    ClusterSource source(access_to(api),
                         {.namespace_name = {}, .config_maps = {}, .secrets = {}, .pace = quick()});
    EXPECT_EQ(read_once(source, 100ms).error(), "not everything could be read in time");
}

TEST(FindAccess, SaysThatThereIsNoKubeconfig) {
    EXPECT_EQ(find_access("/nonexistent/config", "/nonexistent").error(),
              "/nonexistent/config cannot be read: No such file or directory");
}

}  // namespace
}  // namespace breakwater::source
