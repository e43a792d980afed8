#include "proxy/admin/metric_families.h"

#include <limits>

namespace breakwater::admin {

using prometheus::ClientMetric;
using prometheus::MetricType;

Family::Family(std::string name, std::string help, MetricType type) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
}

void Family::counter(Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    family_.metric.push_back(std::move(metric));
}

void Family::gauge(Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    family_.metric.push_back(std::move(metric));
}

void Family::histogram(Labels labels, std::span<const std::uint64_t> bounds,
                       std::span<const std::uint64_t> buckets, std::uint64_t sum, double divisor) {
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        count += buckets[i];
        const double bound = i < bounds.size() ? static_cast<double>(bounds[i]) / divisor
                                               : std::numeric_limits<double>::infinity();
        metric.histogram.bucket.push_back({count, bound});
    }
    metric.histogram.sample_count = count;
    metric.histogram.sample_sum = static_cast<double>(sum) / divisor;
    family_.metric.push_back(std::move(metric));
}

}  // namespace breakwater::admin
