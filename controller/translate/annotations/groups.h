#pragma once
// All groups of rows: those of the files in this folder, which CMakeLists.txt lists for groups.cc.

#include <span>
#include <string>
#include <string_view>

#include "controller/kube/objects.h"
#include "controller/translate/annotations/draft.h"
#include "controller/translate/annotations/row.h"
#include "controller/translate/report.h"

namespace breakwater::translate {

/// Every group, each once.
[[nodiscard]] std::span<const RowGroup> all_groups();
/// The row of an annotation, by name or alias, without prefix. Null where there is none.
[[nodiscard]] const Row* find_row(std::string_view annotation);
/// The row whose default the ConfigMap's key is. Null where there is none.
[[nodiscard]] const Row* find_default(std::string_view config_key);

/// The policies of a location: the draft's, with every wish settled.
[[nodiscard]] table::Policies settle(const Draft& draft, const Place& place);
/// Reports what of a location's policies does nothing. Of locations with a backend of their own, not of denied ones or the
/// implicit fallback.
/// @param ingress  which has said them
/// @param prefix   of ingress-nginx's names, without the slash; ours have kOwnPrefix
void review(const table::Policies& policies, const kube::Ingress& ingress, std::string_view prefix,
            Report& report);

}  // namespace breakwater::translate
