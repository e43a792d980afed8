#pragma once
// The annotation row: all that the controller knows of one annotation, in one place.
//
// A new annotation is a row in its group's file and, where it says something new, a field of a policy
// struct in proxy/table/policy.h. A new group is a file of this folder: `name.cc` has `RowGroup
// name_group()`, and the build finds it. All that is generic (prefix, aliases, empty values, defaults out
// of the ConfigMap, findings, accepted versions) happens in read.cc, once, from the row.
// docs/contributing.md goes through an annotation step by step.
//
// Constant data; any thread.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "controller/translate/annotations/draft.h"
#include "controller/translate/checks.h"
#include "controller/translate/setter.h"

namespace breakwater::translate {

/// Whose value it is where several Ingresses meet.
enum class Scope : std::uint8_t {
    location,  ///< the paths of its own Ingress. Writes to Draft::policies, or to wishes
    server,    ///< the host: of all its Ingresses, the oldest that sets it. Writes to Draft::host
    /// The host: all rows of the group together, of the one Ingress that the group chooses.
    server_group,
    /// The Service's port: all such rows together, of the oldest of the Ingresses that lead there. Writes to
    /// Draft::backend.
    backend,
};

/// Whose name it is, which says what stands before the slash.
enum class Owner : std::uint8_t {
    ingress_nginx,  ///< the prefix of --annotations-prefix
    breakwater,     ///< kOwnPrefix, whatever the flag says
};
/// Of the annotations that ingress-nginx does not have.
inline constexpr std::string_view kOwnPrefix = "breakwater.dev";

/// What a value that its parser refuses does, beside its one finding.
enum class OnBad : std::uint8_t {
    use_default,  ///< as if it were not set
    leave_out,    ///< the whole Ingress is left out; the version accepted before stays in force
    deny,         ///< every path of the Ingress answers 503
};

struct Row {
    /// Without prefix, given once whoever owns it; empty: the ConfigMap alone can say it.
    std::string_view name;
    std::string_view alias = {};  ///< another spelling; `name` wins where both are set
    std::string_view config_key =
        {};  ///< the ConfigMap's key for the default; empty: there is none
    Owner owner = Owner::ingress_nginx;
    Scope scope = Scope::location;
    OnBad on_bad = OnBad::use_default;
    Setter<Draft> set = nullptr;
    Check Checks::* check = nullptr;  ///< what a value has to pass as well; null: nothing
};
using Rows = std::span<const Row>;

/// Says that what an Ingress says by a row is of no use: an Event, a line of the log, an answer to `kubectl apply`.
/// @param text  how the sentence goes on behind the annotation
using Remark = std::function<void(const Row& row, std::string_view text)>;

/// The rows of one feature, and what rows alone cannot say.
struct RowGroup {
    Rows rows;
    /// Makes policies of a draft's wishes, where it is known for which place; null: the rows have written them.
    void (*settle)(const Draft& draft, const Place& place, table::Policies& policies) = nullptr;
    /// Looks at what a location has come to in the end; null: there is nothing to be said.
    void (*review)(const table::Policies& policies, const Remark& remark) = nullptr;
};

}  // namespace breakwater::translate
