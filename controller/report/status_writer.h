#pragma once
// Writes `status.loadBalancer` of our Ingresses, where we lead: at every interval, and soon after the
// objects have changed.
//
// It compares what the watch has brought with what shall be and writes what differs, a request at a
// time, so there is no queue; a JSON patch that tests uid and class cannot touch another Ingress that
// has come under the same name, nor one that has just gone to another controller.
//
// docs/decisions/status.md says what is written when, and what never.

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "controller/kube/api_client.h"
#include "controller/kube/complaints.h"
#include "controller/report/address_finder.h"
#include "controller/report/periodic.h"
#include "controller/report/status_ledger.h"
#include "controller/report/token_bucket.h"

namespace breakwater::report {

/// All Ingresses of ours at this moment; nothing as long as not all was read.
using OurIngresses =
    std::function<std::optional<std::vector<std::shared_ptr<const kube::Ingress>>>()>;

struct StatusOptions {
    AddressOptions addresses;
    std::chrono::seconds interval{60};  ///< `--status-update-interval`
    bool clear_on_shutdown = true;      ///< `--update-status-on-shutdown`
};

class StatusWriter {
public:
    /// @param ingresses, leads  any thread may call them
    /// @param credentials, complaints  outlive this
    StatusWriter(StatusOptions options, OurIngresses ingresses, std::function<bool()> leads,
                 kube::Credentials& credentials, kube::Complaints& complaints);

    void start() { thread_.start(); }
    /// The objects have changed, or we lead now. Any thread.
    void wake() { thread_.wake(); }
    /// Ends the thread; then, where we lead and no other replica serves on, takes our addresses out of the
    /// status again, within kFarewell and one request. @param at_once  leaves it as it is
    void stop(const std::stop_token& at_once);

    /// After a walk that was woken: it is a comparison of all Ingresses.
    static constexpr std::chrono::seconds kBetweenWalks{2};
    /// Writes at once, and then each: ingress-nginx has no bound, client-go's own is 5 a second, with
    /// which 10,000 Ingresses would take half an hour.
    static constexpr std::uint32_t kAtOnce = 100;
    static constexpr std::chrono::milliseconds kEach{20};
    /// How long addresses are taken for good, where the interval is longer.
    static constexpr std::chrono::seconds kAddressesLast{10};
    static constexpr std::chrono::seconds kFarewell{10};

private:
    using Step = std::expected<void, kube::Trouble>;

    Periodic::Rest walk(const std::stop_token& stop);
    /// Those found last where that was a moment ago: a walk may have been woken.
    std::expected<Addresses, kube::Trouble> find_addresses(const std::stop_token& stop);
    Step write_all(const Addresses& wanted, const std::stop_token& stop);
    Step write(const kube::Ingress& ingress, const Addresses& wanted, const std::stop_token& stop);
    Step take_back(Deadline deadline, const std::stop_token& at_once);
    /// Whether the addresses will be good without us.
    std::expected<bool, kube::Trouble> others_serve(const std::stop_token& at_once);
    void say_addresses(const Addresses& addresses);

    const StatusOptions options_;
    const OurIngresses ingresses_;
    const std::function<bool()> leads_;
    kube::Complaints& complaints_;
    kube::ApiClient client_;
    const AddressFinder finder_;
    StatusLedger ledger_;
    TokenBucket pace_{kAtOnce, kEach};
    Addresses written_;  ///< what we have last wanted; empty before the first walk that we led
    Deadline good_until_ = Deadline(Time{});  ///< they need not be looked for again
    bool said_none_ = false;
    Periodic thread_;  // last: it uses all of the above
};

}  // namespace breakwater::report
