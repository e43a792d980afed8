#pragma once
// What Breakwater writes to its cluster, put together: the election, and by whoever leads status and
// Events. Not there where the objects are manifests.

#include <memory>
#include <optional>

#include "cmd/breakwater/options.h"
#include "controller/election/elector.h"
#include "controller/kube/access.h"
#include "controller/kube/complaints.h"
#include "controller/report/event_writer.h"
#include "controller/report/status_writer.h"
#include "controller/source/source.h"
#include "proxy/admin/metrics.h"

namespace breakwater::cmd {

class Writers {
public:
    /// @param source  outlives this
    Writers(const kube::Access& access, const Options& options, const admin::Identity& self,
            const source::Source& source);
    /// Ends all threads before any of them goes: each calls the others.
    ~Writers();

    void start();
    /// Takes our addresses out of the status where no other replica serves on, and lets go of the Lease:
    /// within some ten seconds, should the API server be slow. @param at_once  leaves that undone
    void stop(const std::stop_token& at_once);

    // Any thread.

    void note(std::shared_ptr<const table::Findings> findings);
    /// A table was made.
    void wake();
    [[nodiscard]] bool leads() const { return !elector_ || elector_->leads(); }
    /// Of the metrics; none without an election.
    [[nodiscard]] std::optional<admin::ElectionFacts> election() const;

private:
    const std::string election_id_;
    kube::Credentials credentials_;
    kube::Complaints complaints_;
    std::unique_ptr<election::Elector> elector_;    ///< none: `--disable-leader-election`
    std::unique_ptr<report::StatusWriter> status_;  ///< none: `--update-status=false`
    report::EventWriter events_;
};

}  // namespace breakwater::cmd
