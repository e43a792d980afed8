#pragma once
// What was written to which Ingress, so that what has not come back by the watch yet is not written
// twice, and so that nobody is fought: what somebody else writes over three times within an hour is his.
//
// Pure; a value of one thread.

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "controller/report/addresses.h"
#include "proxy/base/clock.h"

namespace breakwater::report {

class StatusLedger {
public:
    enum class Verdict : std::uint8_t {
        write,
        wait,     ///< it was written a moment ago, and the watch may not have brought it yet
        dispute,  ///< somebody else insists on another status: said now, for the first time
        leave,    ///< so it is still
    };

    /// An Ingress of ours says something else than `wanted`.
    [[nodiscard]] Verdict judge(const std::string& uid, const Addresses& wanted, Time now);
    void written(const std::string& uid, const Addresses& wanted, Time now);
    /// Forgets all others.
    void keep(const std::set<std::string>& uids);

    static constexpr std::chrono::seconds kSettles{10};
    static constexpr std::chrono::hours kRemembers{1};
    static constexpr int kMostTimes = 3;

private:
    struct Entry {
        Addresses to;
        Time last{};
        Time first{};
        int times = 0;
        bool said = false;
    };
    std::map<std::string, Entry> entries_;
};

}  // namespace breakwater::report
