#include "controller/translate/choose.h"

#include <algorithm>
#include <optional>

#include "controller/translate/annotations/groups.h"
#include "controller/translate/class.h"

namespace breakwater::translate {
namespace {

using IngressPtr = std::shared_ptr<const kube::Ingress>;

/// The version of the same object (not of another one under its name) that was accepted before.
IngressPtr accepted_before(const kube::Ingress& ingress, const Accepted& accepted) {
    const auto found = accepted.find(ingress.meta.key());
    if (found == accepted.end() || found->second->meta.uid != ingress.meta.uid) return nullptr;
    return found->second;
}

Chosen take(const IngressPtr& version, Reading reading) {
    return {version, std::move(reading.draft), std::move(reading.server), reading.denied};
}

std::optional<Chosen> choose_version(const IngressPtr& ingress, const Input& input,
                                     const Draft& defaults, const Options& options,
                                     const Checks& checks, Report& report) {
    const IngressPtr before = accepted_before(*ingress, input.accepted);
    const std::string_view instead =
        before ? "the version accepted before stays in force" : "the Ingress is left out";
    Reading now = read_annotations(*ingress, defaults, options.annotations_prefix, instead,
                                   find_row, checks, report);
    if (!now.left_out) return take(ingress, std::move(now));
    if (!before) return {};

    Report told_already;  // what is wrong with the older version was said when it was new
    Reading then = read_annotations(*before, defaults, options.annotations_prefix, {}, find_row,
                                    checks, told_already);
    if (then.left_out) return {};
    return take(before, std::move(then));
}

bool goes_first(const Chosen& a, const Chosen& b) {
    const kube::Meta& left = a.object->meta;
    const kube::Meta& right = b.object->meta;
    if (left.creation_timestamp != right.creation_timestamp) {
        return left.creation_timestamp < right.creation_timestamp;
    }
    return left.key().to_string() > right.key().to_string();
}

}  // namespace

std::vector<Chosen> choose(const Input& input, const Draft& defaults, const Options& options,
                           const Checks& checks, Accepted& accepted, Report& report) {
    std::vector<Chosen> out;
    for (const auto& [key, ingress] : input.objects.ingresses) {
        if (!is_ours(*ingress, input.objects, options, report)) continue;
        std::optional<Chosen> chosen =
            choose_version(ingress, input, defaults, options, checks, report);
        if (!chosen) continue;
        accepted.emplace(key, chosen->object);
        out.push_back(std::move(*chosen));
    }
    std::ranges::sort(out, goes_first);
    return out;
}

}  // namespace breakwater::translate
