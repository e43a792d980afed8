#pragma once
// Objects out of a cluster: a reflector for each kind, each on a thread of its own, and one store.
//
// Synced once every kind was listed. IngressClasses are the exception: a role of one namespace may not
// list them, and much works without (kube::Objects::forbidden). Secrets are listed when keep() has said which of
// them are of use (kept_secrets.h).

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "controller/kube/backoff.h"
#include "controller/kube/complaints.h"
#include "controller/kube/credentials.h"
#include "controller/kube/reflector.h"
#include "controller/source/kept_secrets.h"
#include "controller/source/secret_fetcher.h"
#include "controller/source/source.h"
#include "controller/source/store.h"

namespace breakwater::source {

struct ClusterOptions {
    /// `--watch-namespace`; empty: all.
    std::string namespace_name;
    /// `--watch-namespace-selector`, which the API server applies; empty: no Namespace is read.
    std::string namespace_selector = {};
    /// ConfigMaps and Secrets to read although they lie outside of namespace_name (`--configmap`,
    /// `--default-ssl-certificate` and their like).
    std::vector<kube::Key> config_maps;
    std::vector<kube::Key> secrets;
    /// For one who looks once at all that there is: none is dropped, and keep() says nothing.
    bool all_secrets = false;
    kube::Pace pace;
};

/// `--kubeconfig`, or the pod's own access (`--service-account-dir`) where `kubeconfig` is empty.
/// @error one sentence, as for start().
[[nodiscard]] kube::Expected<kube::Access> find_access(
    const std::filesystem::path& kubeconfig, const std::filesystem::path& service_account);

class ClusterSource final : public Source {
public:
    ClusterSource(kube::Access access, const ClusterOptions& options);
    ~ClusterSource() override;

    [[nodiscard]] std::expected<void, std::string> start(Listener& listener) override;
    void stop() override;
    [[nodiscard]] Snapshot snapshot() const override { return store_.snapshot(); }
    bool keep(const kube::Keys& secrets, Duration patience) override;

private:
    /// Puts what a reflector brings into the store.
    class StoreSink;

    kube::Credentials credentials_;
    kube::Complaints complaints_;
    Store store_;
    std::unique_ptr<StoreSink> sink_;
    KeptSecrets secrets_;
    SecretFetcher fetcher_;
    std::vector<std::unique_ptr<kube::Reflector>> reflectors_;
    std::unique_ptr<kube::Reflector> secret_reflector_;  ///< null: all Secrets are kept
    std::vector<std::jthread> threads_;                  // last: they use all of the above
};

}  // namespace breakwater::source
