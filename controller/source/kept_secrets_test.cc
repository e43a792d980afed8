#include "controller/source/kept_secrets.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace breakwater::source {
namespace {

using namespace std::chrono_literals;
using kube::Key;
using kube::Keys;
using kube::Kind;

// Long enough for any machine: a test that is right never waits for it.
constexpr auto kLongWait = 30s;

const kube::Target kAll{.kind = Kind::secret, .namespace_name = {}, .name = {}};
const Key kA{"shop", "a"};
const Key kB{"shop", "b"};

Keys keys(std::initializer_list<Key> all) {
    Keys out;
    for (const Key& key : all) out.put(key);
    return out;
}

kube::Object secret(const Key& key, const char* text) {
    kube::Secret out;
    out.meta.namespace_name = key.namespace_name;
    out.meta.name = key.name;
    out.data["text"] = text;
    return std::make_shared<const kube::Secret>(std::move(out));
}

Batch holding(kube::Object object) {
    Batch batch;
    batch.put.push_back(std::move(object));
    return batch;
}

class Count : public Listener {
public:
    void on_change() override { ++changes; }
    std::atomic<int> changes{0};
};

class KeptSecretsTest : public testing::Test {
protected:
    KeptSecretsTest() { store.tell(count); }

    void list(std::vector<kube::Object> objects) {
        secrets.on_list_begins();
        secrets.on_list(kAll, std::move(objects), {});
    }
    /// Names them, and waits for nobody.
    bool name(std::initializer_list<Key> all) { return secrets.keep(keys(all), 0s); }
    /// The next to be asked for; nothing where there is none for a while.
    std::optional<Key> next() {
        std::stop_source stop;
        const std::jthread late([&stop](const std::stop_token& ended) {
            kube::pause(ended, 50ms);
            stop.request_stop();
        });
        return secrets.next(stop.get_token());
    }
    [[nodiscard]] std::string text(const Key& key) const {
        const Snapshot now = store.snapshot();
        const kube::Secret* held = now.objects.secrets.find(key);
        return held ? held->data.at("text") : "none";
    }

    Store store{{{Kind::secret, {}, {}}}};
    Count count;
    KeptSecrets secrets{store, {}};
};

TEST_F(KeptSecretsTest, ReadsNothingBeforeAnyIsNamed) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(secrets.wait_for_names(stop.get_token()));
    EXPECT_FALSE(secrets.keep({}, kLongWait));  // nothing is a name, too
    EXPECT_TRUE(secrets.wait_for_names({}));
}

TEST_F(KeptSecretsTest, WantsWhatIsNamed) {
    name({kA});
    EXPECT_TRUE(secrets.wants(kA));
    EXPECT_FALSE(secrets.wants(kB));
}

TEST_F(KeptSecretsTest, TheFirstListAnswersForAll) {
    EXPECT_FALSE(secrets.keep(keys({kA, kB}), kLongWait));  // waits for nobody
    EXPECT_EQ(next(), std::nullopt);
    EXPECT_EQ(store.snapshot().extent, Extent::all_but_secrets);
    list({secret(kA, "listed")});
    EXPECT_EQ(store.snapshot().extent, Extent::whole);
    EXPECT_EQ(text(kA), "listed");
    EXPECT_EQ(next(), std::nullopt);  // it said that there is no b
    EXPECT_EQ(count.changes, 1);
}

TEST_F(KeptSecretsTest, WhatIsNamedLaterIsAskedFor) {
    name({kA});
    list({});
    auto kept =
        std::async(std::launch::async, [this] { return secrets.keep(keys({kA, kB}), kLongWait); });
    EXPECT_EQ(secrets.next({}), kB);
    EXPECT_EQ(kept.wait_for(20ms), std::future_status::timeout);
    secrets.fetched(kB, holding(secret(kB, "fetched")));
    EXPECT_TRUE(kept.get());
    EXPECT_EQ(text(kB), "fetched");
    EXPECT_FALSE(secrets.keep(keys({kA, kB}), kLongWait));  // it is known now
}

TEST_F(KeptSecretsTest, ThatThereIsNoneIsAnAnswer) {
    name({});
    list({});
    auto kept =
        std::async(std::launch::async, [this] { return secrets.keep(keys({kB}), kLongWait); });
    EXPECT_EQ(secrets.next({}), kB);
    secrets.fetched(kB, {});
    EXPECT_FALSE(kept.get());
    EXPECT_EQ(next(), std::nullopt);
}

TEST_F(KeptSecretsTest, HoldsUpNobodyTwice) {
    name({});
    list({});
    EXPECT_FALSE(secrets.keep(keys({kA, kB}), 1ms));
    EXPECT_FALSE(
        secrets.keep(keys({kA, kB}), kLongWait));  // neither the one asked for nor the other
    EXPECT_EQ(next(), kA);
    secrets.fetched(kA, holding(secret(kA, "late")));
    EXPECT_EQ(text(kA), "late");
    EXPECT_EQ(count.changes, 2);  // whoever waited has left: he is told
}

TEST_F(KeptSecretsTest, WhatFailedWaitsForItsTimeAndItsTurn) {
    name({});
    list({});
    name({kA, kB});
    EXPECT_EQ(next(), kA);
    secrets.failed(kA, 10ms);
    EXPECT_EQ(next(), kB);  // for the first time: at once
    secrets.failed(kB, 10ms);
    EXPECT_EQ(next(), kA);
    secrets.failed(kA, 10ms);
    EXPECT_EQ(next(), kB);  // one that never succeeds is not all that is asked for
    secrets.failed(kB, 1h);
    EXPECT_EQ(next(), std::nullopt);
    name({kA, kB, {"shop", "c"}});
    EXPECT_EQ(next(), (Key{"shop", "c"}));
    secrets.fetched({"shop", "c"}, {});
    EXPECT_EQ(next(), kA);  // the API server gives again: so do it all
}

TEST_F(KeptSecretsTest, AnEventGoesBeforeWhatWasFetched) {
    name({});
    list({});
    name({kA, kB});
    EXPECT_EQ(next(), kA);
    secrets.on_event({.what = secret(kA, "event"), .version = "7"});
    secrets.fetched(kA, holding(secret(kA, "fetched")));
    EXPECT_EQ(text(kA), "event");
    EXPECT_EQ(next(), kB);
    secrets.on_event({.what = kube::Event::Removed{{Kind::secret, kB}}, .version = "8"});
    secrets.fetched(kB, holding(secret(kB, "fetched")));
    EXPECT_EQ(text(kB), "none");
}

TEST_F(KeptSecretsTest, AListThatBeganLaterGoesBeforeWhatWasFetched) {
    name({});
    list({});
    name({kA, kB});
    EXPECT_EQ(next(), kA);
    list({});
    secrets.fetched(kA, holding(secret(kA, "fetched")));
    EXPECT_EQ(text(kA), "none");
    EXPECT_EQ(next(), std::nullopt);  // it has answered for b, too
}

TEST_F(KeptSecretsTest, AListThatBeganBeforeSaysNothing) {
    name({});
    secrets.on_list_begins();
    name({kA, kB});
    EXPECT_FALSE(secrets.wants(kA));  // pages of one list are read alike
    EXPECT_EQ(next(), kA);
    secrets.fetched(kA, holding(secret(kA, "fetched")));
    EXPECT_EQ(next(), kB);
    Batch broken;
    broken.broken.push_back({{Kind::secret, kB}, {"data", "is wrong"}});
    secrets.fetched(kB, std::move(broken));
    secrets.on_list(kAll, {}, {});
    EXPECT_EQ(text(kA), "fetched");
    EXPECT_TRUE(store.snapshot().objects.broken.contains({Kind::secret, kB}));
    list({});
    EXPECT_EQ(text(kA), "none");
    EXPECT_TRUE(store.snapshot().objects.broken.empty());
}

TEST_F(KeptSecretsTest, WhatIsNamedAnewIsAskedForAnew) {
    name({});
    list({});
    name({kA});
    EXPECT_EQ(next(), kA);
    name({});
    secrets.on_event({.what = secret(kA, "passed over"), .version = "7"});
    EXPECT_EQ(text(kA), "none");
    name({kA});
    secrets.fetched(kA, holding(secret(kA, "older than that")));
    EXPECT_EQ(text(kA), "none");
    EXPECT_EQ(next(), kA);
}

TEST_F(KeptSecretsTest, WhatIsNamedNoMoreIsDroppedInSilence) {
    name({kA, kB});
    list({secret(kA, "a"), secret(kB, "b")});
    const int before = count.changes;
    name({kB});
    EXPECT_EQ(text(kA), "none");
    EXPECT_EQ(text(kB), "b");
    EXPECT_EQ(count.changes, before);
}

TEST_F(KeptSecretsTest, AListDropsWhatIsNamedNoMore) {
    name({kA});
    secrets.on_list_begins();
    name({});
    secrets.on_list(kAll, {secret(kA, "a")}, {});
    EXPECT_EQ(text(kA), "none");
}

TEST_F(KeptSecretsTest, OtherNamespacesAreNotAskedFor) {
    KeptSecrets of_one(store, "shop");
    of_one.keep({}, 0s);
    of_one.on_list_begins();
    EXPECT_FALSE(of_one.keep(keys({{"system", "cert"}}), kLongWait));
}

TEST_F(KeptSecretsTest, StoppingEndsTheWait) {
    name({});
    list({});
    auto kept =
        std::async(std::launch::async, [this] { return secrets.keep(keys({kA}), kLongWait); });
    EXPECT_EQ(secrets.next({}), kA);
    secrets.stop();
    EXPECT_FALSE(kept.get());
}

}  // namespace
}  // namespace breakwater::source
