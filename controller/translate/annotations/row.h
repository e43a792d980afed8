#pragma once
// The annotation row: everything about one annotation, in one place.
//
// A new annotation is a row in its group's file and, where it says something new, a field of a policy
// struct in proxy/table/policy.h. All that is generic (prefix, aliases, empty values, defaults out of
// the ConfigMap, findings, accepted versions) happens in read.cc, once, from the row.
//
// Constant data; any thread.

#include <cstdint>
#include <span>
#include <string_view>

#include "controller/translate/annotations/draft.h"
#include "controller/translate/checks.h"
#include "controller/translate/setter.h"

namespace breakwater::translate {

/// Whose value it is where several Ingresses meet.
enum class Scope : std::uint8_t {
    location,  ///< the paths of its own Ingress
    server,    ///< the host: of all its Ingresses, the oldest that sets it. Writes to Draft::host
    /// The host: all rows of the group together, of the one Ingress that the group chooses.
    server_group,
    backend,  ///< the Service's port: the oldest of the Ingresses that lead there says it for all
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

}  // namespace breakwater::translate
