#pragma once
// Our own pod and those beside it: pods of our namespace with our labels, but for those by which a
// Deployment or a DaemonSet tells its generations apart. So the pods of an update count as one set.

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/kube/api_client.h"
#include "controller/kube/objects.h"

namespace breakwater::report {

struct Replica {
    std::string name;
    std::string node;     ///< empty: not placed yet
    bool ready = false;   ///< runs, and is Ready
    bool serves = false;  ///< will serve on: it is neither ended nor being deleted
};

/// @param own  `$POD_NAMESPACE` and `$POD_NAME`
/// @return all replicas, our own pod among them.
[[nodiscard]] std::expected<std::vector<Replica>, kube::Trouble> find_replicas(
    kube::ApiClient& client, const kube::Key& own, const std::stop_token& stop);

// Parts of it, pure.

/// `app=a,tier=b`, without a generation's labels. Empty where the pod has no others: then it has no
/// replicas that could be told from strangers.
[[nodiscard]] std::string selector_of(const nlohmann::json& pod);
[[nodiscard]] Replica read_replica(const nlohmann::json& pod);

}  // namespace breakwater::report
