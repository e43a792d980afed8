#pragma once
// Making findings: where, what is wrong, what is done instead. Pure; any thread.

#include <string>
#include <string_view>

#include "controller/kube/objects.h"
#include "proxy/table/finding.h"

namespace breakwater::translate {

/// Collects findings. One translation, one thread.
class Report {
public:
    /// Served, though not as somebody may have meant it.
    void warn(table::ObjectRef object, std::string field, std::string text);
    /// Something that was asked for is not served.
    void error(table::ObjectRef object, std::string field, std::string text);
    /// The same, where the mistake lies in an object that this one names: Finding::elsewhere.
    void error_elsewhere(table::ObjectRef object, std::string field, std::string text);

    /// Takes over what another one has collected.
    void absorb(Report other);

    /// Sorted, none twice; the report is empty afterwards.
    [[nodiscard]] table::Findings take();

private:
    table::Findings findings_;
};

[[nodiscard]] table::ObjectRef ref(kube::Kind kind, const kube::Key& key);
[[nodiscard]] inline table::ObjectRef ref(const kube::Ingress& ingress) {
    return ref(kube::Kind::ingress, ingress.meta.key());
}

/// A user's text inside a finding: in double quotes, printable, cut where it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace breakwater::translate
