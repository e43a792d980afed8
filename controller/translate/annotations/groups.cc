#include "controller/translate/annotations/groups.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>

#include <annotation_groups.h>  // kMakeGroups: CMakeLists.txt
#include "controller/translate/annotations/read.h"

namespace breakwater::translate {
namespace {

using Index = std::unordered_map<std::string_view, const Row*>;

template <class Each>
Index index_rows(const Each& names_of) {
    Index index;
    for (const RowGroup& group : all_groups()) {
        for (const Row& row : group.rows) names_of(row, index);
    }
    return index;
}

const Row* find(const Index& index, std::string_view name) {
    const auto found = index.find(name);
    return found == index.end() ? nullptr : found->second;
}

}  // namespace

std::span<const RowGroup> all_groups() {
    static const auto kGroups = [] {
        std::array<RowGroup, std::size(kMakeGroups)> groups;
        std::ranges::transform(kMakeGroups, groups.begin(), [](const auto make) { return make(); });
        return groups;
    }();
    return kGroups;
}

const Row* find_row(std::string_view annotation) {
    static const Index kIndex = index_rows([](const Row& row, Index& index) {
        if (!row.name.empty()) index.emplace(row.name, &row);
        if (!row.alias.empty()) index.emplace(row.alias, &row);
    });
    return find(kIndex, annotation);
}

const Row* find_default(std::string_view config_key) {
    static const Index kIndex = index_rows([](const Row& row, Index& index) {
        if (!row.config_key.empty()) index.emplace(row.config_key, &row);
    });
    return find(kIndex, config_key);
}

table::Policies settle(const Draft& draft, const Place& place) {
    table::Policies policies = draft.policies;
    for (const RowGroup& group : all_groups()) {
        if (group.settle) group.settle(draft, place, policies);
    }
    return policies;
}

void review(const table::Policies& policies, const kube::Ingress& ingress, std::string_view prefix,
            Report& report) {
    const Remark remark = [&](const Row& row, std::string_view text) {
        report.warn(ref(ingress), annotation_field(annotation_of(row, ingress, prefix)),
                    std::string(text));
    };
    for (const RowGroup& group : all_groups()) {
        if (group.review) group.review(policies, remark);
    }
}

}  // namespace breakwater::translate
