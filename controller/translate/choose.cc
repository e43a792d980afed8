#include "controller/translate/choose.h"

#include <utility>

#include "controller/translate/annotations/groups.h"
#include "controller/translate/class.h"

namespace breakwater::translate {
namespace {

using IngressPtr = std::shared_ptr<const kube::Ingress>;

/// The version of the same object (not of another one under its name) that was accepted before.
IngressPtr accepted_before(const kube::Ingress& ingress, const Accepted& accepted) {
    IngressPtr found = accepted.get(ingress.meta);
    return found && found->meta.uid == ingress.meta.uid ? found : nullptr;
}

Chosen take(const IngressPtr& version, Reading reading) {
    return {version,
            std::move(reading.draft),
            std::move(reading.server),
            std::move(reading.backend),
            reading.denied,
            Age::of(*version)};
}

}  // namespace

std::optional<Chosen> choose(const IngressPtr& ingress, const Input& input, const Draft& defaults,
                             const Options& options, const Checks& checks, Report& report) {
    if (!is_ours(*ingress, input.objects, options, report)) return {};
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

}  // namespace breakwater::translate
