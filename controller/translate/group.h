#pragma once
// The parts that a table is made of: Ingresses that have a host in common, directly or over others, and
// all that comes of them. None knows of another, so that a change is made good in the part that it touches.
//
// candidates ──group_by_host()──> plan_group() ──all announced──> build_group(). Pure, but for what is
// given to be filled; one thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/translate/backends.h"
#include "controller/translate/choose.h"
#include "controller/translate/fallback.h"
#include "controller/translate/footprint.h"
#include "controller/translate/of_secret.h"
#include "controller/translate/plan.h"
#include "controller/translate/report.h"
#include "controller/translate/settings.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

using HostPtr = std::shared_ptr<const table::Host>;

/// One Ingress, read.
struct Candidate {
    std::shared_ptr<const kube::Ingress> object;
    std::optional<Chosen> chosen;  ///< none: nothing of it is served
    /// The next translation may say another thing of the same object: what was accepted before it is no
    /// longer accepted.
    bool settled = true;
    Footprint footprint;
    Report report;
};

/// The hosts that it has a say in, lower case; empty: the catch-all.
[[nodiscard]] std::vector<std::string> hosts_of(const Candidate& candidate);

struct Group {
    std::vector<kube::Key> ingresses;  ///< also those of which nothing is served
    std::vector<Announcement> announcements;
    std::vector<ServicePort> backends;  ///< that it uses, each once
    std::vector<HostPtr> hosts;         ///< by name, without the catch-all
    HostPtr catch_all;                  ///< of one group, which has it; else null
    table::Findings findings;
};
using GroupPtr = std::shared_ptr<const Group>;

/// How long a group stays as it is.
struct Validity {
    Footprint footprint;
    WallTime good_until = WallTime::max();  ///< certificates expire
    bool settled = true;                    ///< Candidate::settled of all
};

/// A group in force.
struct Part {
    Validity validity;
    GroupPtr group;
};

/// Those that have a host in common; what is not served is alone.
[[nodiscard]] std::vector<std::vector<Candidate>> group_by_host(std::vector<Candidate> candidates);

/// A group whose hosts are not built yet.
struct PlannedGroup {
    std::vector<Chosen> all;  ///< the oldest first
    Plan plan;                ///< of `all`
    bool has_catch_all = false;
    Report report;
    Group made;
    Validity validity;
};

/// @param members  as group_by_host() has them; none: the catch-all that no Ingress has a say in
[[nodiscard]] PlannedGroup plan_group(std::vector<Candidate> members);

/// What hosts are built from beside their plan. What it refers to outlives it.
struct BuildContext {
    const Input& input;
    const Globals& globals;
    const DefaultBackend& default_backend;
    Backends& backends;  ///< everything is announced
    OfSecret<table::Certificate>& certificates;
    const table::RoutingTable* before;  ///< what is equal there is its node; may be null
    const Checks& checks;
    const Options& options;
};

[[nodiscard]] Part build_group(PlannedGroup planned, const BuildContext& context);

}  // namespace breakwater::translate
