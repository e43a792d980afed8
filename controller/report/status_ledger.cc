#include "controller/report/status_ledger.h"

namespace breakwater::report {

StatusLedger::Verdict StatusLedger::judge(const std::string& uid, const Addresses& wanted,
                                          Time now) {
    const auto found = entries_.find(uid);
    if (found == entries_.end() || found->second.to != wanted) return Verdict::write;
    Entry& entry = found->second;
    if (now - entry.last < kSettles) return Verdict::wait;
    if (now - entry.first >= kRemembers) {
        entries_.erase(found);
        return Verdict::write;
    }
    if (entry.times < kMostTimes) return Verdict::write;
    const bool said = std::exchange(entry.said, true);
    return said ? Verdict::leave : Verdict::dispute;
}

void StatusLedger::written(const std::string& uid, const Addresses& wanted, Time now) {
    Entry& entry = entries_[uid];
    if (entry.times == 0 || entry.to != wanted) {
        entry = {.to = wanted, .last = now, .first = now, .times = 1, .said = false};
        return;
    }
    entry.last = now;
    ++entry.times;
}

void StatusLedger::keep(const std::set<std::string>& uids) {
    std::erase_if(entries_, [&](const auto& entry) { return !uids.contains(entry.first); });
}

}  // namespace breakwater::report
