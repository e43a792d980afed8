#pragma once
// Requests that failed through a pod's fault or our own, as lines of the process's own log: the
// text format has no place for a reason. At the level of the error's Fault; at most kLinesASecond,
// the rest is counted and said with the next second's first.
//
// One thread.

#include <cstdint>

#include "proxy/base/clock.h"
#include "proxy/serve/access_log_record.h"

namespace breakwater::serve {

class LogFaults {
public:
    static constexpr int kLinesASecond = 10;

    void note(const LogRecord& record, Time now);

private:
    [[nodiscard]] bool may_say(Time now);

    Time second_began_{};
    int said_ = 0;
    std::uint64_t unsaid_ = 0;
};

}  // namespace breakwater::serve
