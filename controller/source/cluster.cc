#include "controller/source/cluster.h"

#include <cstdlib>
#include <random>
#include <string_view>
#include <utility>
#include <variant>

#include "controller/kube/in_cluster.h"
#include "controller/kube/kubeconfig.h"
#include "proxy/base/log.h"

namespace breakwater::source {
namespace {

using kube::Kind;
using kube::Target;

Scope scope_of(const Target& target) { return {target.kind, target.namespace_name, target.name}; }

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

/// Puts the alternatives of an event where they belong in a batch.
struct Into {
    Batch& batch;

    void operator()(kube::Object& object) const { batch.put.push_back(std::move(object)); }
    void operator()(kube::Event::Removed& removed) const {
        batch.removed.push_back(std::move(removed.id));
    }
    void operator()(kube::Broken& broken) const { batch.broken.push_back(std::move(broken)); }
    void operator()(const kube::Event::Bookmark&) const {}
};

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
        store_.apply({.listed = {scope_of(target)},
                      .put = std::move(objects),
                      .removed = {},
                      .broken = std::move(broken)});
    }

    void on_event(kube::Event event) override {
        Batch batch;
        std::visit(Into{batch}, event.what);
        store_.apply(std::move(batch));
    }

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
      sink_(std::make_unique<StoreSink>(store_)) {
    std::random_device seed;
    for (Target& target : targets_of(options)) {
        reflectors_.push_back(std::make_unique<kube::Reflector>(
            std::move(target), credentials_, complaints_, *sink_, options.pace, seed()));
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
    return {};
}

void ClusterSource::stop() {
    for (std::jthread& thread : threads_) thread.request_stop();
    threads_.clear();  // joins
}

}  // namespace breakwater::source
