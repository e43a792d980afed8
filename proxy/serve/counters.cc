#include "proxy/serve/counters.h"

#include "proxy/serve/counters_sum.h"

namespace breakwater::serve {
namespace {

void count_token(std::array<Counter, kErrors.size()>& counters, std::string_view token) {
    for (std::size_t i = 0; i < kErrors.size(); ++i) {
        if (kErrors[i].token == token) counters[i].add();
    }
}

template <std::size_t N>
void add_all(std::array<std::uint64_t, N>& to, const std::array<Counter, N>& from) {
    for (std::size_t i = 0; i < N; ++i) to[i] += from[i].get();
}

}  // namespace

void WorkerCounters::count_attempts(const LogRecord& record) {
    attempts_.add(record.attempts.size());
    for (const exchange::Attempt& attempt : record.attempts) {
        if (attempt.error) count_token(attempt_errors_, attempt.error);
    }
}

void WorkerCounters::session_ended(const LogRecord& record, table::Transport transport) {
    SessionCounters& sessions = of(transport);
    sessions.from_client_bytes.add(record.request_bytes);
    sessions.to_client_bytes.add(record.response_bytes);
    sessions.ended.add();
    count_attempts(record);
}

void WorkerCounters::request_ended(const LogRecord& record, Time now) {
    ended_.add();
    count_attempts(record);
    if (record.error && row(*record.error).fault != Fault::upstream) {
        refused_[static_cast<std::size_t>(*record.error)].add();
    }
    if (record.routed) series_.count(record, now);
}

void WorkerCounters::add_to(CounterSums& sums) const {
    // What ends before what begins: a request between the two reads never makes a negative gauge.
    sums.connections_closed += closed_.get();
    sums.connections_opened += opened_.get();
    sums.requests_ended += ended_.get();
    sums.requests_began += began_.get();
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        SessionSums& of = sums.sessions[i];
        of.ended += sessions_[i].ended.get();
        of.began += sessions_[i].began.get();
        of.from_client_bytes += sessions_[i].from_client_bytes.get();
        of.to_client_bytes += sessions_[i].to_client_bytes.get();
    }
    sums.attempts += attempts_.get();
    add_all(sums.attempt_errors, attempt_errors_);
    add_all(sums.refused, refused_);
    sums.series_overflow += series_.overflow();
    series_.for_each([&](const Series& one) { sums.series[one.labels].add(one); });
}

CounterSums sum_of(std::span<const WorkerCounters* const> workers) {
    CounterSums sums;
    for (const WorkerCounters* worker : workers) worker->add_to(sums);
    return sums;
}

void SeriesSum::add(const Series& more) {
    requests += more.requests.get();
    if (const auto* answers = more.grpc.load(std::memory_order_acquire)) add_all(grpc, *answers);
    request_time.add(more.request_time);
    connect_time.add(more.connect_time);
    header_time.add(more.header_time);
    response_time.add(more.response_time);
    request_bytes.add(more.request_bytes);
    response_bytes.add(more.response_bytes);
}

}  // namespace breakwater::serve
