#include "proxy/serve/access_log.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "proxy/base/check.h"
#include "proxy/base/log.h"
#include "proxy/serve/access_log_pack.h"

namespace breakwater::serve {
namespace {

/// Text that is gathered before it is written: some 200 lines. A reader that does not read leaves
/// the rest in the rings, which are bounded.
constexpr std::size_t kGatherBytes = 64 * 1024;
constexpr std::chrono::seconds kSayDropsEvery{1};

/// Signals are for the main thread; SIGPIPE, when the reader of stdout has gone, for nobody.
void block_all_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

Time now() { return system_clock().now(); }

}  // namespace

AccessLog::AccessLog(const Setup& setup)
    : stop_limit_(setup.stop_limit),
      woken_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      output_(setup.fd),
      lines_(setup.format) {
    CHECK(woken_);
    for (std::size_t i = 0; i < setup.workers; ++i) {
        lanes_.push_back(std::make_unique<Lane>(setup.ring_bytes));
    }
    thread_ = std::thread([this] { run(); });
}

AccessLog::~AccessLog() { stop(); }

void AccessLog::add(std::size_t worker, const LogRecord& record) {
    Lane& lane = *lanes_[worker];
    char* const entry = lane.ring.try_begin(kMaxPackedBytes);
    if (!entry) {
        const std::uint64_t before = lane.dropped.load(std::memory_order_relaxed);
        lane.dropped.store(before + 1, std::memory_order_relaxed);
        return;
    }
    lane.ring.commit(pack(record, entry));
    // Sequentially consistent, as the commit before it: see LogRing::empty().
    if (asleep_.load() && asleep_.exchange(false)) wake();
}

std::uint64_t AccessLog::dropped() const {
    std::uint64_t sum = unwritten_.load(std::memory_order_relaxed);
    for (const auto& lane : lanes_) sum += lane->dropped.load(std::memory_order_relaxed);
    return sum;
}

void AccessLog::stop() {
    if (!thread_.joinable()) return;
    stop_by_.store((now() + stop_limit_).time_since_epoch().count());
    stopping_.store(true);
    wake();
    thread_.join();
}

void AccessLog::run() {
    block_all_signals();
    pthread_setname_np(pthread_self(), "access-log");
    bool idle = false;  // the last nap brought nothing
    for (;;) {
        const bool stopping = stopping_.load();  // before gathering: what was added before is seen
        if (gather()) {
            idle = false;
            write_out();
            say_drops();
        } else if (stopping) {
            drops_said_at_ = {};
            say_drops();
            return;
        } else {
            say_drops();
            rest(idle);
            idle = true;
        }
    }
}

/// @return whether there is something to write.
bool AccessLog::gather() {
    std::string& text = output_.text();
    const Time began = now();
    for (const auto& lane : lanes_) {
        while (text.size() < kGatherBytes) {
            const auto entry = lane->ring.front();
            if (!entry) break;
            const LogRecord record = unpack(*entry);
            lines_.append(text, record);
            faults_.note(record, began);
            lane->ring.pop();
        }
    }
    return !text.empty();
}

void AccessLog::write_out() {
    for (;;) {
        switch (output_.write_some()) {
            case LogOutput::State::written: return;
            case LogOutput::State::broken: give_up(); return;
            case LogOutput::State::full: break;
        }
        if (out_of_time()) return give_up();
        say_drops();
        // While it stops, the descriptor that woke it stays readable: it is not waited for again.
        const bool stopping = stopping_.load();
        std::array<pollfd, 2> waits{pollfd{output_.fd(), POLLOUT, 0},
                                    pollfd{stopping ? -1 : woken_.get(), POLLIN, 0}};
        poll(waits.data(), waits.size(), stopping ? 20 : 1000);
    }
}

/// Nobody reads: the lines in hand are dropped; out of time, those in the rings too.
void AccessLog::give_up() {
    std::uint64_t lost = output_.discard();
    if (out_of_time()) {
        for (const auto& lane : lanes_) {
            for (; lane->ring.front(); ++lost) lane->ring.pop();
        }
    }
    unwritten_.fetch_add(lost, std::memory_order_relaxed);
}

void AccessLog::say_drops() {
    const std::uint64_t all = dropped();
    const Time at = now();
    if (all == drops_said_ || at - drops_said_at_ < kSayDropsEvery) return;
    log::warn("access log lines dropped", {{"count", all - drops_said_}, {"total", all}});
    drops_said_ = all;
    drops_said_at_ = at;
}

void AccessLog::rest(bool idle) {
    using std::chrono::milliseconds;
    if (!idle) return wait_for_wake(static_cast<int>(milliseconds(kNap).count()));

    asleep_.store(true);
    if (all_empty() && !stopping_.load()) {
        const bool unsaid = dropped() != drops_said_;
        wait_for_wake(unsaid ? static_cast<int>(milliseconds(kSayDropsEvery).count()) : -1);
    }
    asleep_.store(false);
}

bool AccessLog::all_empty() const {
    return std::ranges::all_of(lanes_, [](const auto& lane) { return lane->ring.empty(); });
}

bool AccessLog::out_of_time() const {
    return stopping_.load() && now().time_since_epoch().count() >= stop_by_.load();
}

void AccessLog::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t count = ::write(woken_.get(), &one, sizeof(one));
}

void AccessLog::wait_for_wake(int timeout_ms) {
    pollfd waiting{woken_.get(), POLLIN, 0};
    if (poll(&waiting, 1, timeout_ms) <= 0) return;
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(woken_.get(), &count, sizeof(count));
}

}  // namespace breakwater::serve
