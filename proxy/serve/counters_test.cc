#include "proxy/serve/counters.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <thread>

#include "proxy/serve/access_log_record_example.h"
#include "proxy/serve/counters_sum.h"

namespace breakwater::serve {
namespace {

using std::chrono::minutes;

const Time kStart{std::chrono::hours(1)};

std::uint64_t requests_of(const WorkerCounters& counters, std::string_view ingress) {
    const std::array<const WorkerCounters*, 1> workers{&counters};
    std::uint64_t sum = 0;
    for (const auto& [labels, series] : sum_of(workers).series) {
        if (labels.ingress == ingress) sum += series.requests;
    }
    return sum;
}

LogRecord record_of_ingress(std::string_view ingress) {
    LogRecord record = example_record();
    record.ingress = ingress;
    return record;
}

/// A table whose host of the records leads to this Ingress, with another one for what no path matches.
std::shared_ptr<const table::RoutingTable> table_with(const std::string& ingress) {
    auto host = std::make_shared<table::Host>();
    host->name = example_record().route_host;
    host->locations.resize(1);
    host->locations[0].origin = {"shop", ingress, "web", "80"};
    host->fallback.origin = {"shop", "rest", "web", "80"};
    auto made = std::make_shared<table::RoutingTable>();
    made->hosts.push_back(std::move(host));
    made->catch_all = std::make_shared<table::Host>();
    return made;
}

TEST(Counters, SessionsAreNoRequests) {
    WorkerCounters counters;
    for (int i = 0; i < 2; ++i) counters.session_began(table::Transport::udp);
    counters.session_ended(example_record(), table::Transport::udp);
    const std::array<const WorkerCounters*, 1> workers{&counters};
    const CounterSums sums = sum_of(workers);
    EXPECT_EQ(sums.sessions[1].began, 2u);
    EXPECT_EQ(sums.sessions[1].ended, 1u);
    EXPECT_EQ(sums.sessions[1].from_client_bytes, 211u);
    EXPECT_EQ(sums.sessions[1].to_client_bytes, 840u);
    EXPECT_EQ(sums.sessions[0].began, 0u);
    EXPECT_EQ(sums.attempts, 2u);
    EXPECT_EQ(sums.requests_ended, 0u);
    EXPECT_TRUE(sums.series.empty());
}

TEST(Counters, AddUpOverWorkers) {
    WorkerCounters a;
    WorkerCounters b;
    a.connection_opened();
    a.connection_opened();
    a.connection_closed();
    for (WorkerCounters* one : {&a, &b}) {
        one->request_began();
        one->request_ended(example_record(), kStart);
    }
    const std::array<const WorkerCounters*, 2> workers{&a, &b};
    const CounterSums sums = sum_of(workers);
    EXPECT_EQ(sums.connections_opened, 2u);
    EXPECT_EQ(sums.connections_closed, 1u);
    EXPECT_EQ(sums.requests_began, 2u);
    EXPECT_EQ(sums.requests_ended, 2u);
    EXPECT_EQ(sums.attempts, 4u);
    EXPECT_EQ(sums.attempt_errors[static_cast<std::size_t>(Err::connect_failed)], 2u);
    ASSERT_EQ(sums.series.size(), 1u);
    const auto& [labels, series] = *sums.series.begin();
    EXPECT_EQ(labels.host, "*.example.com");
    EXPECT_EQ(labels.method, "GET");
    EXPECT_EQ(labels.status, 200);
    EXPECT_EQ(series.requests, 2u);
    EXPECT_EQ(series.request_time.buckets[3], 2u);  // 37.75 ms: above 25, not above 50
    EXPECT_EQ(series.request_time.sum, 75'500'000u);
    EXPECT_EQ(series.response_bytes.buckets[2], 2u);  // 840: above 100, not above 1,000
}

TEST(Counters, TellApartByStatusAndMethod) {
    WorkerCounters counters;
    LogRecord record = example_record();
    counters.request_ended(record, kStart);
    record.status = 404;
    counters.request_ended(record, kStart);
    record.method = "POST";
    record.method_id = http::Method::post;
    counters.request_ended(record, kStart);
    const std::array<const WorkerCounters*, 1> workers{&counters};
    EXPECT_EQ(sum_of(workers).series.size(), 3u);
}

TEST(Counters, AClientMakesNoLabels) {
    WorkerCounters counters;
    for (const char* method : {"BREW", "FOO", "BAR"}) {
        LogRecord record = example_record();
        record.method = method;
        record.method_id = http::Method::other;
        counters.request_ended(record, kStart);
    }
    const std::array<const WorkerCounters*, 1> workers{&counters};
    const CounterSums sums = sum_of(workers);
    ASSERT_EQ(sums.series.size(), 1u);
    EXPECT_EQ(sums.series.begin()->first.method, "OTHER");
}

TEST(Counters, RefusedByTokenUnlessItIsThePodsFault) {
    WorkerCounters counters;
    LogRecord record;
    record.error = Err::bad_host;
    counters.request_ended(record, kStart);
    record.error = Err::upstream_timeout;
    counters.request_ended(record, kStart);
    const std::array<const WorkerCounters*, 1> workers{&counters};
    const CounterSums sums = sum_of(workers);
    EXPECT_EQ(sums.refused[static_cast<std::size_t>(Err::bad_host)], 1u);
    EXPECT_EQ(sums.refused[static_cast<std::size_t>(Err::upstream_timeout)], 0u);
    EXPECT_TRUE(sums.series.empty()) << "neither had a route";
}

TEST(Counters, ForgetWhatLeftTheTable) {
    WorkerCounters counters;
    counters.request_ended(record_of_ingress("stays"), kStart);
    counters.request_ended(record_of_ingress("leaves"), kStart);
    counters.request_ended(record_of_ingress("rest"), kStart);
    const auto table = table_with("stays");

    counters.set_in_force(table, kStart + minutes(2));
    EXPECT_EQ(requests_of(counters, "leaves"), 1u) << "its last request may not have been read yet";

    counters.set_in_force(table, kStart + minutes(60));
    EXPECT_EQ(requests_of(counters, "leaves"), 0u);
    EXPECT_EQ(requests_of(counters, "stays"), 1u) << "however long ago";
    EXPECT_EQ(requests_of(counters, "rest"), 1u) << "it answers what no path matches";

    counters.request_ended(record_of_ingress("leaves"), kStart + minutes(61));
    EXPECT_EQ(requests_of(counters, "leaves"), 1u);
}

TEST(Counters, NewSeriesAloneMakeRoom) {
    WorkerCounters counters;
    counters.set_in_force(table_with(""), kStart);
    counters.request_ended(record_of_ingress("old"), kStart);
    counters.request_ended(record_of_ingress("new"), kStart + minutes(30));
    EXPECT_EQ(requests_of(counters, "old"), 0u);
    EXPECT_EQ(requests_of(counters, "new"), 1u);
}

TEST(SeriesSet, HoldsNoMoreThanItsBound) {
    SeriesSet set(2);
    for (const char* ingress : {"a", "b", "c", "a"}) {
        set.count(record_of_ingress(ingress), kStart);
    }
    std::size_t count = 0;
    set.for_each([&](const Series&) { ++count; });
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(set.overflow(), 1u);
}

TEST(Counters, AreReadWhileTheyCount) {
    constexpr int kRequests = 3000;
    WorkerCounters counters;
    std::thread worker([&] {
        counters.set_in_force(table_with(""), kStart);
        for (int i = 0; i < kRequests; ++i) {
            const std::string ingress = std::to_string(i % 97);
            counters.request_ended(record_of_ingress(ingress), kStart + minutes(i));
        }
    });
    const std::array<const WorkerCounters*, 1> workers{&counters};
    std::uint64_t seen = 0;
    while (seen < kRequests) {
        const std::uint64_t now = sum_of(workers).requests_ended;
        ASSERT_GE(now, seen);
        seen = now;
    }
    worker.join();
    EXPECT_EQ(sum_of(workers).requests_ended, static_cast<std::uint64_t>(kRequests));
}

}  // namespace
}  // namespace breakwater::serve
