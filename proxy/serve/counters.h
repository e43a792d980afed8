#pragma once
// What one worker has counted: requests with their labels, connections, errors by token.
//
// A worker writes only its own, without locks and without a shared cache line; the admin thread
// adds them up when it is asked (counters_sum.h). The names that Prometheus sees are in
// docs/metrics.md.
//
// The worker's thread, but for what says otherwise.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "proxy/base/clock.h"
#include "proxy/base/error.h"
#include "proxy/serve/access_log_record.h"
#include "proxy/serve/counters_series.h"

namespace breakwater::serve {

struct CounterSums;

/// Of the sessions of one transport.
struct SessionCounters {
    Counter began;
    Counter ended;
    Counter from_client_bytes;
    Counter to_client_bytes;
};

class alignas(64) WorkerCounters {
public:
    WorkerCounters() = default;
    WorkerCounters(const WorkerCounters&) = delete;
    WorkerCounters& operator=(const WorkerCounters&) = delete;

    void connection_opened() { opened_.add(); }
    void connection_closed() { closed_.add(); }
    /// Each is followed by one request_ended().
    void request_began() { began_.add(); }
    /// @param now  of the worker's loop.
    void request_ended(const LogRecord& record, Time now);

    void session_began(table::Transport transport) { of(transport).began.add(); }
    /// @param record  of the session
    void session_ended(const LogRecord& record, table::Transport transport);

    /// The table in force, with each publication: what is counted for Ingresses that have no part in a host
    /// any more is forgotten some minutes after their last request there.
    void set_in_force(std::shared_ptr<const table::RoutingTable> table, Time now) {
        series_.set_in_force(std::move(table), now);
    }

    /// Adds this worker's numbers. Any thread.
    void add_to(CounterSums& sums) const;

private:
    SessionCounters& of(table::Transport transport) {
        return sessions_[static_cast<std::size_t>(transport)];
    }
    void count_attempts(const LogRecord& record);

    std::array<SessionCounters, 2> sessions_;  ///< by Transport
    Counter opened_;
    Counter closed_;
    Counter began_;
    Counter ended_;
    Counter attempts_;
    std::array<Counter, kErrors.size()> attempt_errors_;
    std::array<Counter, kErrors.size()> refused_;
    SeriesSet series_;
};

}  // namespace breakwater::serve
