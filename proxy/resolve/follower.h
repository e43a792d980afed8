#pragma once
// Keeps the addresses of names at hand: asks for each in the background, tells of what has changed, asks again
// as its TTL runs out. docs/decisions/external_name.md.
//
// What was answered last stays while nobody answers, for a day at most; that there is no such name is an answer.
//
// Belongs to one reactor's thread; follow() is called by who publishes.

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/reactor/few_at_once.h"
#include "proxy/resolve/resolver.h"

namespace breakwater::resolve {

struct FollowerOptions {
    /// Names may lead to this machine and to its link: for directories of manifests, and tests.
    bool local_addresses = false;
    std::string name_servers = {};  ///< as Resolver takes them
};

/// Sorted, none twice.
using Addresses = std::shared_ptr<const std::vector<IpAddress>>;

class Follower {
public:
    /// What a name leads to from now on: to nothing that can be used, where it is empty. Null: it is no longer
    /// followed. On the reactor's thread.
    using Tell = std::function<void(const std::string& name, const Addresses& addresses)>;

    /// So many are asked for at once: thousands may come with one table.
    static constexpr std::size_t kMostAtOnce = 32;
    static constexpr std::chrono::seconds kPatience{10};
    /// And of those that failed last time so many, for so long: however many dead names somebody has, the
    /// others are asked for in time.
    static constexpr std::size_t kMostRetries = 4;
    static constexpr std::chrono::seconds kPatienceOfRetries{5};
    /// What a TTL counts for at least: a record without one is not asked for all the time.
    static constexpr std::chrono::seconds kShortest{5};
    /// And at most, so that a mistake does not last.
    static constexpr std::chrono::hours kLongest{1};
    /// After failures, from `kShortest` on twice as long each time.
    static constexpr std::chrono::minutes kLongestPause{2};
    /// RFC 8767 section 5: long enough for an outage of the name servers, and too short for most addresses to
    /// become somebody else's.
    static constexpr std::chrono::hours kStale{24};

    /// Before a name is asked for again. @param failures  in a row, at least one
    [[nodiscard]] static Duration pause_after(unsigned failures);

    /// @param reactor  outlives this.
    Follower(Reactor& reactor, const FollowerOptions& options, Tell tell);
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;
    /// On the reactor's thread.
    ~Follower();

    /// These are followed from now on, and no others. One caller at a time, any thread.
    void follow(std::set<std::string> names);
    /// Names that lead to nothing now. Any thread.
    [[nodiscard]] std::size_t unresolved() const;

private:
    class Subject;

    /// How long what is known of the machine's interfaces counts: thousands of answers may come in a second.
    static constexpr std::chrono::seconds kOwnAddresses{10};

    void add(const std::string& name);
    void remove(const std::string& name);
    Task<void> ask(Subject& subject);
    void take(Subject& subject, const Result<Resolved>& found);
    void take_failure(Subject& subject, Err error, const std::string& reason);
    /// Tells of it, where it is something else than before.
    void lead(Subject& subject, std::vector<IpAddress> addresses);
    /// Whether no name of a user may lead there.
    [[nodiscard]] bool is_refused(const IpAddress& ip);

    Reactor& reactor_;
    const FollowerOptions options_;
    const Tell tell_;
    Resolver resolver_;
    std::set<std::string> followed_;  ///< the publisher's
    std::map<std::string, std::unique_ptr<Subject>> subjects_;
    FewAtOnce asking_;
    FewAtOnce retrying_;
    std::vector<IpAddress> own_;  ///< addresses of this machine
    Deadline own_until_{Time{}};  ///< then they are to be read again
    std::atomic<std::size_t> unresolved_{0};
};

/// The addresses of this machine's interfaces, as far as the process can see them.
[[nodiscard]] std::vector<IpAddress> own_addresses();

}  // namespace breakwater::resolve
