#pragma once
// What one reflector reads: a kind, all of it, or one namespace, or one object; and the requests
// for it: https://kubernetes.io/docs/reference/using-api/api-concepts/.
//
// Pure. Any thread.

#include <chrono>
#include <string>
#include <string_view>

#include "controller/kube/objects.h"
#include "controller/kube/resource.h"

namespace breakwater::kube {

struct Target {
    Kind kind = Kind::ingress;
    std::string namespace_name;  ///< empty: all
    std::string name;            ///< empty: all
    /// A role may not allow it, and much works without: Sink::on_forbidden().
    bool optional = false;
    std::string label_selector = {};  ///< as the API takes it; empty: all

    /// `Secret`, `Secret shop`, `ConfigMap shop/settings`: for the log.
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] Right right_to(std::string_view verb) const;
};

[[nodiscard]] const Resource& resource_of(Kind kind);

/// One page of a list. `go_on` is the page before's continue token, empty for the first page.
[[nodiscard]] std::string list_path(const Target& target, std::size_t limit,
                                    std::string_view go_on);

/// A watch of what comes after `version`, with bookmarks.
[[nodiscard]] std::string watch_path(const Target& target, std::string_view version,
                                     std::chrono::seconds timeout);

}  // namespace breakwater::kube
