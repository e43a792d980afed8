#include "controller/translate/shadowed.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "controller/translate/fallback.h"

namespace breakwater::translate {
namespace {

bool is_prefix(const PlannedPath& path) { return path.type == table::PathType::prefix; }

/// Of one Ingress, so that annotations are the same, too.
bool leads_to_the_same(const PlannedPath& one, const PlannedPath& other) {
    return one.from == other.from && *one.backend == *other.backend;
}

/// Whether no request for the host is left to its default backend.
bool matches_everything(const PlannedHost& host) {
    return std::ranges::any_of(
        host.paths, [](const PlannedPath& path) { return is_prefix(path) && path.path == "/"; });
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

void report_shadowed_default_backends(const Plan& plan, const Chosen* answers, Report& report) {
    std::map<const Chosen*, bool> asked;  // by who decides for a host
    for (const auto& [name, host] : plan) {
        const Chosen* const decides = name.empty() ? answers : host.ingresses.front();
        if (decides && has_default_backend(*decides)) asked[decides] |= !matches_everything(host);
    }
    for (const auto& [decides, is_asked] : asked) {
        if (is_asked) continue;
        report.warn(ref(*decides->object), "spec.defaultBackend",
                    "is never asked: where it would answer, a Prefix / of the host takes every "
                    "request");
    }
}

}  // namespace breakwater::translate
