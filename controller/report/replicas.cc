#include "controller/report/replicas.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "controller/kube/field.h"

namespace breakwater::report {
namespace {

using kube::Field;
using nlohmann::json;

constexpr kube::Resource kPods{"/api/v1", "", "pods"};
/// More replicas than anybody runs; the answer has to have a bound.
constexpr std::size_t kMostReplicas = 500;

/// What the controllers of workloads add: another one for each generation.
constexpr std::array<std::string_view, 3> kOfGeneration{
    "pod-template-hash", "controller-revision-hash", "pod-template-generation"};

}  // namespace

std::string selector_of(const json& pod) {
    std::optional<kube::Mistake> ignored;
    std::string selector;
    for (const auto& [name, value] : Field(pod, ignored)["metadata"]["labels"].texts()) {
        if (std::ranges::find(kOfGeneration, name) != kOfGeneration.end()) continue;
        selector.append(selector.empty() ? "" : ",").append(name).append("=").append(value);
    }
    return selector;
}

Replica read_replica(const json& pod) {
    std::optional<kube::Mistake> ignored;
    const Field root(pod, ignored);
    const std::string phase = root["status"]["phase"].text();
    const bool leaving = root["metadata"]["deletionTimestamp"].present();
    const auto conditions = root["status"]["conditions"].list([](const Field& one) {
        return one["type"].text() == "Ready" && one["status"].text() == "True";
    });
    return {.name = root["metadata"]["name"].text(),
            .node = root["spec"]["nodeName"].text(),
            .ready = phase == "Running" && std::ranges::count(conditions, true) > 0,
            .serves = !leaving && (phase == "Running" || phase == "Pending")};
}

std::expected<std::vector<Replica>, kube::Trouble> find_replicas(kube::ApiClient& client,
                                                                 const kube::Key& own,
                                                                 const std::stop_token& stop) {
    const auto self = client.get({kPods, own.namespace_name, own.name, {}}, stop);
    if (!self) return std::unexpected(self.error());
    const std::string selector = selector_of(*self);
    if (selector.empty()) return std::vector{read_replica(*self)};
    const auto all =
        client.list({kPods, own.namespace_name, {}, {}}, selector, kMostReplicas, stop);
    if (!all) return std::unexpected(all.error());
    std::vector<Replica> replicas;
    const auto items = all->find("items");
    if (items == all->end() || !items->is_array()) return replicas;
    std::ranges::transform(*items, std::back_inserter(replicas), read_replica);
    return replicas;
}

}  // namespace breakwater::report
