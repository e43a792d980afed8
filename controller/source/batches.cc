#include "controller/source/batches.h"

#include <utility>
#include <variant>

namespace breakwater::source {
namespace {

/// Puts the alternatives of an event where they belong in a batch.
struct EventIntoBatch {
    Batch& batch;

    void operator()(kube::Object& object) const { batch.put.push_back(std::move(object)); }
    void operator()(kube::Event::Removed& removed) const {
        batch.removed.push_back(std::move(removed.id));
    }
    void operator()(kube::Broken& broken) const { batch.broken.push_back(std::move(broken)); }
    void operator()(const kube::Event::Bookmark&) const {}
};

}  // namespace

Scope scope_of(const kube::Target& target) {
    return {target.kind, target.namespace_name, target.name};
}

Batch batch_of(const kube::Target& target, std::vector<kube::Object> objects,
               std::vector<kube::Broken> broken) {
    Batch batch;
    batch.listed = {scope_of(target)};
    batch.put = std::move(objects);
    batch.broken = std::move(broken);
    return batch;
}

Batch batch_of(kube::Event event) {
    Batch batch;
    std::visit(EventIntoBatch{batch}, event.what);
    return batch;
}

}  // namespace breakwater::source
