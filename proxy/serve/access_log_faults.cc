#include "proxy/serve/access_log_faults.h"

#include <chrono>
#include <string>

#include "proxy/base/log.h"

namespace breakwater::serve {
namespace {

bool concerns_us(Fault fault) { return fault == Fault::upstream || fault == Fault::us; }

void say(const LogRecord& record, Err code) {
    const log::Level level = row(code).fault == Fault::us ? log::Level::error : log::Level::warn;
    const std::string endpoint =
        record.attempts.empty() ? "" : record.attempts.back().endpoint.to_string();
    log::write(level, record.session ? "session failed" : "request failed",
               {{"error", row(code).token},
                {"detail", record.error_detail},
                {"status", record.status},
                {"host", record.host},
                {"uri", record.target},
                {"namespace", record.namespace_name},
                {"ingress", record.ingress},
                {"service", record.service},
                {"endpoint", endpoint},
                {"attempts", record.attempts.size()},
                {"request_id", record.request_id}});
}

}  // namespace

void LogFaults::note(const LogRecord& record, Time now) {
    if (!record.error || !concerns_us(row(*record.error).fault)) return;
    if (may_say(now)) {
        say(record, *record.error);
    } else {
        ++unsaid_;
    }
}

bool LogFaults::may_say(Time now) {
    if (now - second_began_ >= std::chrono::seconds(1)) {
        if (unsaid_ > 0) log::warn("more requests failed", {{"count", unsaid_}});
        second_began_ = now;
        said_ = 0;
        unsaid_ = 0;
    }
    return said_++ < kLinesASecond;
}

}  // namespace breakwater::serve
