#include "controller/translate/shadowed.h"

#include <map>
#include <string_view>

namespace breakwater::translate {
namespace {

bool is_prefix(const PlannedPath& path) { return path.type == table::PathType::prefix; }

/// Of one Ingress, so that annotations are the same, too.
bool leads_to_the_same(const PlannedPath& one, const PlannedPath& other) {
    return one.from == other.from && *one.backend == *other.backend;
}

}  // namespace

void report_shadowed(const PlannedHost& host, Report& report) {
    std::map<std::string_view, const PlannedPath*> with_slash;  ///< by the path without it
    for (const PlannedPath& path : host.paths) {
        std::string_view text = path.path;
        if (!is_prefix(path) || !text.ends_with('/')) continue;
        text.remove_suffix(1);
        with_slash.emplace(text, &path);
    }
    for (const PlannedPath& path : host.paths) {
        if (!is_prefix(path)) continue;
        const auto found = with_slash.find(path.path);
        if (found == with_slash.end() || leads_to_the_same(path, *found->second)) continue;
        const kube::Ingress& winner = *found->second->from->object;
        report.warn(ref(*path.from->object), path.field + ".path",
                    in_quotes(found->second->path) + " of the Ingress " +
                        winner.meta.key().to_string() +
                        " is longer and matches the same requests: none comes here");
    }
}

}  // namespace breakwater::translate
