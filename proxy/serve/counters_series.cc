#include "proxy/serve/counters_series.h"

#include <algorithm>
#include <functional>

namespace breakwater::serve {
namespace {

/// How often it is looked for what can be forgotten, while new series come.
constexpr std::chrono::minutes kLookEvery{1};

using Borrowed = SeriesLabels<std::string_view>;

Borrowed borrow(const SeriesLabels<std::string>& labels) {
    return {labels.host,    labels.path,   labels.namespace_name, labels.ingress,
            labels.service, labels.method, labels.status};
}

SeriesLabels<std::string> keep(const Borrowed& labels) {
    return {std::string(labels.host),
            std::string(labels.path),
            std::string(labels.namespace_name),
            std::string(labels.ingress),
            std::string(labels.service),
            std::string(labels.method),
            labels.status};
}

Borrowed labels_of(const LogRecord& record) {
    const bool known = record.method_id != http::Method::other;
    return {record.route_host, record.route_path, record.namespace_name,
            record.ingress,    record.service,    known ? record.method : "OTHER",
            record.status};
}

std::uint64_t nanoseconds(Duration time) {
    return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
}

void count_grpc(Series& to, std::size_t status) {
    GrpcCounters* counters = to.grpc.load(std::memory_order_relaxed);
    if (!counters) {
        counters = new GrpcCounters;
        to.grpc.store(counters, std::memory_order_release);
    }
    (*counters)[status].add();
}

void add(Series& to, const LogRecord& record) {
    to.requests.add();
    to.request_time.observe(nanoseconds(record.request_time));
    to.request_bytes.observe(record.request_bytes);
    to.response_bytes.observe(record.response_bytes);
    if (record.grpc_status) count_grpc(to, static_cast<std::size_t>(*record.grpc_status));
    if (record.attempts.empty()) return;
    const exchange::Attempt& last = record.attempts.back();
    to.connect_time.observe(nanoseconds(last.connect_time));
    if (last.status == 0) return;  // it never had a head
    to.header_time.observe(nanoseconds(last.header_time));
    to.response_time.observe(nanoseconds(last.response_time));
}

/// Whether the Ingress of these labels has a part in their host.
bool has_part(const table::RoutingTable& table, const SeriesLabels<std::string>& labels) {
    const table::Host* const host = table::find_host(table, labels.host).get();
    if (!host) return false;
    const auto is_its = [&](const table::Location& location) {
        return location.origin.ingress == labels.ingress &&
               location.origin.namespace_name == labels.namespace_name;
    };
    return is_its(host->fallback) || std::ranges::any_of(host->locations, is_its);
}

}  // namespace

std::size_t SeriesSet::Hash::operator()(const Key& key) const {
    const std::hash<std::string_view> of;
    std::size_t sum = static_cast<std::size_t>(key.status);
    for (const std::string_view text :
         {key.host, key.path, key.namespace_name, key.ingress, key.service, key.method}) {
        sum = sum * 31 + of(text);
    }
    return sum;
}

std::size_t SeriesSet::Hash::operator()(const Series* series) const {
    return (*this)(borrow(series->labels));
}

bool SeriesSet::Equal::operator()(const Key& key, const Series* series) const {
    return key == borrow(series->labels);
}

SeriesSet::~SeriesSet() {
    for (const Series* one : by_labels_) delete one;
}

SeriesSet::Recent& SeriesSet::recent_of(const LogRecord& record) {
    const std::uint64_t mixed = record.route_id * 5 + static_cast<std::uint64_t>(record.method_id) +
                                static_cast<std::uint64_t>(record.status) * 3;
    return recent_[mixed % kRecent];
}

void SeriesSet::count(const LogRecord& record, Time now) {
    Recent& recent = recent_of(record);
    const bool known = record.route_id != 0 && recent.route_id == record.route_id &&
                       recent.method == record.method_id && recent.status == record.status;
    Series* const series = known ? recent.series : find_or_add(labels_of(record), now);
    if (!series) {
        overflow_.add();
        return;
    }
    if (!known) recent = {record.route_id, record.method_id, record.status, series};
    series->last_used = now;
    add(*series, record);
}

void SeriesSet::set_in_force(std::shared_ptr<const table::RoutingTable> table, Time now) {
    in_force_ = std::move(table);
    forget(now);
}

Series* SeriesSet::find_or_add(const Key& key, Time now) {
    const auto found = by_labels_.find(key);
    if (found != by_labels_.end()) return *found;
    forget(now);
    if (by_labels_.size() >= max_series_) return nullptr;

    auto made = std::make_unique<Series>();
    made->labels = keep(key);
    made->older = newest_.load(std::memory_order_relaxed);
    Series* const series = made.get();
    by_labels_.insert(series);
    newest_.store(made.release(), std::memory_order_release);
    return series;
}

bool SeriesSet::forgettable(const Series& series, Time now) const {
    if (now - series.last_used < kForgetAfter) return false;
    return !has_part(*in_force_, series.labels);
}

void SeriesSet::forget(Time now) {
    if (!in_force_ || now - forgot_at_ < kLookEvery) return;
    const std::unique_lock hold(forgetting_, std::try_to_lock);
    if (!hold) return;  // somebody reads; there will be another time
    forgot_at_ = now;
    recent_.fill({});

    Series* newest = newest_.load(std::memory_order_relaxed);
    Series** link = &newest;
    while (Series* const one = *link) {
        if (!forgettable(*one, now)) {
            link = &one->older;
            continue;
        }
        *link = one->older;
        by_labels_.erase(one);
        delete one;
    }
    newest_.store(newest, std::memory_order_relaxed);
}

}  // namespace breakwater::serve
