#include "controller/source/cluster.h"

#include <cstdlib>
#include <random>
#include <string_view>
#include <utility>

#include "controller/kube/in_cluster.h"
#include "controller/kube/kubeconfig.h"
#include "controller/source/batches.h"
#include "proxy/base/log.h"

namespace breakwater::source {
namespace {

using kube::Kind;
using kube::Target;

std::vector<Target> targets_of(const ClusterOptions& options) {
    const std::string& in = options.namespace_name;
    std::vector<Target> targets{
        {.kind = Kind::ingress, .namespace_name = in, .name = {}},
        {.kind = Kind::ingress_class, .namespace_name = {}, .name = {}, .optional = true},
        {.kind = Kind::service, .namespace_name = in, .name = {}},
        {.kind = Kind::endpoint_slice, .namespace_name = in, .name = {}},
        {.kind = Kind::secret, .namespace_name = in, .name = {}},
        {.kind = Kind::config_map, .namespace_name = in, .name = {}},
    };
    const auto add_outside = [&](Kind kind, const std::vector<kube::Key>& keys) {
        for (const kube::Key& key : keys) {
            const bool read_anyway = in.empty() || key.namespace_name == in;
            if (!read_anyway) targets.push_back({kind, key.namespace_name, key.name});
        }
    };
    if (!options.namespace_selector.empty()) {
        targets.push_back({.kind = Kind::name_space,
                           .namespace_name = {},
                           .name = {},
                           .label_selector = options.namespace_selector});
    }
    add_outside(Kind::config_map, options.config_maps);
    add_outside(Kind::secret, options.secrets);
    return targets;
}

std::set<Scope> scopes_of(const std::vector<Target>& targets) {
    std::set<Scope> scopes;
    for (const Target& target : targets) scopes.insert(scope_of(target));
    return scopes;
}

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

kube::Expected<kube::Access> find_access(const std::filesystem::path& kubeconfig,
                                         const std::filesystem::path& service_account) {
    if (!kubeconfig.empty()) return kube::read_kubeconfig(kubeconfig);
    return kube::in_cluster_access(service_account, environment("KUBERNETES_SERVICE_HOST"),
                                   environment("KUBERNETES_SERVICE_PORT"));
}

class ClusterSource::StoreSink : public kube::Sink {
public:
    explicit StoreSink(Store& store) : store_(store) {}

    void on_list(const Target& target, std::vector<kube::Object> objects,
                 std::vector<kube::Broken> broken) override {
        log::debug("listed", {{"what", target.to_string()}, {"objects", objects.size()}});
        store_.apply(batch_of(target, std::move(objects), std::move(broken)));
    }

    void on_event(kube::Event event) override { store_.apply(batch_of(std::move(event))); }

    void on_forbidden(const Target& target, const std::string& reason) override {
        log::warn(
            "IngressClasses may not be listed: spec.ingressClassName is compared with "
            "--ingress-class",
            {{"reason", reason}});
        Batch batch;
        batch.forbidden = {scope_of(target)};
        store_.apply(std::move(batch));
    }

private:
    Store& store_;
};

ClusterSource::ClusterSource(kube::Access access, const ClusterOptions& options)
    : credentials_(std::move(access)),
      complaints_("API server " + credentials_.cluster().url),
      store_(scopes_of(targets_of(options))),
      sink_(std::make_unique<StoreSink>(store_)),
      secrets_(store_, options.namespace_name),
      fetcher_(secrets_, credentials_, complaints_, options.pace, std::random_device()()) {
    std::random_device seed;
    for (Target& target : targets_of(options)) {
        // Those that flags name have reflectors of their own, which read nothing else.
        const bool filtered =
            target.kind == Kind::secret && target.name.empty() && !options.all_secrets;
        kube::Sink& sink = filtered ? static_cast<kube::Sink&>(secrets_) : *sink_;
        auto& reflector = filtered ? secret_reflector_ : reflectors_.emplace_back();
        reflector = std::make_unique<kube::Reflector>(std::move(target), credentials_, complaints_,
                                                      sink, options.pace, seed());
    }
}

ClusterSource::~ClusterSource() { stop(); }

std::expected<void, std::string> ClusterSource::start(Listener& listener) {
    store_.tell(listener);
    if (credentials_.cluster().insecure) {
        log::warn("the API server's certificate is not checked",
                  {{"server", credentials_.cluster().url}});
    }
    for (const auto& reflector : reflectors_) {
        threads_.emplace_back(
            [of = reflector.get()](const std::stop_token& stop) { of->run(stop); });
    }
    if (secret_reflector_) {
        threads_.emplace_back([this](const std::stop_token& stop) {
            if (secrets_.wait_for_names(stop)) secret_reflector_->run(stop);
        });
        threads_.emplace_back([this](const std::stop_token& stop) { fetcher_.run(stop); });
    }
    return {};
}

bool ClusterSource::keep(const kube::Keys& secrets, Duration patience) {
    return secret_reflector_ && secrets_.keep(secrets, patience);
}

void ClusterSource::stop() {
    secrets_.stop();
    for (std::jthread& thread : threads_) thread.request_stop();
    threads_.clear();  // joins
}

}  // namespace breakwater::source
