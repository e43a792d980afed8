#pragma once
// Which host and which of its paths a request belongs to: the Ingress v1 API documentation, "Path
// types", "Multiple matches" and "Hostname wildcards". Time does not depend on the number of hosts.
//
// Built once from values, then const: any thread.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proxy/base/text_hash.h"
#include "proxy/table/routing_table.h"

namespace breakwater::table {

/// Text to index, looked up without making a string.
using TextIndex = std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>>;

/// Names to positions: exact first, then the wildcard of exactly one label.
class HostMatcher {
public:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    HostMatcher() = default;
    /// @param names  lower case, `*.example.com` for a wildcard; none twice.
    explicit HostMatcher(const std::vector<std::string_view>& names);

    /// @param host  lower case, without port and without trailing dot.
    /// @return the position of the name, or kNone.
    [[nodiscard]] std::size_t find(std::string_view host) const;
    bool operator==(const HostMatcher&) const = default;

private:
    TextIndex exact_;
    TextIndex wildcard_;  ///< by what stands behind the first label: `.example.com`
};

/// A value for each name, found as HostMatcher finds them, and one for all others.
template <class T>
class ByHost {
public:
    ByHost() = default;
    /// @param names  as HostMatcher's. @param values  as many, in their order
    ByHost(const std::vector<std::string_view>& names, std::vector<T> values, T otherwise)
        : names_(names), values_(std::move(values)), otherwise_(std::move(otherwise)) {}
    /// What `value_of` says of each host, the catch-all's for all other names. Where they are all equal
    /// nothing is looked up.
    template <class ValueOf>
    [[nodiscard]] static ByHost of(const RoutingTable& table, const ValueOf& value_of) {
        std::vector<std::string_view> names;
        std::vector<T> values;
        for (const auto& host : table.hosts) {
            names.push_back(host->name);
            values.push_back(value_of(*host));
        }
        T otherwise = value_of(*table.catch_all);
        if (std::ranges::all_of(values, [&](const T& one) { return one == otherwise; })) {
            return {{}, {}, std::move(otherwise)};
        }
        return {names, std::move(values), std::move(otherwise)};
    }

    /// @param host  as HostMatcher's
    [[nodiscard]] const T& find(std::string_view host) const {
        const std::size_t at = names_.find(host);
        return at == HostMatcher::kNone ? otherwise_ : values_[at];
    }
    bool operator==(const ByHost&) const = default;

private:
    HostMatcher names_;
    std::vector<T> values_;
    T otherwise_{};
};

/// The paths of one host. Exact before Prefix, longest first, element by element: Prefix `/foo/` and
/// `/foo` serve `/foo`, `/foo/` and `/foo/x`, never `/foobar`; Exact `/foo/` does not serve `/foo`.
/// Where both Prefix `/foo` and `/foo/` exist, the longer text serves all of these.
class PathMatcher {
public:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    PathMatcher() = default;
    explicit PathMatcher(const std::vector<Location>& locations);

    /// @param path  normalised.
    /// @return the position in `locations`, or kNone.
    [[nodiscard]] std::size_t find(std::string_view path) const;

private:
    TextIndex exact_;
    TextIndex prefix_;                ///< without trailing slash; the root is the empty text
    std::size_t longest_prefix_ = 0;  ///< in bytes: a long path costs no look-ups beyond it
};

}  // namespace breakwater::table
