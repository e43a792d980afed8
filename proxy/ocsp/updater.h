#pragma once
// Keeps the OCSP responses of the certificates in force fresh: asks for each in the background, checks
// what comes, tells all workers, asks again before it ends. docs/decisions/ocsp.md.
//
// Belongs to one worker, whose fetcher it uses; follow() is called by who publishes.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "proxy/exchange/exchange.h"
#include "proxy/ocsp/responder.h"
#include "proxy/reactor/few_at_once.h"
#include "proxy/resolve/resolver.h"
#include "proxy/tls/certificate_index.h"
#include "proxy/tls/staples.h"

namespace breakwater::ocsp {

struct Options {
    bool local_responders =
        false;  ///< for tests: on loopback, which a certificate may not name else
    std::string name_servers = {};  ///< as Resolver takes them
};

/// Responders that were asked, and what came of it.
struct Counts {
    std::uint64_t fetched = 0;
    std::uint64_t failed = 0;
};

class Updater {
public:
    /// Has each worker do something with its staples, soon.
    using Tell = std::function<void(std::function<void(tls::Staples&)>)>;

    /// Responders are asked so many at once: thousands of certificates may come with one table, and
    /// checking a response takes as long as a handshake.
    static constexpr std::size_t kMostAtOnce = 4;
    static constexpr std::chrono::seconds kPatience{10};
    /// ingress-nginx keeps a response that long.
    static constexpr std::chrono::hours kLongest{72};
    static constexpr std::chrono::minutes kShortest{1};
    static constexpr std::chrono::hours kLongestPause{1};  ///< after failures

    /// @param lender  of the worker whose thread all but follow() and counts() run on; outlives this.
    Updater(exchange::Lender& lender, const Options& options, Tell tell);
    Updater(const Updater&) = delete;
    Updater& operator=(const Updater&) = delete;
    /// On the worker's thread.
    ~Updater();

    /// What is in force now, once the worker has been told of it: new certificates are asked for, those
    /// that are gone are forgotten. One caller at a time, any thread.
    /// @param enabled  `enable-ocsp`; where not, all are forgotten
    void follow(const tls::CertificateIndex& index, bool enabled);
    /// Any thread.
    [[nodiscard]] Counts counts() const;

private:
    using Shared = std::shared_ptr<const tls::ServerCertificate>;
    class Subject;
    struct Wanted;

    void add(Wanted wanted);
    void remove(const Shared& certificate);
    Task<void> refresh(Subject& subject);
    void take(Subject& subject, const std::expected<std::string, std::string>& answer);
    void take_failure(Subject& subject, const std::string& reason);

    exchange::Lender& lender_;
    resolve::Resolver resolver_;
    const Means means_;
    const Tell tell_;
    std::unordered_set<Shared> followed_;  ///< the publisher's
    std::unordered_map<const tls::ServerCertificate*, std::unique_ptr<Subject>> subjects_;
    FewAtOnce asking_;
    std::atomic<std::uint64_t> fetched_{0};
    std::atomic<std::uint64_t> failed_{0};
};

}  // namespace breakwater::ocsp
