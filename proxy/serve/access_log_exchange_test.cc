#include "proxy/serve/access_log_exchange.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "proxy/base/check.h"

namespace breakwater::serve {
namespace {

using exchange::Exchange;

/// A client's stream of which only the facts are asked.
class QuietDownstream final : public exchange::Downstream {
public:
    QuietDownstream() {
        facts_.peer = {IpAddress::v4({192, 0, 2, 7}), 40000};
        facts_.tls = true;
    }
    const exchange::ConnectionFacts& facts() const override { return facts_; }
    std::uint64_t received_bytes() const override { return 211; }
    std::uint64_t sent_bytes() const override { return 840; }
    std::uint64_t sent_body_bytes() const override { return 612; }
    Time request_began() const override { return Time{}; }

    Eventual<Done> read_head(http::RequestHead&) override { return Done{}; }
    Task<Done> send_interim(const http::ResponseHead&) override { co_return Done{}; }
    void send_head(http::ResponseHead&) override {}
    http::BodySource* body() override { return nullptr; }
    bool head_left() const override { return false; }
    void discard() override {}
    void abort(const Error&) override {}
    bool reusable() const override { return false; }
    http::BodySink& sink() override { not_asked(); }
    http::BodySource& tunnel() override { not_asked(); }
    Presence& presence() override { not_asked(); }

private:
    [[noreturn]] static void not_asked() { check_failed("the log asks for facts", __FILE__, 0); }
    exchange::ConnectionFacts facts_;
};

class NoFetcher final : public exchange::Fetcher {
public:
    Task<Result<exchange::Response>> fetch(exchange::Fetch&) override {
        co_return fail(Err::internal);
    }
};

exchange::TablePin pin(const table::Settings& settings) {
    struct PlainRoutes final : exchange::Routes {};
    auto routes = std::make_shared<PlainRoutes>();
    auto table = std::make_shared<table::RoutingTable>();
    table->settings = settings;
    routes->table = std::move(table);
    return exchange::TablePin(new exchange::TableInForce(std::move(routes)));
}

class ExchangeLogTest : public testing::Test {
protected:
    explicit ExchangeLogTest(const table::Settings& settings = {})
        : lender_{.reactor = reactor_, .fetcher = fetcher_, .table = pin(settings)},
          ex_(lender_, arena_, down_) {}

    void route_to(const std::string& host, const table::Origin& origin) {
        auto made = std::make_shared<table::Host>();
        made->name = host;
        made->fallback.origin = origin;
        route_.host = made;
        route_.location = &made->fallback;
        route_.names = std::make_shared<exchange::JoinedNames>(
            exchange::RouteNames{.namespace_name = origin.namespace_name,
                                 .ingress = origin.ingress,
                                 .service = origin.service,
                                 .service_port = origin.service_port,
                                 .route_host = host,
                                 .route_path = {}});
        ex_.route = &route_;
    }

    Reactor reactor_;
    NoFetcher fetcher_;
    exchange::Lender lender_;
    Arena arena_;
    QuietDownstream down_;
    exchange::Route route_;
    Exchange ex_;
};

TEST_F(ExchangeLogTest, RecordSaysWhatHappened) {
    http::RequestHead& head = ex_.received;
    head.method = http::Method::post;
    head.method_text = "POST";
    head.target = "/a?b";
    head.host = "shop.example.com";
    head.fields.add("User-Agent", "curl/8.0");
    head.fields.add("Referer", "https://example.org/");
    ex_.status = 201;
    ex_.request_id = "42";
    route_to("*.example.com", {"shop", "front", "web", "80"});
    ex_.fetch.attempts.add({IpAddress::v4({10, 0, 0, 1}), 8080}).status = 201;

    const LogRecord record = record_of(ex_);
    EXPECT_EQ(record.method, "POST");
    EXPECT_EQ(record.target, "/a?b");
    EXPECT_EQ(record.protocol, "HTTP/1.1");
    EXPECT_EQ(record.scheme, "https");
    EXPECT_EQ(record.host, "shop.example.com");
    EXPECT_EQ(record.user_agent, "curl/8.0");
    EXPECT_EQ(record.referer, "https://example.org/");
    EXPECT_EQ(record.remote.to_string(), "192.0.2.7:40000");
    EXPECT_EQ(record.status, 201);
    EXPECT_EQ(record.body_bytes, 612u);
    EXPECT_EQ(record.request_id, "42");
    EXPECT_EQ(record.ingress, "front");
    EXPECT_EQ(record.service, "web");
    EXPECT_EQ(record.namespace_name, "shop");
    EXPECT_EQ(record.service_port, "80");
    EXPECT_EQ(record.route_host, "*.example.com");
    EXPECT_TRUE(record.routed);
    ASSERT_EQ(record.attempts.size(), 1u);
    EXPECT_EQ(record.attempts[0].status, 201);
    EXPECT_FALSE(record.error.has_value());
}

TEST_F(ExchangeLogTest, WhereTheClientLeftTheStatusIs499) {
    ex_.error = Error{Err::client_gone, "while the pod was asked"};
    const LogRecord record = record_of(ex_);
    EXPECT_EQ(record.status, 499);
    EXPECT_EQ(record.error, Err::client_gone);
    EXPECT_EQ(record.error_detail, "while the pod was asked");
}

TEST_F(ExchangeLogTest, MoreAttemptsThanAreRecorded) {
    for (int i = 0; i < 20; ++i) ex_.fetch.attempts.add({IpAddress(), 80});
    EXPECT_EQ(record_of(ex_).attempts.size(), exchange::AttemptRecord::kRecorded);
}

TEST_F(ExchangeLogTest, TheDefaultBackendIsNotLogged) {
    route_to("", {});
    EXPECT_FALSE(should_log(ex_));
}

TEST_F(ExchangeLogTest, EverythingElseIs) {
    EXPECT_TRUE(should_log(ex_)) << "refused before it had a route";
    route_to("", {"shop", "front", "web", "80"});
    EXPECT_TRUE(should_log(ex_)) << "an Ingress without host";
    route_to("shop.example.com", {});
    EXPECT_TRUE(should_log(ex_)) << "no path matched";
}

class DefaultBackendLogTest : public ExchangeLogTest {
protected:
    DefaultBackendLogTest()
        : ExchangeLogTest([] {
              table::Settings settings;
              settings.log_default_backend = true;
              return settings;
          }()) {}
};

TEST_F(DefaultBackendLogTest, IsLoggedWhereTheConfigMapSaysSo) {
    route_to("", {});
    EXPECT_TRUE(should_log(ex_));
}

}  // namespace
}  // namespace breakwater::serve
