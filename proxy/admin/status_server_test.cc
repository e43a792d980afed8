#include "proxy/admin/status_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <string>

namespace breakwater::admin {
namespace {

struct State {
    std::atomic<bool> healthy{true};
    std::atomic<bool> ready{false};

    StatusPages pages() {
        StatusPages made;
        made.why_unhealthy = [this] { return healthy ? "" : "worker 0 is stuck"; };
        made.why_not_ready = [this] { return ready ? "" : "no table yet"; };
        made.metrics = [] { return std::string("up 1\n"); };
        return made;
    }
};

int status_of(const StatusServer& server, const std::string& path, const char* host = "127.0.0.1") {
    httplib::Client client(host, server.address().port);
    const auto answer = client.Get(path);
    return answer ? answer->status : -1;
}

TEST(StatusServer, FollowsItsChecks) {
    State state;
    StatusServer server(state.pages());
    ASSERT_TRUE(server.start("127.0.0.1", 0).has_value());
    EXPECT_EQ(status_of(server, "/healthz"), 200);
    EXPECT_EQ(status_of(server, "/readyz"), 503);
    state.ready = true;
    EXPECT_EQ(status_of(server, "/readyz"), 200);
    state.healthy = false;
    EXPECT_EQ(status_of(server, "/healthz"), 500);
    EXPECT_EQ(status_of(server, "/metrics"), 200);
}

TEST(StatusServer, SaysWhy) {
    State state;
    StatusServer server(state.pages());
    ASSERT_TRUE(server.start("127.0.0.1", 0).has_value());
    httplib::Client client("127.0.0.1", server.address().port);
    const auto ready = client.Get("/readyz");
    const auto healthy = client.Get("/healthz");
    ASSERT_TRUE(ready && healthy);
    EXPECT_EQ(ready->body, "no table yet\n");
    EXPECT_EQ(healthy->body, "ok");
}

TEST(StatusServer, TakesIpv4OnAllAddresses) {
    State state;
    StatusServer server(state.pages());
    ASSERT_TRUE(server.start("", 0).has_value());
    EXPECT_EQ(status_of(server, "/healthz"), 200);
}

TEST(StatusServer, HasItsHealthPathWhereItIsAskedFor) {
    State state;
    StatusPages pages = state.pages();
    pages.health_path = "/alive";
    pages.metrics = nullptr;
    StatusServer server(pages);
    ASSERT_TRUE(server.start("127.0.0.1", 0).has_value());
    EXPECT_EQ(status_of(server, "/alive"), 200);
    EXPECT_EQ(status_of(server, "/healthz"), 404);
    EXPECT_EQ(status_of(server, "/metrics"), 404);
}

TEST(StatusServer, NamesTheFlagThatIsWrong) {
    State state;
    StatusServer first(state.pages());
    ASSERT_TRUE(first.start("", 0).has_value());
    StatusServer second(state.pages());
    const auto taken = second.start("", first.address().port);
    ASSERT_FALSE(taken.has_value());
    EXPECT_TRUE(taken.error().ends_with("Address already in use (--healthz-port)"))
        << taken.error();

    const auto nowhere = second.start("localhost", 0);
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_EQ(nowhere.error(), "\"localhost\" is not an IP address (--healthz-host)");
}

}  // namespace
}  // namespace breakwater::admin
