#include "proxy/ocsp/updater.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "proxy/base/log.h"

namespace breakwater::ocsp {
namespace {

using crypto::OcspStatus;

/// In the middle of what is left, so that there is time to try again.
Duration time_to_next(WallTime until, WallTime now) {
    return std::clamp<Duration>((until - now) / 2, Updater::kShortest, Updater::kLongest);
}

/// @param failures  in a row, at least one
Duration pause_after(unsigned failures) {
    constexpr unsigned kDoublings = 6;  // an hour and more
    return std::min<Duration>(Updater::kShortest * (1 << std::min(failures - 1, kDoublings)),
                              Updater::kLongestPause);
}

Task<void> wait_until(Reactor& reactor, Deadline deadline) { co_await Sleep(reactor, deadline); }

}  // namespace

/// What is needed to ask about one certificate.
struct Updater::Wanted {
    Shared certificate;
    std::string name;  ///< of its Secret
    Responder responder;
    std::string request;
};

/// One certificate, and when it is asked about next.
class Updater::Subject final : public FewAtOnce::Member, private Timer {
public:
    Subject(Updater& updater, Wanted what) : wanted(std::move(what)), updater_(updater) {}

    void ask_in(Duration wait) {
        Reactor& reactor = updater_.lender_.reactor;
        reactor.timers().arm(*this, Deadline(reactor.now() + wait));
    }

    const Wanted wanted;
    unsigned failures = 0;     ///< in a row
    std::string last_failure;  ///< said once; empty after a success
    OcspStatus status = OcspStatus::good;

private:
    Task<void> work() override { return updater_.refresh(*this); }
    void on_time() override { updater_.asking_.run(*this); }

    Updater& updater_;
};

Updater::Updater(exchange::Lender& lender, const Options& options, Tell tell)
    : lender_(lender),
      resolver_(lender.reactor, options.name_servers),
      means_{lender, resolver_, options.local_responders},
      tell_(std::move(tell)),
      asking_(lender.reactor, kMostAtOnce) {}

Updater::~Updater() {
    for (const auto& [certificate, subject] : subjects_) asking_.cancel(*subject);
}

Counts Updater::counts() const {
    return {.fetched = fetched_.load(std::memory_order_relaxed),
            .failed = failed_.load(std::memory_order_relaxed)};
}

void Updater::follow(const tls::CertificateIndex& index, bool enabled) {
    std::unordered_set<Shared> now;
    std::vector<Wanted> added;
    if (enabled) {
        for (const auto& [source, certificate] : index.all()) {
            now.insert(certificate);
            if (followed_.contains(certificate)) continue;
            const auto question = certificate->ocsp_question();
            const auto responder = question ? parse_responder(question->url) : std::nullopt;
            if (responder) {
                added.push_back({certificate, source->name, *responder, question->request});
            } else {
                log::debug("certificate has no OCSP responder, or not its issuer",
                           {{"certificate", source->name}});
            }
        }
    }
    std::vector<Shared> removed;
    for (const Shared& before : followed_) {
        if (!now.contains(before)) removed.push_back(before);
    }
    followed_ = std::move(now);
    if (added.empty() && removed.empty()) return;
    lender_.reactor.post([this, gone = std::move(removed), come = std::move(added)]() mutable {
        for (const Shared& certificate : gone) remove(certificate);
        for (Wanted& wanted : come) add(std::move(wanted));
    });
}

void Updater::add(Wanted wanted) {
    const tls::ServerCertificate* const key = wanted.certificate.get();
    auto& subject = subjects_[key] = std::make_unique<Subject>(*this, std::move(wanted));
    asking_.run(*subject);
}

void Updater::remove(const Shared& certificate) {
    const auto found = subjects_.find(certificate.get());
    if (found == subjects_.end()) return;
    asking_.cancel(*found->second);
    subjects_.erase(found);
    tell_([certificate](tls::Staples& staples) { staples.drop(*certificate); });
}

Task<void> Updater::refresh(Subject& subject) {
    Reactor& reactor = lender_.reactor;
    const Deadline deadline = Deadline::after(reactor.now(), kPatience);
    const Wanted& wanted = subject.wanted;
    auto asking = ask(means_, wanted.responder, wanted.request, deadline);
    auto patience = wait_until(reactor, deadline);  // of all of it: a body may come byte by byte
    asking.start();
    patience.start();
    co_await Either(asking, patience);
    std::expected<std::string, std::string> answer = std::unexpected("no answer in time");
    if (asking.done()) answer = asking.take();
    take(subject, answer);
}

void Updater::take(Subject& subject, const std::expected<std::string, std::string>& answer) {
    const WallTime now = lender_.reactor.wall();
    const Wanted& wanted = subject.wanted;
    if (!answer) return take_failure(subject, answer.error());
    const auto facts = wanted.certificate->check_ocsp_response(*answer, now);
    if (!facts) return take_failure(subject, facts.error());

    fetched_.fetch_add(1, std::memory_order_relaxed);
    subject.failures = 0;
    subject.last_failure.clear();
    if (std::exchange(subject.status, facts->status) != facts->status) {
        log::warn(facts->status == OcspStatus::revoked ? "certificate has been revoked"
                                                       : "certificate is no longer revoked",
                  {{"certificate", wanted.name}, {"responder", wanted.responder.url}});
    }
    auto staple = std::make_shared<const tls::Staple>(
        tls::Staple{wanted.certificate, *answer, facts->next_update});
    tell_([staple](tls::Staples& staples) { staples.put(staple); });
    subject.ask_in(time_to_next(facts->next_update, now));
}

void Updater::take_failure(Subject& subject, const std::string& reason) {
    failed_.fetch_add(1, std::memory_order_relaxed);
    ++subject.failures;
    subject.ask_in(pause_after(subject.failures));
    if (std::exchange(subject.last_failure, reason) == reason) return;
    log::warn("no OCSP response", {{"certificate", subject.wanted.name},
                                   {"responder", subject.wanted.responder.url},
                                   {"reason", reason}});
}

}  // namespace breakwater::ocsp
