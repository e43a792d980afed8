#pragma once
// The resources of the API that are read and written: their paths, and what a role calls them.
// https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
//
// Pure. Any thread.

#include <string>
#include <string_view>

#include "controller/kube/trouble.h"

namespace breakwater::kube {

/// A type of objects. Its texts live for ever.
struct Resource {
    std::string_view root;   ///< of the group and its version: `/apis/networking.k8s.io/v1`
    std::string_view group;  ///< empty: the core group
    std::string_view plural;

    /// `secrets`, `ingresses.networking.k8s.io`: what a role has to name.
    [[nodiscard]] std::string to_string() const;
    /// `v1`, `networking.k8s.io/v1`: as an object says it.
    [[nodiscard]] std::string_view api_version() const;
};

inline constexpr Resource kIngresses{"/apis/networking.k8s.io/v1", "networking.k8s.io",
                                     "ingresses"};

/// What a request is about: one object, or a collection of them.
struct Place {
    Resource resource;
    std::string namespace_name;    ///< empty: all, or the resource has none
    std::string name;              ///< empty: the collection
    std::string_view subresource;  ///< `status`; empty: none

    /// Encoded.
    [[nodiscard]] std::string path() const;
    [[nodiscard]] Right right_to(std::string_view verb) const;
};

}  // namespace breakwater::kube
