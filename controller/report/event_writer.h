#pragma once
// Makes Events of findings, where we lead, and of Ingresses that have come or changed (`Sync`, as
// ingress-nginx does; but not of those that were there before we led).
//
// It goes through the findings as they are now, so there is no queue; what was said is in the book.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "controller/kube/api_client.h"
#include "controller/kube/complaints.h"
#include "controller/report/event_book.h"
#include "controller/report/periodic.h"
#include "controller/source/source.h"
#include "controller/translate/options.h"

namespace breakwater::report {

struct EventOptions {
    std::string instance;  ///< who says it
    bool sync_events = true;
    translate::Options translation;  ///< decides which Ingresses are ours
};

class EventWriter {
public:
    /// @param source, credentials, complaints  outlive this
    /// @param leads  any thread may call it
    EventWriter(EventOptions options, const source::Source& source, std::function<bool()> leads,
                kube::Credentials& credentials, kube::Complaints& complaints);

    void start() { thread_.start(); }
    void stop() { thread_.stop(); }

    // Any thread.

    /// Those of the table in force; they last until others come.
    void note(std::shared_ptr<const table::Findings> findings);
    /// A table was made, or we lead now.
    void wake() { thread_.wake(); }

    static constexpr std::chrono::seconds kBetweenWalks{1};
    static constexpr std::chrono::minutes kInterval{1};
    /// As client-go's clients: 10 at once (twice, here) and 5 a second.
    static constexpr std::uint32_t kAtOnce = 20;
    static constexpr std::chrono::milliseconds kEach{200};
    static constexpr std::size_t kMostSyncs = 100;  ///< in one walk; the rest goes unsaid

private:
    using Step = std::expected<void, kube::Trouble>;

    Periodic::Rest walk(const std::stop_token& stop);
    Step say_findings(kube::Objects& objects, const std::stop_token& stop);
    Step say_changes(const kube::Objects& objects, const std::stop_token& stop);
    Step say(const Note& note, const std::stop_token& stop);
    Step create(const Note& note, const std::stop_token& stop);
    Step refresh(const Note& note, int count, const std::stop_token& stop);
    bool may_go_on(const std::stop_token& stop);
    void say_full(bool full);

    const EventOptions options_;
    const source::Source& source_;
    const std::function<bool()> leads_;
    kube::Complaints& complaints_;
    kube::ApiClient client_;
    std::mutex mutex_;
    std::shared_ptr<const table::Findings> findings_ =
        std::make_shared<table::Findings>();  ///< under the mutex

    // Of the thread.
    EventBook book_;
    TokenBucket pace_{kAtOnce, kEach};
    std::optional<kube::Shelf<kube::Ingress>> before_;  ///< none: we did not lead
    bool full_said_ = false;
    Periodic thread_;  // last: it uses all of the above
};

}  // namespace breakwater::report
