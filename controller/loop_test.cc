#include "controller/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <set>
#include <stdexcept>

#include "controller/source/store.h"
#include "proxy/base/log.h"

namespace breakwater::controller {
namespace {

using namespace std::chrono_literals;

// Long enough for any machine: a test that is right never waits for it.
constexpr auto kPatience = 30s;

constexpr Time at(Duration since_start) { return Time(since_start); }

TEST(Coalescer, WaitsForQuiet) {
    Coalescer coalescer(5ms, 50ms);
    EXPECT_TRUE(coalescer.due().is_never());
    coalescer.change(at(100ms));
    EXPECT_EQ(coalescer.due(), Deadline(at(105ms)));
    coalescer.change(at(104ms));
    EXPECT_EQ(coalescer.due(), Deadline(at(109ms)));
}

TEST(Coalescer, NeverWaitsBeyondTheCeiling) {
    Coalescer coalescer(5ms, 50ms);
    for (Duration now = 100ms; now <= 148ms; now += 4ms) coalescer.change(at(now));
    EXPECT_EQ(coalescer.due(), Deadline(at(150ms)));
}

TEST(Coalescer, BeginsAnewOnceCleared) {
    Coalescer coalescer(5ms, 50ms);
    coalescer.change(at(100ms));
    coalescer.clear();
    EXPECT_TRUE(coalescer.due().is_never());
    coalescer.change(at(200ms));
    EXPECT_EQ(coalescer.due(), Deadline(at(205ms)));
}

const source::Scope kIngresses{kube::Kind::ingress, {}, {}};
const source::Scope kSecrets{kube::Kind::secret, {}, {}};

/// A source that a test fills.
class FilledSource final : public source::Source {
public:
    explicit FilledSource(std::set<source::Scope> awaited) : store(std::move(awaited)) {}

    std::expected<void, std::string> start(source::Listener& listener) override {
        if (!refusal.empty()) return std::unexpected(refusal);
        store.tell(listener);
        return {};
    }
    void stop() override { stopped = true; }
    source::Snapshot snapshot() const override { return store.snapshot(); }
    bool keep(const kube::Keys& secrets, Duration patience) override {
        return on_keep && on_keep(secrets, patience);
    }

    source::Store store;
    std::function<bool(const kube::Keys&, Duration)> on_keep;  ///< on the loop's thread
    std::string refusal;
    bool stopped = false;
};

/// What came out of the loop, in order, waited for.
template <class T>
class Received {
public:
    void add(T value) {
        {
            const std::scoped_lock lock(mutex_);
            values_.push_back(std::move(value));
        }
        came_.notify_all();
    }
    T next() {
        std::unique_lock lock(mutex_);
        if (!came_.wait_for(lock, kPatience, [&] { return !values_.empty(); })) {
            throw std::runtime_error("nothing came");
        }
        T value = std::move(values_.front());
        values_.pop_front();
        return value;
    }
    bool empty() {
        const std::scoped_lock lock(mutex_);
        return values_.empty();
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<T> values_;
};

kube::Object ingress(const std::string& name, const std::string& host,
                     const std::string& redirect = {}) {
    auto out = std::make_shared<kube::Ingress>();
    out->meta.namespace_name = "shop";
    out->meta.name = name;
    out->rules.push_back({.host = host, .paths = {}});
    if (!redirect.empty()) {
        out->meta.annotations["nginx.ingress.kubernetes.io/permanent-redirect"] = redirect;
    }
    return std::shared_ptr<const kube::Ingress>(std::move(out));
}

source::Batch batch_of(std::vector<kube::Object> objects) {
    source::Batch batch;
    batch.put = std::move(objects);
    return batch;
}

source::Batch list_of(std::vector<kube::Object> objects) {
    source::Batch batch = batch_of(std::move(objects));
    batch.listed = {kIngresses};
    return batch;
}

class LoopTest : public testing::Test {
protected:
    explicit LoopTest(std::set<source::Scope> awaited = {kIngresses})
        : source(std::move(awaited)) {}

    Loop make(LoopSettings settings = {}) {
        translate::Options options;
        options.watch_ingress_without_class = true;
        translate::Checks checks;
        checks.client_authorities = [](const std::string&, const std::string&) { return "some"; };
        return Loop(source, options, checks,
                    {.publish = [this](auto table) { publish(std::move(table)); },
                     .findings = [this](auto now) { findings.add(std::move(now)); },
                     .outcome = [this](const Outcome& outcome) { outcomes.add(outcome); }},
                    system_clock(), settings);
    }
    void publish(std::shared_ptr<const table::RoutingTable> table) {
        if (refuse_tables) throw std::runtime_error("refused");
        tables.add(std::move(table));
    }

    FilledSource source;
    Received<std::shared_ptr<const table::RoutingTable>> tables;
    Received<std::shared_ptr<const table::Findings>> findings;
    Received<Outcome> outcomes;
    bool refuse_tables = false;
};

TEST_F(LoopTest, NothingBeforeAllIsRead) {
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(batch_of({ingress("a", "a.example")}));
    source.store.apply(list_of({ingress("a", "a.example"), ingress("b", "b.example")}));
    // The first table is whole: had one been made of the first batch, it would have come first.
    EXPECT_EQ(tables.next()->hosts.size(), 2U);
    EXPECT_TRUE(outcomes.next().successful);
}

TEST_F(LoopTest, AnEmptySourceHasATableToo) {
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({}));
    EXPECT_TRUE(tables.next()->hosts.empty());
}

TEST_F(LoopTest, AChangeMakesATable) {
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "a.example")}));
    const auto first = tables.next();
    source.store.apply(batch_of({ingress("b", "b.example")}));
    const auto second = tables.next();
    ASSERT_EQ(second->hosts.size(), 2U);
    EXPECT_EQ(second->hosts[0], first->hosts[0]);  // the same node
}

TEST_F(LoopTest, AnEqualTableIsNotPublished) {
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "a.example")}));
    (void)tables.next();
    EXPECT_TRUE(outcomes.next().published);
    loop.on_change();
    const Outcome outcome = outcomes.next();
    EXPECT_TRUE(outcome.successful);
    EXPECT_FALSE(outcome.published);
    EXPECT_TRUE(tables.empty());
}

TEST_F(LoopTest, TheAcceptedVersionIsKept) {
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "a.example")}));
    (void)tables.next();
    source.store.apply(batch_of({ingress("a", "changed.example", "nonsense")}));
    const auto now = findings.next();
    ASSERT_EQ(now->size(), 1U);
    EXPECT_THAT(now->front().text, testing::HasSubstr("the version accepted before"));
    source.store.apply(batch_of({ingress("b", "b.example")}));
    EXPECT_THAT(tables.next()->hosts[0]->name, "a.example");
}

TEST_F(LoopTest, FindingsAreToldWhenTheyChange) {
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "-bad-")}));
    EXPECT_EQ(outcomes.next().errors, 1U);
    EXPECT_EQ(findings.next()->size(), 1U);
    source.store.apply(batch_of({ingress("b", "b.example")}));  // the finding stays: not told again
    EXPECT_EQ(outcomes.next().errors, 1U);
    source.store.apply(batch_of({ingress("a", "a.example")}));
    EXPECT_EQ(findings.next()->size(), 0U);
}

/// How often a text says something.
MATCHER_P2(Says, times, words, "") {
    const std::string& text = arg;
    int found = 0;
    for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) ++found;
    return found == times;
}

TEST_F(LoopTest, AFindingIsOneLineForAsLongAsItStays) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto in_process = [this] {  // of its own, because logging is ended once
        Loop loop = make();
        if (!loop.start()) std::_Exit(1);
        source.store.apply(list_of({ingress("a", "-bad-")}));
        for (const char* host : {"b.example", "-bad-", "c.example"}) {
            (void)outcomes.next();
            source.store.apply(batch_of({ingress("b", host)}));  // that of `a` stays
        }
        (void)outcomes.next();
        source.store.apply(batch_of({ingress("a", "a.example")}));
        (void)outcomes.next();
        source.store.apply(batch_of({ingress("a", "-bad-")}));  // and comes back
        (void)outcomes.next();
        log::flush();
        std::_Exit(0);
    };
    const std::string field = " field=spec.rules[0].host ";
    EXPECT_EXIT(in_process(), testing::ExitedWithCode(0),
                testing::AllOf(Says(2, "error finding object=\"Ingress shop/a\"" + field),
                               Says(1, "error finding object=\"Ingress shop/b\"" + field),
                               Says(3, " finding ")));
}

TEST_F(LoopTest, LooksAgainWithoutAChange) {
    Loop loop = make({.recheck = 1ms});
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "a.example")}));
    EXPECT_TRUE(outcomes.next().published);
    EXPECT_FALSE(outcomes.next().published);
}

TEST_F(LoopTest, ATableThatIsRefusedLeavesTheLoopTurning) {
    refuse_tables = true;
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "a.example")}));
    const Outcome outcome = outcomes.next();
    EXPECT_FALSE(outcome.successful);
    EXPECT_FALSE(outcome.published);
    loop.on_change();
    EXPECT_FALSE(outcomes.next().successful);
}

TEST_F(LoopTest, ASourceThatCannotStartIsSaid) {
    source.refusal = "no such directory";
    Loop loop = make();
    const auto started = loop.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error(), "no such directory");
    loop.stop();
}

TEST_F(LoopTest, StopsTheSourceAndItself) {
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    loop.stop();
    loop.stop();
    EXPECT_TRUE(source.stopped);
    source.store.apply(list_of({ingress("a", "a.example")}));
    EXPECT_TRUE(tables.empty());
}

const kube::Key kLate{"shop", "late"};

/// Its clients have to show a certificate of whom a Secret names.
kube::Object ingress_with_secret(const std::string& name) {
    auto out = std::make_shared<kube::Ingress>(
        *std::get<std::shared_ptr<const kube::Ingress>>(ingress(name, name + ".example")));
    out->meta.annotations["nginx.ingress.kubernetes.io/auth-tls-secret"] = kLate.to_string();
    return std::shared_ptr<const kube::Ingress>(std::move(out));
}

kube::Object late_secret() {
    kube::Secret out;
    out.meta.namespace_name = kLate.namespace_name;
    out.meta.name = kLate.name;
    out.data["ca.crt"] = "somebody";
    return std::make_shared<const kube::Secret>(std::move(out));
}

class LoopWithSecretsTest : public LoopTest {
protected:
    LoopWithSecretsTest() : LoopTest({kIngresses, kSecrets}) {}
};

TEST_F(LoopWithSecretsTest, SaysWhichAreOfUseBeforeItTellsAnything) {
    Received<kube::Keys> named;
    source.on_keep = [&named](const kube::Keys& secrets, Duration) {
        named.add(secrets);
        return false;
    };
    Loop loop = make();
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress_with_secret("a")}));
    EXPECT_TRUE(named.next().contains(kLate));
    source.store.apply(batch_of({ingress_with_secret("b")}));
    EXPECT_TRUE(named.next().contains(kLate));
    EXPECT_TRUE(tables.empty());
    EXPECT_TRUE(findings.empty());
    EXPECT_TRUE(outcomes.empty());

    source::Batch batch = batch_of({late_secret()});
    batch.listed = {kSecrets};
    source.store.apply(std::move(batch));
    EXPECT_EQ(tables.next()->hosts.size(), 2U);
    EXPECT_EQ(outcomes.next().errors, 0U);
    EXPECT_TRUE(findings.empty());
}

TEST_F(LoopTest, ASecretOnItsWayIsNotMissing) {
    Loop loop = make();
    source.on_keep = [this](const kube::Keys& secrets, Duration) {
        if (!secrets.contains(kLate) || source.snapshot().objects.secrets.contains(kLate)) {
            return false;
        }
        source.store.apply(batch_of({late_secret()}));
        return true;
    };
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "a.example")}));
    EXPECT_EQ(tables.next()->hosts.size(), 1U);
    EXPECT_EQ(outcomes.next().errors, 0U);
    source.store.apply(batch_of({ingress_with_secret("b")}));
    EXPECT_EQ(tables.next()->hosts.size(), 2U);
    EXPECT_EQ(outcomes.next().errors, 0U);
    EXPECT_TRUE(tables.empty());
    EXPECT_TRUE(findings.empty());
}

TEST_F(LoopTest, SecretsThatNeverEndDoNotKeepATableBack) {
    int more = 0;
    Loop loop = make({.patience = 20ms});
    source.on_keep = [&](const kube::Keys&, Duration patience) {
        EXPECT_LE(patience, 20ms);
        // Somebody makes Ingresses without end, each with something that has just come.
        source.store.apply(batch_of({ingress("more-" + std::to_string(++more), "more.example")}));
        return more < 10'000;
    };
    ASSERT_TRUE(loop.start());
    source.store.apply(list_of({ingress("a", "a.example")}));
    EXPECT_EQ(tables.next()->hosts.size(), 1U);  // as it was when the turn began
    (void)tables.next();
    loop.stop();
}

}  // namespace
}  // namespace breakwater::controller
