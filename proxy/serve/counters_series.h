#pragma once
// The counters that have labels: one series for each (host, path, Ingress, service, method,
// status).
//
// A series is found by a hash of its labels and made once; counting allocates nothing after that.
// Readers walk a list that the worker only ever puts new series in front of; the one thing that
// takes a lock is forgetting, and it is put off while a reader holds it. So a reader never holds up
// a worker.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "proxy/base/clock.h"
#include "proxy/exchange/grpc.h"
#include "proxy/serve/access_log_record.h"
#include "proxy/table/routing_table.h"

namespace breakwater::serve {

/// Written by one thread, read by any: an addition is a load and a store, not a locked instruction.
class Counter {
public:
    void add(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Upper bounds in nanoseconds: Prometheus' default buckets.
inline constexpr std::array<std::uint64_t, 11> kTimeBounds{
    5'000'000,   10'000'000,    25'000'000,    50'000'000,    100'000'000,   250'000'000,
    500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};
/// Upper bounds in bytes.
inline constexpr std::array<std::uint64_t, 7> kSizeBounds{10,      100,       1'000,     10'000,
                                                          100'000, 1'000'000, 10'000'000};

template <const auto& kBounds>
class Histogram {
public:
    void observe(std::uint64_t value) {
        std::size_t at = 0;
        while (at < kBounds.size() && value > kBounds[at]) ++at;
        buckets_[at].add();
        sum_.add(value);
    }
    /// Of the bucket alone, not cumulative; the last is for what is above all bounds.
    [[nodiscard]] std::uint64_t bucket(std::size_t at) const { return buckets_[at].get(); }
    [[nodiscard]] std::uint64_t sum() const { return sum_.get(); }

private:
    std::array<Counter, kBounds.size() + 1> buckets_;
    Counter sum_;
};
using TimeHistogram = Histogram<kTimeBounds>;
using SizeHistogram = Histogram<kSizeBounds>;

/// Borrowed, or of a series.
template <class Text>
struct SeriesLabels {
    Text host;  ///< the table's; empty: the catch-all
    Text path;
    Text namespace_name;
    Text ingress;
    Text service;
    Text
        method;  ///< upper case; `OTHER` for what no RFC names, so that a client cannot make labels
    int status = 0;
    auto operator<=>(const SeriesLabels&) const = default;
};

/// Answers in gRPC, by `grpc-status`.
using GrpcCounters = std::array<Counter, exchange::grpc::kLastStatus + 1>;

struct Series {
    Series() = default;
    Series(const Series&) = delete;
    Series& operator=(const Series&) = delete;
    ~Series() { delete grpc.load(); }

    SeriesLabels<std::string> labels;
    Counter requests;
    std::atomic<GrpcCounters*> grpc{nullptr};  ///< made with the first such answer; owned
    TimeHistogram request_time;
    TimeHistogram connect_time;  ///< of the last attempt, as the two below
    TimeHistogram header_time;
    TimeHistogram response_time;
    SizeHistogram request_bytes;
    SizeHistogram response_bytes;

    Time last_used{};         ///< the worker's
    Series* older = nullptr;  ///< the list; changed under the lock once it is in it
};

/// The series of one worker.
class SeriesSet {
public:
    /// Of one worker; about 1 KiB each. What would be one more is counted in overflow() alone.
    static constexpr std::size_t kMaxSeries = 8192;
    /// After the last request of an Ingress that has left the table.
    static constexpr std::chrono::minutes kForgetAfter{5};

    explicit SeriesSet(std::size_t max_series = kMaxSeries) : max_series_(max_series) {}
    SeriesSet(const SeriesSet&) = delete;
    SeriesSet& operator=(const SeriesSet&) = delete;
    ~SeriesSet();

    void count(const LogRecord& record, Time now);
    void set_in_force(std::shared_ptr<const table::RoutingTable> table, Time now);

    /// Requests that found no room for their series. Any thread.
    [[nodiscard]] std::uint64_t overflow() const { return overflow_.get(); }
    /// Calls `visit(const Series&)` for each. Any thread.
    template <class Visit>
    void for_each(Visit visit) const {
        const std::lock_guard hold(forgetting_);
        for (const Series* one = newest_.load(std::memory_order_acquire); one; one = one->older) {
            visit(*one);
        }
    }

private:
    using Key = SeriesLabels<std::string_view>;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(const Key& key) const;
        std::size_t operator()(const Series* series) const;
    };
    struct Equal {
        using is_transparent = void;
        bool operator()(const Series* a, const Series* b) const { return a == b; }
        bool operator()(const Key& key, const Series* series) const;
        bool operator()(const Series* series, const Key& key) const { return (*this)(key, series); }
    };

    /// Where the latest requests of a route were counted: spares most of them the look at their labels.
    struct Recent {
        std::uint64_t route_id = 0;  ///< 0: nothing yet
        http::Method method = http::Method::other;
        int status = 0;
        Series* series = nullptr;
    };
    static constexpr std::size_t kRecent = 64;

    Recent& recent_of(const LogRecord& record);
    Series* find_or_add(const Key& key, Time now);
    void forget(Time now);
    [[nodiscard]] bool forgettable(const Series& series, Time now) const;

    const std::size_t max_series_;
    std::unordered_set<Series*, Hash, Equal> by_labels_;  ///< owns them
    std::array<Recent, kRecent> recent_{};
    std::shared_ptr<const table::RoutingTable> in_force_;
    Time forgot_at_{};
    Counter overflow_;
    std::atomic<Series*> newest_{nullptr};
    mutable std::mutex forgetting_;  ///< held by readers, and tried by the worker before it unlinks
};

}  // namespace breakwater::serve
