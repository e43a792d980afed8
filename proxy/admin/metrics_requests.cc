#include <string>

#include "proxy/admin/metric_families.h"

namespace breakwater::admin {
namespace {

using prometheus::MetricType;
using serve::SeriesSum;

constexpr double kNanosecondsPerSecond = 1e9;

Labels labels_of(const Labels& identity, const serve::SeriesLabels<std::string>& of) {
    Labels labels = identity;
    labels.push_back({"host", of.host.empty() ? "_" : of.host});
    labels.push_back({"path", of.path});
    labels.push_back({"namespace", of.namespace_name});
    labels.push_back({"ingress", of.ingress});
    labels.push_back({"service", of.service});
    labels.push_back({"canary", ""});
    labels.push_back({"method", of.method});
    labels.push_back({"status", std::to_string(of.status)});
    return labels;
}

template <const auto& kBounds>
struct HistogramRow {
    const char* name;
    const char* help;
    serve::HistogramSum<kBounds> SeriesSum::* sum;
};

constexpr HistogramRow<serve::kTimeBounds> kTimes[] = {
    {"request_duration_seconds", "From a request's first byte to the end of its answer.",
     &SeriesSum::request_time},
    {"connect_duration_seconds", "Connecting to the endpoint; 0 on a kept connection.",
     &SeriesSum::connect_time},
    {"header_duration_seconds", "Until the endpoint's response head was there.",
     &SeriesSum::header_time},
    {"response_duration_seconds", "Until the last byte of the endpoint's response was there.",
     &SeriesSum::response_time},
};
constexpr HistogramRow<serve::kSizeBounds> kSizes[] = {
    {"request_size", "Bytes of the request, head and body.", &SeriesSum::request_bytes},
    {"response_size", "Bytes of the answer, head and body.", &SeriesSum::response_bytes},
};

template <const auto& kBounds>
void append_histogram(Families& to, const Labels& identity, const serve::CounterSums& sums,
                      const HistogramRow<kBounds>& row, double divisor) {
    Family family(std::string("nginx_ingress_controller_") + row.name, row.help,
                  MetricType::Histogram);
    for (const auto& [labels, sum] : sums.series) {
        family.histogram(labels_of(identity, labels), sum.*row.sum, divisor);
    }
    to.push_back(family.take());
}

void append_grpc(Families& to, const Labels& identity, const serve::CounterSums& sums) {
    Family responses("breakwater_grpc_responses_total", "Answers in gRPC, by their status.",
                     MetricType::Counter);
    for (const auto& [labels, sum] : sums.series) {
        for (std::size_t status = 0; status < sum.grpc.size(); ++status) {
            if (sum.grpc[status] == 0) continue;
            Labels with_status = labels_of(identity, labels);
            with_status.push_back({"grpc_status", std::to_string(status)});
            responses.counter(std::move(with_status), sum.grpc[status]);
        }
    }
    to.push_back(responses.take());
}

}  // namespace

void append_requests(Families& to, const Labels& identity, const serve::CounterSums& sums) {
    Family requests("nginx_ingress_controller_requests", "Requests that have ended.",
                    MetricType::Counter);
    for (const auto& [labels, sum] : sums.series) {
        requests.counter(labels_of(identity, labels), sum.requests);
    }
    to.push_back(requests.take());
    append_grpc(to, identity, sums);
    for (const auto& row : kTimes) {
        append_histogram(to, identity, sums, row, kNanosecondsPerSecond);
    }
    for (const auto& row : kSizes) append_histogram(to, identity, sums, row, 1);
}

}  // namespace breakwater::admin
