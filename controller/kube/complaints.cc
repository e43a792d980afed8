#include "controller/kube/complaints.h"

#include "proxy/base/log.h"

namespace breakwater::kube {
namespace {

using Cause = Trouble::Cause;

bool is_shared(Cause cause) {
    return cause == Cause::credentials || cause == Cause::unreachable || cause == Cause::refused;
}

/// These happen to everybody and cure themselves.
bool is_ordinary(Cause cause) { return cause == Cause::expired || cause == Cause::cut; }

}  // namespace

void Complaints::write_log(const Line& line) {
    if (line.wrong) {
        log::warn("cluster cannot be read", {{"what", line.what}, {"reason", line.reason}});
    } else {
        log::info("cluster is read again", {{"what", line.what}});
    }
}

void Complaints::wrong(const std::string& who, const Trouble& trouble) {
    if (is_ordinary(trouble.cause)) {
        log::debug("watch interrupted", {{"what", who}, {"reason", trouble.text}});
        return;
    }
    const std::scoped_lock lock(mutex_);
    Matter matter{trouble.cause, is_shared(trouble.cause) ? server_ : who, trouble.missing_right};
    auto& whom = open_[matter];
    if (whom.empty()) say_({true, matter.what, trouble.text});
    whom.insert(who);
}

void Complaints::answered(const std::string& who) {
    over(who, [](Cause cause) { return cause != Cause::garbled; });
}

void Complaints::well(const std::string& who) {
    over(who, [](Cause) { return true; });
}

template <class IsOver>
void Complaints::over(const std::string& who, IsOver is_over) {
    const std::scoped_lock lock(mutex_);
    std::set<std::string> healed;
    std::set<std::string> still_wrong;
    for (auto at = open_.begin(); at != open_.end();) {
        auto& [matter, whom] = *at;
        if (is_over(matter.cause)) whom.erase(who);
        if (whom.empty()) {
            healed.insert(matter.what);
            at = open_.erase(at);
        } else {
            still_wrong.insert(matter.what);
            ++at;
        }
    }
    for (const std::string& what : healed) {
        if (!still_wrong.contains(what)) say_({false, what, {}});
    }
}

}  // namespace breakwater::kube
