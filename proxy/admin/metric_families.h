#pragma once
// Families of prometheus-cpp, built a line each. One thread.

#include <prometheus/metric_family.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "proxy/serve/counters_sum.h"

namespace breakwater::admin {

using Labels = std::vector<prometheus::ClientMetric::Label>;

/// One family while it is filled.
class Family {
public:
    Family(std::string name, std::string help, prometheus::MetricType type);

    void counter(Labels labels, double value);
    void gauge(Labels labels, double value);
    /// @param divisor  how many of the histogram's units make one of the exposed.
    template <const auto& kBounds>
    void histogram(Labels labels, const serve::HistogramSum<kBounds>& sum, double divisor) {
        histogram(std::move(labels), kBounds, sum.buckets, sum.sum, divisor);
    }

    /// The family, filled; this is empty afterwards.
    prometheus::MetricFamily take() { return std::move(family_); }

private:
    void histogram(Labels labels, std::span<const std::uint64_t> bounds,
                   std::span<const std::uint64_t> buckets, std::uint64_t sum, double divisor);
    prometheus::MetricFamily family_;
};

using Families = std::vector<prometheus::MetricFamily>;

/// What is counted per route: `requests`, durations, sizes.
void append_requests(Families& to, const Labels& identity, const serve::CounterSums& sums);

}  // namespace breakwater::admin
