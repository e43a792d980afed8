#pragma once
// What a worker's requests share: what it lends to exchanges, its arenas, its log and its counters.
//
// One worker.

#include <memory>
#include <utility>
#include <vector>

#include "proxy/base/arena.h"
#include "proxy/exchange/exchange.h"
#include "proxy/serve/access_log.h"
#include "proxy/serve/counters.h"

namespace breakwater::serve {

/// Arenas for exchanges, last used first.
class ArenaPool {
public:
    /// More than this many requests at once are rare on one worker; their arenas are not kept.
    static constexpr std::size_t kKept = 64;

    /// An arena, until it goes back with the end of this. The pool outlives it.
    class Loan {
    public:
        explicit Loan(ArenaPool& pool) : pool_(pool), arena_(pool.take()) {}
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        ~Loan() { pool_.put_back(std::move(arena_)); }
        Arena& operator*() const { return *arena_; }

    private:
        ArenaPool& pool_;
        std::unique_ptr<Arena> arena_;
    };

private:
    std::unique_ptr<Arena> take() {
        if (free_.empty()) return std::make_unique<Arena>();
        auto arena = std::move(free_.back());
        free_.pop_back();
        return arena;
    }
    void put_back(std::unique_ptr<Arena> arena) {
        arena->reset();
        if (free_.size() < kKept) free_.push_back(std::move(arena));
    }

    std::vector<std::unique_ptr<Arena>> free_;
};

struct WorkerContext : exchange::Lender {
    WorkerContext(std::size_t worker_index, Reactor& loop, exchange::Fetcher& pods,
                  AccessLog& access_log)
        : Lender{loop, pods, {}}, index(worker_index), log(access_log) {}

    std::size_t index;
    AccessLog& log;
    WorkerCounters counters;
    ArenaPool arenas;
};

}  // namespace breakwater::serve
