// Whom a certificate can have us speak to: docs/decisions/ocsp.md.

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "proxy/ocsp/responder.h"

namespace breakwater::ocsp {
namespace {

/// Nobody answers it.
class NoFetcher final : public exchange::Fetcher {
public:
    Task<Result<exchange::Response>> fetch(exchange::Fetch& fetch) override {
        asked = (*fetch.backend)->endpoints;
        co_return fail(Err::connect_failed);
    }

    std::vector<table::Endpoint> asked;
};

class Ask : public testing::TestWithParam<const char*> {
protected:
    /// Why there is no answer.
    std::string ask(const std::string& url, bool any_address) {
        reactor_.spawn(run(*this, *parse_responder(url), any_address));
        reactor_.run();
        return reason_;
    }
    static Task<void> run(Ask& test, Responder responder, bool any_address) {
        const Means means{test.lender_, test.resolver_, any_address};
        const Deadline soon = Deadline::after(test.reactor_.now(), std::chrono::seconds(20));
        const std::string request = "request";
        auto answer = co_await ocsp::ask(means, responder, request, soon);
        test.reason_ = answer ? "" : answer.error();
        test.reactor_.stop();
    }

    Reactor reactor_;
    NoFetcher fetcher_;
    exchange::Lender lender_{reactor_, fetcher_, {}};
    resolve::Resolver resolver_{reactor_};
    std::string reason_;
};

TEST_P(Ask, NobodyOnThisMachineOrItsLink) {
    EXPECT_EQ(ask(GetParam(), false), "it has an address that no responder has");
    EXPECT_TRUE(fetcher_.asked.empty());
}

INSTANTIATE_TEST_SUITE_P(Urls, Ask,
                         testing::Values("http://127.0.0.1/", "http://[::1]/", "http://localhost/",
                                         "http://169.254.169.254/latest/meta-data/",
                                         "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/"));

TEST_F(Ask, WhoeverElseIsNamed) {
    EXPECT_EQ(ask("http://192.0.2.1:8080/", false), "connect_failed");
    ASSERT_EQ(fetcher_.asked.size(), 1U);
    EXPECT_EQ(fetcher_.asked.front().address.to_string(), "192.0.2.1:8080");
}

TEST_F(Ask, ATestsOwnResponder) {
    EXPECT_EQ(ask("http://127.0.0.1/", true), "connect_failed");
    EXPECT_EQ(fetcher_.asked.size(), 1U);
}

}  // namespace
}  // namespace breakwater::ocsp
