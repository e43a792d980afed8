#pragma once
// What a part of the table was made from, so that the next translation knows whether to make it again.
//
// Whoever reads an object while it makes something does so through a Lookup, which notes what was asked
// for, found or not. A part is made again where any of it has changed, and only there: nobody says by
// hand what depends on what.
//
// Kept as hashes: two that share one only cost a part that is made without need. Of Secrets the names are kept,
// too: a source keeps no others. Values of one thread.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "controller/kube/shelf.h"

namespace breakwater::translate {

using Trace = std::size_t;

[[nodiscard]] Trace trace_of(kube::Kind kind, const kube::KeyView& key);
/// Of who has a say in a host. @param name  lower case; empty: the catch-all
[[nodiscard]] Trace trace_of_host(std::string_view name);
/// Of how a Service's port is called in the table. @param name  without what tells apart those that share it
[[nodiscard]] Trace trace_of_backend(std::string_view name);

/// What differs from the translation before.
class Changes {
public:
    void add(Trace trace) { traces_.insert(trace); }
    [[nodiscard]] bool contain(Trace trace) const { return traces_.contains(trace); }
    [[nodiscard]] std::size_t size() const { return traces_.size(); }

private:
    std::unordered_set<Trace> traces_;
};

class Footprint {
public:
    void add(Trace trace) {
        if (count_ < kFew) {
            few_[count_++] = trace;
        } else {
            more_.push_back(trace);
        }
    }
    void add(const Footprint& other) {
        for (std::size_t i = 0; i < other.count_; ++i) add(other.few_[i]);
        for (const Trace trace : other.more_) add(trace);
        secrets_.insert(other.secrets_.begin(), other.secrets_.end());
    }
    void add_secret(const kube::Key& key) {
        if (secrets_.insert(key).second) add(trace_of(kube::Kind::secret, key));
    }
    [[nodiscard]] const std::set<kube::Key>& secrets() const { return secrets_; }
    [[nodiscard]] bool is_touched_by(const Changes& changes) const {
        const auto changed = [&](Trace one) { return changes.contain(one); };
        return std::any_of(few_.begin(), few_.begin() + count_, changed) ||
               std::ranges::any_of(more_, changed);
    }

private:
    /// As many as most Ingresses leave: ten thousand footprints are looked at in each turn.
    static constexpr std::size_t kFew = 6;

    std::array<Trace, kFew> few_{};
    std::uint8_t count_ = 0;
    std::vector<Trace> more_;
    std::set<kube::Key> secrets_;
};

/// Objects, for one who leaves a footprint. What it is given outlives it.
class Lookup {
public:
    Lookup(const kube::Objects& objects, Footprint& footprint)
        : objects_(objects), footprint_(footprint) {}

    /// Null where there is none, as all of these.
    [[nodiscard]] std::shared_ptr<const kube::Secret> secret(const kube::Key& key) {
        footprint_.add_secret(key);
        return objects_.secrets.get(key);
    }
    [[nodiscard]] const kube::Service* service(const kube::Key& key) {
        footprint_.add(trace_of(kube::Kind::service, key));
        return objects_.services.find(key);
    }
    [[nodiscard]] const kube::ConfigMap* config_map(const kube::Key& key) {
        footprint_.add(trace_of(kube::Kind::config_map, key));
        return objects_.config_maps.find(key);
    }
    /// For what is not asked of the objects.
    void note(Trace trace) { footprint_.add(trace); }

private:
    const kube::Objects& objects_;
    Footprint& footprint_;
};

}  // namespace breakwater::translate
