#pragma once
// Who goes first where Ingresses want different things. A value.

#include <chrono>
#include <compare>
#include <cstddef>
#include <string>

#include "controller/kube/objects.h"

namespace breakwater::translate {

/// The oldest first; of the same age, by `namespace/name` in reverse, as ingress-nginx does.
struct Age {
    std::chrono::sys_seconds created{};
    std::string name;  ///< `namespace/name`

    static Age of(const kube::Ingress& ingress) {
        return {ingress.meta.creation_timestamp, ingress.meta.key().to_string()};
    }
    /// After every Ingress: of those that are none.
    static Age youngest() { return {std::chrono::sys_seconds::max(), {}}; }
    /// Whose age it is. @pre an Ingress'
    [[nodiscard]] kube::Key ingress() const {
        const std::size_t slash = name.find('/');
        return {name.substr(0, slash), name.substr(slash + 1)};
    }

    bool operator==(const Age&) const = default;
    std::strong_ordering operator<=>(const Age& other) const {
        if (created != other.created) return created <=> other.created;
        return other.name <=> name;
    }
};

}  // namespace breakwater::translate
