#include "proxy/resolve/resolver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/dns_server.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_io.h"

namespace breakwater::resolve {
namespace {

using std::chrono::seconds;
using Name = test::DnsServer::Name;

constexpr std::uint8_t kServerFailure = 2;

class ResolverTest : public testing::Test {
protected:
    /// What comes of each name, asked side by side, within 20 s.
    std::vector<Result<Resolved>> resolve(const std::vector<std::string>& names) {
        std::vector<std::optional<Result<Resolved>>> results(names.size());
        std::size_t left = names.size();
        for (std::size_t i = 0; i < names.size(); ++i) {
            reactor_.spawn(ask(*this, names[i], results[i], left));
        }
        reactor_.run();
        std::vector<Result<Resolved>> all;
        for (auto& result : results) all.push_back(std::move(*result));
        return all;
    }
    static Task<void> ask(ResolverTest& test, std::string name,
                          std::optional<Result<Resolved>>& result, std::size_t& left) {
        const Deadline soon = Deadline::after(test.reactor_.now(), seconds(20));
        Result<Resolved> resolved = co_await test.resolver_.resolve(std::move(name), soon);
        result = std::move(resolved);
        if (--left == 0) test.reactor_.stop();
    }

    test::DnsServer server_{{
        {"web.test", {.addresses = {"192.0.2.1", "192.0.2.2", "2001:db8::1"}, .ttl_s = 60}},
        {"old.test", {.addresses = {"192.0.2.3"}, .ttl_s = 5}},
        {"alias.test",
         {.addresses = {"192.0.2.4"}, .ttl_s = 50, .alias_of = "real.test", .alias_ttl_s = 20}},
        {"long.test",
         {.addresses = std::vector<std::string>(40, "192.0.2.5"), .only_by_tcp = true}},
        {"none.test", {}},
        {"broken.test", {.refusal = kServerFailure}},
        {"silent.test", {.silent = true}},
    }};
    Reactor reactor_{system_clock(), make_poller(test::test_io())};
    Resolver resolver_{reactor_, server_.address()};
};

struct Case {
    const char* name;
    const char* source;
    std::string asked;
    std::vector<std::string> want;  ///< sorted; empty: an error
    seconds ttl{};
    Err error = Err::name_unresolved;
};

const Case kCases[] = {
    {"BothFamilies",
     "RFC 3596",
     "web.test",
     {"192.0.2.1", "192.0.2.2", "2001:db8::1"},
     seconds(60)},
    {"OneFamily", "RFC 3596", "old.test", {"192.0.2.3"}, seconds(5)},
    {"TheLeastOfAnAliasAndItsName", "RFC 2181 10.1.1", "alias.test", {"192.0.2.4"}, seconds(20)},
    {"ALongAnswerByTcp", "RFC 1035 4.2.1", "long.test", std::vector<std::string>(40, "192.0.2.5"),
     seconds(300)},
    {"AnAddress", "getaddrinfo(3)", "192.0.2.9", {"192.0.2.9"}, seconds::max()},
    {"AnAddressOfSixteenBytes", "getaddrinfo(3)", "2001:db8::9", {"2001:db8::9"}, seconds::max()},
    {"NoSuchName", "RFC 1035 4.1.1, name error", "other.test", {}},
    {"NoAddress", "RFC 2308 2.2", "none.test", {}},
    {"AServerThatFails",
     "RFC 1035 4.1.1, server failure",
     "broken.test",
     {},
     {},
     Err::name_timeout},
    {"TooLong", "RFC 1035 2.3.4", std::string(300, 'a'), {}},
    {"AZeroByte", "a C string", std::string("web.test\0.other", 15), {}},
    {"AnEmptyName", "RFC 1035 2.3.1", "", {}},
};

class Resolves : public ResolverTest, public testing::WithParamInterface<Case> {};

TEST_P(Resolves, AName) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    const Result<Resolved> got = resolve({c.asked}).front();
    if (c.want.empty()) {
        ASSERT_FALSE(got.has_value());
        EXPECT_EQ(got.error().code, c.error);
        return;
    }
    ASSERT_TRUE(got.has_value()) << got.error().detail;
    std::vector<std::string> addresses;
    for (const IpAddress& ip : got->addresses) addresses.push_back(ip.to_string());
    std::ranges::sort(addresses);
    EXPECT_EQ(addresses, c.want);
    EXPECT_EQ(got->ttl, c.ttl);
}

INSTANTIATE_TEST_SUITE_P(Rules, Resolves, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST_F(ResolverTest, KnowsTheHostsFile) {
    const Result<Resolved> got = resolve({"localhost"}).front();
    ASSERT_TRUE(got.has_value());
    EXPECT_TRUE(std::ranges::all_of(got->addresses, &IpAddress::is_loopback));
}

TEST_F(ResolverTest, ManyAtOnceHaveAnswersOfTheirOwn) {
    std::vector<std::string> names;
    for (int i = 0; i < 20; ++i) {
        for (const char* name : {"web.test", "old.test", "other.test", "long.test"}) {
            names.emplace_back(name);
        }
    }
    const std::vector<Result<Resolved>> got = resolve(names);
    for (std::size_t i = 0; i < got.size(); i += 4) {
        ASSERT_TRUE(got[i] && got[i + 1] && got[i + 3]) << i;
        EXPECT_EQ(got[i]->addresses.size(), 3U);
        EXPECT_EQ(got[i + 1]->addresses.front().to_string(), "192.0.2.3");
        EXPECT_FALSE(got[i + 2].has_value());
        EXPECT_EQ(got[i + 3]->addresses.size(), 40U);
    }
}

/// A clock that stands still: what passes is a matter of the test alone.
class ResolverInVain : public testing::Test {
protected:
    static Task<void> give_up(ResolverInVain& test, Err& error) {
        const Deadline deadline = Deadline::after(test.reactor_.now(), seconds(10));
        Result<Resolved> got = co_await test.resolver_.resolve("silent.test", deadline);
        error = got.error().code;
        test.reactor_.stop();
    }
    static Task<void> let_time_pass(ResolverInVain& test) {
        co_await NextTurn(test.reactor_);
        EXPECT_TRUE(test.server_.was_asked_in_vain());
        test.clock_.advance(seconds(11));
        test.reactor_.post([] {});
    }
    static Task<void> ask_and_forget(ResolverInVain& test, Err& known) {
        Task<Result<Resolved>> asking = test.resolver_.resolve("silent.test", Deadline::never());
        asking.start();
        EXPECT_FALSE(asking.done());
        asking.reset();
        Result<Resolved> other = co_await test.resolver_.resolve("other.test", Deadline::never());
        known = other.error().code;
        test.reactor_.stop();
    }

    test::FakeClock clock_;
    test::DnsServer server_{{{"silent.test", {.silent = true}}}};
    Reactor reactor_{clock_, make_poller(test::test_io())};
    Resolver resolver_{reactor_, server_.address()};
};

TEST_F(ResolverInVain, ASilentServerIsWaitedForUntilTheDeadline) {
    Err error{};
    reactor_.spawn(give_up(*this, error));
    reactor_.spawn(let_time_pass(*this));
    reactor_.run();
    EXPECT_EQ(error, Err::name_timeout);
}

TEST_F(ResolverInVain, AQuestionThatIsDroppedDisturbsNoOther) {
    Err error{};
    reactor_.spawn(ask_and_forget(*this, error));
    reactor_.run();
    EXPECT_EQ(error, Err::name_unresolved);
}

TEST_F(ResolverInVain, TheEndOfTheLoopEndsAWait) {
    Err error{};
    reactor_.spawn(give_up(*this, error));
    reactor_.post([this] { reactor_.stop(); });
    reactor_.run();
    EXPECT_EQ(error, Err{});
}

}  // namespace
}  // namespace breakwater::resolve
