#pragma once
// Reads the Secrets that are named later (kept_secrets.h), one after the other, by name. What the API server does not
// want to give is said once for all of them, and asked for again without end.
//
// run() on a thread of its own.

#include <cstdint>
#include <expected>
#include <stop_token>

#include "controller/kube/api_client.h"
#include "controller/kube/backoff.h"
#include "controller/kube/complaints.h"
#include "controller/kube/credentials.h"
#include "controller/source/kept_secrets.h"

namespace breakwater::source {

/// One Secret by name, read or broken; an empty batch: there is none. @error what is to be done about it
[[nodiscard]] std::expected<Batch, kube::Trouble> get_secret(kube::ApiClient& api,
                                                             const kube::Key& key,
                                                             const std::stop_token& stop);

class SecretFetcher {
public:
    /// All references outlive run().
    SecretFetcher(KeptSecrets& secrets, kube::Credentials& credentials,
                  kube::Complaints& complaints, const kube::Pace& pace, std::uint64_t seed);

    /// Until asked to stop; then returns at once.
    void run(const std::stop_token& stop);

private:
    void fetch(const kube::Key& key, const std::stop_token& stop);

    KeptSecrets& secrets_;
    kube::Complaints& complaints_;
    kube::Backoff backoff_;
    kube::ApiClient api_;
};

}  // namespace breakwater::source
