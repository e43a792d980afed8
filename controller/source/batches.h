#pragma once
// What a reflector brings, as a store takes it. Pure; any thread.

#include "controller/kube/events.h"
#include "controller/kube/target.h"
#include "controller/source/store.h"

namespace breakwater::source {

[[nodiscard]] Scope scope_of(const kube::Target& target);

/// All there is in a target.
[[nodiscard]] Batch batch_of(const kube::Target& target, std::vector<kube::Object> objects,
                             std::vector<kube::Broken> broken);

/// @param event  not a Bookmark, of which the batch is empty
[[nodiscard]] Batch batch_of(kube::Event event);

}  // namespace breakwater::source
