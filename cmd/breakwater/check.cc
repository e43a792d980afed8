#include "cmd/breakwater/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "cmd/breakwater/checks.h"
#include "cmd/breakwater/sources.h"
#include "controller/translate/translate.h"
#include "proxy/base/clock.h"
#include "proxy/table/dump.h"

namespace breakwater::cmd {
namespace {

using table::Finding;
using table::Findings;
using table::Severity;

/// A place in a file, as if it were an object.
Finding finding_of(source::ManifestSet::Remark& remark) {
    const bool is_flag = remark.path.starts_with("--");
    return {.object = {.kind = is_flag ? "Flag" : "File",
                       .namespace_name = {},
                       .name = std::move(remark.path)},
            .field = remark.line > 0 ? fmt::format("line {}", remark.line) : "",
            .text = std::move(remark.text),
            .severity = remark.lost ? Severity::error : Severity::warning};
}

bool errors_first(const Finding& one, const Finding& other) {
    return one.severity != other.severity ? one.severity > other.severity : one < other;
}

std::string plural(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string for_people(const Findings& findings, std::size_t errors) {
    std::string text;
    for (const Finding& finding : findings) text += finding.to_line() + "\n";
    return text + plural(errors, "error") + ", " + plural(findings.size() - errors, "warning") +
           "\n";
}

/// Ingresses that are another controller's, or of which an error says why they are left out: nobody should
/// take silence for "served".
void report_others(const kube::Objects& objects, const translate::Accepted& ours,
                   Findings& findings) {
    for (const auto& ingress : objects.ingresses) {
        const kube::Key key = ingress->meta.key();
        const table::ObjectRef ref{"Ingress", key.namespace_name, key.name};
        const bool said = std::ranges::find(findings, ref, &Finding::object) != findings.end();
        if (ours.contains(key) || said) continue;
        findings.push_back({.object = ref,
                            .field = "spec.ingressClassName",
                            .text = "is of no class of ours, and nothing of it is served",
                            .severity = Severity::warning});
    }
}

}  // namespace

CheckReport check(const Options& options) {
    const ObjectsFrom& from = options.check->from;
    source::ManifestSet set = read_objects(options, from);
    const translate::Accepted none;
    const translate::Input input{set.objects, none, system_clock().wall()};
    auto made = translate::translate(input, nullptr, all_checks(), translation_of(options, from));
    Findings findings = std::move(made.findings);
    if (!from.cluster) report_others(set.objects, made.accepted, findings);
    std::ranges::transform(set.remarks, std::back_inserter(findings), finding_of);
    std::ranges::sort(findings, errors_first);

    const auto errors =
        static_cast<std::size_t>(std::ranges::count(findings, Severity::error, &Finding::severity));
    return {.text = options.check->json ? table::to_json(findings) : for_people(findings, errors),
            .errors = errors > 0};
}

}  // namespace breakwater::cmd
