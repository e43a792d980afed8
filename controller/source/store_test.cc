#include "controller/source/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace breakwater::source {
namespace {

using kube::Kind;
using kube::ObjectId;

class ChangeCount : public Listener {
public:
    void on_change() override { ++changes; }
    std::atomic<int> changes{0};
};

std::shared_ptr<const kube::Service> service(const char* space, const char* name,
                                             const char* version = "1", const char* target = "") {
    kube::Service out;
    out.meta.namespace_name = space;
    out.meta.name = name;
    out.meta.resource_version = version;
    out.external_name = target;
    return std::make_shared<const kube::Service>(out);
}

Batch put(kube::Object object) {
    Batch batch;
    batch.put.push_back(std::move(object));
    return batch;
}
Batch broken(const ObjectId& id, const char* field) {
    Batch batch;
    batch.broken.push_back({id, {field, "is wrong"}});
    return batch;
}

const Scope kServices{Kind::service, "", ""};
const ObjectId kWeb{Kind::service, {"a", "web"}};

class StoreTest : public testing::Test {
protected:
    StoreTest() { store.tell(count); }
    [[nodiscard]] const kube::Service* web() const {
        return store.snapshot().objects.services.find(kWeb.key);
    }

    Store store{{kServices, {Kind::secret, "", ""}}};
    ChangeCount count;
};

TEST_F(StoreTest, IsSyncedWhenAllWasListed) {
    EXPECT_FALSE(store.snapshot().synced());
    store.apply({.listed = {kServices}, .put = {}, .removed = {}, .broken = {}});
    EXPECT_FALSE(store.snapshot().synced());
    store.apply({.listed = {{Kind::secret, "", ""}}, .put = {}, .removed = {}, .broken = {}});
    EXPECT_TRUE(store.snapshot().synced());
    EXPECT_EQ(count.changes, 2);  // that it is synced is a change, although it is empty
}

TEST_F(StoreTest, AnotherStatusIsKeptButNotTold) {
    kube::Ingress ingress;
    ingress.meta.name = "site";
    ingress.meta.namespace_name = "a";
    ingress.meta.resource_version = "1";
    store.apply(put(std::make_shared<const kube::Ingress>(ingress)));
    EXPECT_EQ(count.changes, 1);
    ingress.meta.resource_version = "2";
    ingress.status.addresses = {{.ip = "192.0.2.1", .hostname = {}}};
    store.apply(put(std::make_shared<const kube::Ingress>(ingress)));
    EXPECT_EQ(count.changes, 1);
    const Snapshot now = store.snapshot();
    const kube::Ingress* held = now.objects.ingresses.find({"a", "site"});
    ASSERT_TRUE(held);
    EXPECT_EQ(held->status.addresses, ingress.status.addresses);
}

TEST_F(StoreTest, IsSyncedWithoutWhatMayNotBeRead) {
    const Scope secrets{Kind::secret, "", ""};
    Batch batch;
    batch.listed = {kServices};
    batch.forbidden = {secrets};
    store.apply(batch);
    EXPECT_TRUE(store.snapshot().synced());
    EXPECT_TRUE(store.snapshot().objects.forbidden.contains(Kind::secret));
    EXPECT_FALSE(store.snapshot().objects.forbidden.contains(Kind::service));
    store.apply({.listed = {secrets}, .put = {}, .removed = {}, .broken = {}});
    EXPECT_TRUE(store.snapshot().objects.forbidden.empty());
    EXPECT_EQ(count.changes, 2);
}

TEST_F(StoreTest, AListDropsWhatItDoesNotName) {
    store.apply(put(service("a", "web")));
    store.apply(put(service("a", "gone")));
    store.apply(broken({Kind::service, {"a", "bad"}}, "spec"));
    store.apply({.listed = {kServices}, .put = {service("a", "web")}, .removed = {}, .broken = {}});
    const Snapshot now = store.snapshot();
    EXPECT_EQ(now.objects.services.size(), 1U);
    EXPECT_TRUE(now.objects.broken.empty());
}

TEST_F(StoreTest, AListOfANamespaceLeavesTheOthers) {
    store.apply(put(service("a", "web")));
    store.apply(put(service("b", "web")));
    store.apply({.listed = {{Kind::service, "b", ""}}, .put = {}, .removed = {}, .broken = {}});
    EXPECT_TRUE(web());
    EXPECT_EQ(store.snapshot().objects.services.size(), 1U);
}

TEST_F(StoreTest, WhatDidNotChangeKeepsItsPointerAndIsNotTold) {
    store.apply(put(service("a", "web", "1", "x")));
    const kube::Service* before = web();
    store.apply(put(service("a", "web", "2", "x")));
    EXPECT_EQ(web(), before);
    EXPECT_EQ(count.changes, 1);
    store.apply(put(service("a", "web", "3", "y")));
    EXPECT_NE(web(), before);
    EXPECT_EQ(count.changes, 2);
}

TEST_F(StoreTest, ABrokenObjectKeepsItsLastGoodVersion) {
    store.apply(put(service("a", "web")));
    store.apply(broken(kWeb, "spec.type"));
    EXPECT_TRUE(web());
    EXPECT_EQ(store.snapshot().objects.broken.at(kWeb).field, "spec.type");
    store.apply(broken(kWeb, "spec.type"));
    EXPECT_EQ(count.changes, 2);  // the same mistake again is none
    store.apply(
        {.listed = {kServices}, .put = {}, .removed = {}, .broken = {{kWeb, {"spec", ""}}}});
    EXPECT_TRUE(web());
    store.apply(put(service("a", "web")));
    EXPECT_TRUE(store.snapshot().objects.broken.empty());
}

TEST_F(StoreTest, RemovingTakesTheMistakeAlong) {
    store.apply(put(service("a", "web")));
    store.apply(broken(kWeb, "spec"));
    store.apply({.listed = {}, .put = {}, .removed = {kWeb}, .broken = {}});
    EXPECT_FALSE(web());
    EXPECT_TRUE(store.snapshot().objects.broken.empty());
    store.apply({.listed = {}, .put = {}, .removed = {kWeb}, .broken = {}});
    EXPECT_EQ(count.changes, 3);
}

TEST_F(StoreTest, ASnapshotStaysAsItWas) {
    store.apply(put(service("a", "web")));
    const Snapshot before = store.snapshot();
    const Snapshot again = store.snapshot();
    EXPECT_TRUE(before.objects.services.same_as(again.objects.services));
    store.apply(put(service("a", "api")));
    EXPECT_EQ(before.objects.services.size(), 1U);
    EXPECT_EQ(store.snapshot().objects.services.size(), 2U);
    EXPECT_FALSE(before.objects.services.same_as(store.snapshot().objects.services));
    EXPECT_TRUE(before.objects.secrets.same_as(store.snapshot().objects.secrets));
}

TEST_F(StoreTest, ManyThreadsWriteWhileOneReads) {
    constexpr int kEach = 200;
    {
        std::vector<std::jthread> writers;
        for (const char* space : {"a", "b", "c"}) {
            writers.emplace_back([this, space] {
                for (int i = 0; i < kEach; ++i) {
                    store.apply(put(service(space, std::to_string(i).c_str())));
                }
            });
        }
        std::size_t seen = 0;
        while (seen < 3 * kEach) {
            const Snapshot now = store.snapshot();
            std::size_t counted = 0;
            for (const auto& item : now.objects.services)
                counted += item->meta.name.empty() ? 0 : 1;
            ASSERT_EQ(counted, now.objects.services.size());
            ASSERT_GE(counted, seen);
            seen = counted;
        }
    }
    EXPECT_EQ(count.changes, 3 * kEach);
}

}  // namespace
}  // namespace breakwater::source
