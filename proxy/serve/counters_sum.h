#pragma once
// The counters of all workers, added up: plain values for whoever prints them.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "proxy/base/error.h"
#include "proxy/serve/counters.h"
#include "proxy/serve/counters_series.h"

namespace breakwater::serve {

template <const auto& kBounds>
struct HistogramSum {
    std::array<std::uint64_t, kBounds.size() + 1> buckets{};  ///< not cumulative
    std::uint64_t sum = 0;

    void add(const Histogram<kBounds>& more) {
        for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += more.bucket(i);
        sum += more.sum();
    }
};

struct SeriesSum {
    std::uint64_t requests = 0;
    std::array<std::uint64_t, exchange::grpc::kLastStatus + 1> grpc{};  ///< by `grpc-status`
    HistogramSum<kTimeBounds> request_time;
    HistogramSum<kTimeBounds> connect_time;
    HistogramSum<kTimeBounds> header_time;
    HistogramSum<kTimeBounds> response_time;
    HistogramSum<kSizeBounds> request_bytes;
    HistogramSum<kSizeBounds> response_bytes;

    void add(const Series& more);
};

struct SessionSums {
    std::uint64_t began = 0;
    std::uint64_t ended = 0;
    std::uint64_t from_client_bytes = 0;
    std::uint64_t to_client_bytes = 0;
};

struct CounterSums {
    std::uint64_t connections_opened = 0;
    std::uint64_t connections_closed = 0;
    std::uint64_t requests_began = 0;
    std::uint64_t requests_ended = 0;
    std::array<SessionSums, 2> sessions;  ///< by table::Transport
    std::uint64_t attempts = 0;
    std::array<std::uint64_t, kErrors.size()> attempt_errors{};  ///< by Err
    std::array<std::uint64_t, kErrors.size()> refused{};         ///< by Err
    std::uint64_t series_overflow = 0;
    std::map<SeriesLabels<std::string>, SeriesSum> series;
};

/// Any thread; the workers go on meanwhile, so numbers of one moment may differ by a request.
[[nodiscard]] CounterSums sum_of(std::span<const WorkerCounters* const> workers);

}  // namespace breakwater::serve
