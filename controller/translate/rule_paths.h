#pragma once
// A path of an Ingress's rules: where it is written, and how it is read. Pure; any thread.

#include <cstddef>
#include <string>

#include "controller/kube/objects.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

/// `spec.rules[0]`
[[nodiscard]] inline std::string rule_field(std::size_t rule) {
    return "spec.rules[" + std::to_string(rule) + "]";
}

/// `spec.rules[0].http.paths[1]`
[[nodiscard]] inline std::string path_field(std::size_t rule, std::size_t path) {
    return rule_field(rule) + ".http.paths[" + std::to_string(path) + "]";
}

[[nodiscard]] inline table::PathType type_of(const kube::Ingress::Path& path) {
    return path.path_type == kube::Ingress::PathType::exact ? table::PathType::exact
                                                            : table::PathType::prefix;
}

[[nodiscard]] inline std::string text_of(const kube::Ingress::Path& path) {
    return path.path.empty() ? "/" : path.path;
}

}  // namespace breakwater::translate
