#pragma once
// Makes Events of findings, where we lead, and of Ingresses that have come or changed (`Sync`, as
// ingress-nginx does; but not of those that were there before us).
//
// It goes through the findings as they are now, so there is no queue; what was said is in the book. Namespaces take
// turns: one with a thousand mistakes does not keep another one's from being said.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "controller/kube/api_client.h"
#include "controller/kube/complaints.h"
#include "controller/report/event_book.h"
#include "controller/report/periodic.h"
#include "controller/report/token_bucket.h"
#include "controller/source/source.h"
#include "controller/translate/options.h"

namespace breakwater::report {

struct EventOptions {
    std::string instance;  ///< who says it
    bool sync_events = true;
    translate::Options translation;  ///< decides which Ingresses are ours
    /// Of all of them. As client-go's clients: 10 at once (twice, here) and 5 a second.
    TokenBucket pace{20, std::chrono::milliseconds(200)};
};

class EventWriter {
public:
    /// @param source, credentials, complaints, clock  outlive this
    /// @param leads  any thread may call it
    EventWriter(EventOptions options, const source::Source& source, std::function<bool()> leads,
                kube::Credentials& credentials, kube::Complaints& complaints,
                const Clock& clock = system_clock());

    void start() { thread_.start(); }
    void stop() { thread_.stop(); }

    // Any thread.

    /// Those of the table in force; they last until others come.
    void note(std::shared_ptr<const table::Findings> findings);
    /// A table was made, or we lead now.
    void wake();

    static constexpr std::chrono::seconds kBetweenWalks{1};
    static constexpr std::chrono::minutes kInterval{1};
    static constexpr std::size_t kMostSyncs = 100;  ///< in one walk; the rest goes unsaid

private:
    using Findings = std::shared_ptr<const table::Findings>;
    using Ingresses = kube::Shelf<kube::Ingress>;
    using Step = std::expected<void, kube::Trouble>;

    Periodic::Rest walk(const std::stop_token& stop);
    Step say_findings(kube::Objects& objects, const std::stop_token& stop);
    Findings findings();
    std::vector<const table::Finding*> due(const table::Findings& findings, kube::Objects& objects);
    /// @return what there was the last time
    Ingresses follow(const Ingresses& now);
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
    Findings findings_ = std::make_shared<table::Findings>();  ///< under the mutex
    std::optional<Ingresses> before_;  ///< under the mutex; at first those of the first table
    const Clock& clock_;

    // Of the thread.
    EventBook book_;
    TokenBucket pace_;
    bool full_said_ = false;
    Periodic thread_;  // last: it uses all of the above
};

}  // namespace breakwater::report
