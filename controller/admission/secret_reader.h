#pragma once
// Secrets that an Ingress under review names and that are not kept, because nothing in the cluster names them yet.
//
// Any thread; one request at a time.

#include <chrono>
#include <mutex>
#include <stop_token>

#include "controller/admission/judge.h"
#include "controller/kube/api_client.h"
#include "controller/kube/complaints.h"
#include "controller/kube/credentials.h"

namespace breakwater::admission {

class SecretReader {
public:
    /// For all Secrets of one Ingress: what asks us waits, by default for ten seconds.
    static constexpr std::chrono::seconds kMostTime{2};
    static constexpr std::size_t kMostSecrets = 20;

    explicit SecretReader(kube::Access access);

    /// Blocks, for kMostTime at most. What stands in the way is logged once.
    [[nodiscard]] FetchedSecrets read(const std::vector<kube::Key>& keys);

private:
    kube::Credentials credentials_;
    kube::Complaints complaints_;
    std::timed_mutex mutex_;  ///< guards what follows
    kube::ApiClient api_;
};

}  // namespace breakwater::admission
