#include "proxy/resolve/follower.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "proxy/base/address_range.h"
#include "proxy/base/free.h"
#include "proxy/base/log.h"

namespace breakwater::resolve {
namespace {

/// An answer by TCP could hold thousands, and each becomes an endpoint of each worker.
constexpr std::size_t kMostAddresses = 64;

std::string reason_of(const Error& error) {
    const std::string_view token = row(error).token;
    return error.detail ? fmt::format("{}: {}", token, error.detail) : std::string(token);
}

}  // namespace

/// One name, and when it is asked for next.
class Follower::Subject final : public FewAtOnce::Member, private Timer {
public:
    Subject(Follower& follower, std::string followed)
        : name(std::move(followed)), follower_(follower) {}

    void ask() {
        line_ = failures == 0 ? &follower_.asking_ : &follower_.retrying_;
        line_->run(*this);
    }
    void ask_in(Duration wait) {
        Reactor& reactor = follower_.reactor_;
        reactor.timers().arm(*this, Deadline(reactor.now() + wait));
    }

    void cancel() { line_->cancel(*this); }

    const std::string name;
    Addresses addresses;       ///< as they were told last; null at first
    Time answered{};           ///< when they were
    unsigned failures = 0;     ///< in a row
    std::string last_failure;  ///< said once; empty after a success

private:
    Task<void> work() override { return follower_.ask(*this); }
    void on_time() override { ask(); }

    Follower& follower_;
    FewAtOnce* line_ = nullptr;  ///< where it works, waits, or did so last
};

Follower::Follower(Reactor& reactor, const FollowerOptions& options, Tell tell)
    : reactor_(reactor),
      options_(options),
      tell_(std::move(tell)),
      resolver_(reactor, options.name_servers),
      asking_(reactor, kMostAtOnce),
      retrying_(reactor, kMostRetries) {}

Follower::~Follower() {
    for (const auto& [name, subject] : subjects_) subject->cancel();
}

Duration Follower::pause_after(unsigned failures) {
    constexpr unsigned kDoublings = 5;  // two minutes and more
    return std::min<Duration>(kShortest * (1 << std::min(failures - 1, kDoublings)), kLongestPause);
}

std::size_t Follower::unresolved() const { return unresolved_.load(std::memory_order_relaxed); }

void Follower::follow(std::set<std::string> names) {
    std::vector<std::string> added;
    std::vector<std::string> removed;
    std::ranges::set_difference(names, followed_, std::back_inserter(added));
    std::ranges::set_difference(followed_, names, std::back_inserter(removed));
    followed_ = std::move(names);
    if (added.empty() && removed.empty()) return;
    reactor_.post([this, come = std::move(added), gone = std::move(removed)] {
        for (const std::string& name : gone) remove(name);
        for (const std::string& name : come) add(name);
    });
}

void Follower::add(const std::string& name) {
    auto& subject = subjects_[name] = std::make_unique<Subject>(*this, name);
    unresolved_.fetch_add(1, std::memory_order_relaxed);
    subject->ask();
}

void Follower::remove(const std::string& name) {
    const auto found = subjects_.find(name);
    Subject& subject = *found->second;
    subject.cancel();
    if (!subject.addresses || subject.addresses->empty()) {
        unresolved_.fetch_sub(1, std::memory_order_relaxed);
    }
    subjects_.erase(found);
    tell_(name, nullptr);
}

Task<void> Follower::ask(Subject& subject) {
    const Duration patience = subject.failures == 0 ? kPatience : kPatienceOfRetries;
    const Deadline deadline = Deadline::after(reactor_.now(), patience);
    Result<Resolved> found = co_await resolver_.resolve(subject.name, deadline);
    take(subject, found);
}

void Follower::take(Subject& subject, const Result<Resolved>& found) {
    if (!found) return take_failure(subject, found.error().code, reason_of(found.error()));
    std::vector<IpAddress> usable = found->addresses;
    std::erase_if(usable, [this](const IpAddress& ip) { return is_refused(ip); });
    if (usable.empty()) {
        return take_failure(subject, Err::name_unresolved,
                            found->addresses.front().to_string() +
                                " is of this machine, its link or its cloud's metadata service, "
                                "where no name may lead");
    }
    if (!subject.last_failure.empty()) log::info("name resolves again", {{"name", subject.name}});
    subject.failures = 0;
    subject.last_failure.clear();
    subject.answered = reactor_.now();
    lead(subject, std::move(usable));
    subject.ask_in(std::clamp<std::chrono::seconds>(found->ttl, kShortest, kLongest));
}

void Follower::take_failure(Subject& subject, Err error, const std::string& reason) {
    const bool too_old = Deadline::after(subject.answered, kStale).passed(reactor_.now());
    if (error == Err::name_unresolved || !subject.addresses || too_old) lead(subject, {});
    ++subject.failures;
    subject.ask_in(pause_after(subject.failures));
    if (std::exchange(subject.last_failure, reason) == reason) return;
    log::warn("name does not resolve",
              {{"name", subject.name},
               {"reason", reason},
               {"addresses", subject.addresses->empty() ? "none" : "those of before"}});
}

void Follower::lead(Subject& subject, std::vector<IpAddress> addresses) {
    std::ranges::sort(addresses);
    const auto twice = std::ranges::unique(addresses);
    addresses.erase(twice.begin(), twice.end());
    if (addresses.size() > kMostAddresses) addresses.resize(kMostAddresses);
    if (subject.addresses && *subject.addresses == addresses) return;

    const bool had_some = subject.addresses && !subject.addresses->empty();
    if (had_some && addresses.empty()) unresolved_.fetch_add(1, std::memory_order_relaxed);
    if (!had_some && !addresses.empty()) unresolved_.fetch_sub(1, std::memory_order_relaxed);
    subject.addresses = std::make_shared<const std::vector<IpAddress>>(std::move(addresses));
    tell_(subject.name, subject.addresses);
}

bool Follower::is_refused(const IpAddress& ip) {
    if (options_.local_addresses) return false;
    if (own_until_.passed(reactor_.now())) {
        own_ = own_addresses();
        own_until_ = Deadline::after(reactor_.now(), kOwnAddresses);
    }
    return is_off_limits(ip) || std::ranges::find(own_, ip) != own_.end();
}

std::vector<IpAddress> own_addresses() {
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0) return {};
    const std::unique_ptr<ifaddrs, Free<freeifaddrs>> owned(first);
    std::vector<IpAddress> addresses;
    for (const ifaddrs* at = first; at; at = at->ifa_next) {
        if (!at->ifa_addr) continue;
        sockaddr_storage native{};
        const bool v4 = at->ifa_addr->sa_family == AF_INET;
        if (!v4 && at->ifa_addr->sa_family != AF_INET6) continue;
        std::copy_n(reinterpret_cast<const char*>(at->ifa_addr),
                    v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6),
                    reinterpret_cast<char*>(&native));
        addresses.push_back(SocketAddress::from_native(native).ip);
    }
    return addresses;
}

}  // namespace breakwater::resolve
