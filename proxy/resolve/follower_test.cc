#include "proxy/resolve/follower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "tests/support/dns_server.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_io.h"

namespace breakwater::resolve {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kGood = "good.test";
/// More than there is room for at once.
constexpr std::size_t kDead = Follower::kMostAtOnce + 8;

std::string dead(std::size_t number) { return "dead" + std::to_string(number) + ".test"; }

std::map<std::string, test::DnsServer::Name> names() {
    std::map<std::string, test::DnsServer::Name> all{{kGood, {.addresses = {"192.0.2.1"}}}};
    for (std::size_t i = 0; i < kDead; ++i) all[dead(i)] = {.silent = true};
    return all;
}

class FollowerTest : public testing::Test {
protected:
    /// Whether that comes true while the clock stands still, and before c-ares gives a name up by itself.
    static Task<bool> comes(FollowerTest& test, std::function<bool()> wanted) {
        const auto end = std::chrono::steady_clock::now() + seconds(10);
        while (!wanted() && std::chrono::steady_clock::now() < end) {
            co_await NextTurn(test.reactor_);
        }
        co_return wanted();
    }
    /// Of the dead names, those that were asked for by now.
    std::size_t asked() const {
        std::size_t count = 0;
        for (std::size_t i = 0; i < kDead; ++i) count += server_.times_asked(dead(i)) > 0 ? 1 : 0;
        return count;
    }
    bool have_failed(std::size_t count) const { return told_.size() == count; }
    void let_time_pass(Duration by) {
        clock_.advance(by);
        reactor_.post([] {});
    }

    static Task<void> starve(FollowerTest& test) {
        std::set<std::string> followed;
        for (std::size_t i = 0; i < kDead; ++i) followed.insert(dead(i));
        test.follower_->follow(followed);
        bool came = co_await comes(test, [&test] { return test.asked() == Follower::kMostAtOnce; });
        EXPECT_TRUE(came) << "as many as there is room for";
        test.let_time_pass(Follower::kPatience + seconds(1));
        came = co_await comes(test, [&test] { return test.asked() == kDead; });
        EXPECT_TRUE(came) << "then the others";
        test.let_time_pass(Follower::kPatience + seconds(1));
        came = co_await comes(test, [&test] { return test.have_failed(kDead); });
        EXPECT_TRUE(came);
        test.let_time_pass(Follower::kShortest + seconds(1));  // all of them are due again

        followed.insert(kGood);
        test.follower_->follow(followed);
        came = co_await comes(test, [&test] { return test.told_.contains(kGood); });
        EXPECT_TRUE(came) << "no dead name is waited for";
        EXPECT_EQ(test.follower_->unresolved(), kDead);
        test.follower_.reset();
        test.reactor_.stop();
    }

    test::FakeClock clock_;
    test::DnsServer server_{names()};
    Reactor reactor_{clock_, make_poller(test::test_io())};
    std::map<std::string, Addresses> told_;
    std::unique_ptr<Follower> follower_ = std::make_unique<Follower>(
        reactor_, FollowerOptions{.local_addresses = false, .name_servers = server_.address()},
        [this](const std::string& name, const Addresses& addresses) { told_[name] = addresses; });
};

TEST_F(FollowerTest, DeadNamesHoldUpNobody) {
    reactor_.spawn(starve(*this));
    reactor_.run();
    ASSERT_TRUE(told_[kGood]);
    EXPECT_EQ(told_[kGood]->size(), 1U);
}

TEST(FollowerPause, GrowsWithEachFailure) {
    EXPECT_EQ(Follower::pause_after(1), seconds(5));
    EXPECT_EQ(Follower::pause_after(2), seconds(10));
    EXPECT_EQ(Follower::pause_after(5), seconds(80));
    EXPECT_EQ(Follower::pause_after(6), minutes(2));
    EXPECT_EQ(Follower::pause_after(4'000'000'000), minutes(2));
}

}  // namespace
}  // namespace breakwater::resolve
