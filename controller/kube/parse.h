#pragma once
// From JSON (of the API server, or of a manifest that was YAML) to typed objects.
//
// Unknown fields are passed over: a newer API server and a user's own additions must not matter. A
// field that is used and has the wrong type is a Mistake that names it, and costs only its object.
// `null` reads as absent, as it does in the API.
//
// Pure; no exception leaves. Any thread.

#include <expected>
#include <functional>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "controller/kube/objects.h"

namespace breakwater::kube {

class Field;

using Parsed = std::expected<Object, Mistake>;

/// Reads an object that says its own `kind` and `apiVersion` (a manifest's document, a watch's).
/// A namespaced object without `metadata.namespace` is in `default`, as for kubectl.
///
/// @error a Mistake: a kind that is not ours, an `apiVersion` that is not the one we read, a name
///        that is missing, a field of the wrong type. Ask kind_in() first whether to skip it.
[[nodiscard]] Parsed parse_object(const nlohmann::json& object);

/// The same for an object whose kind is known from elsewhere: the items of an API server's list say
/// none of their own. `kind` and `apiVersion` are not looked at.
[[nodiscard]] Parsed parse_as(Kind kind, const nlohmann::json& object);

/// The kind that the object says, by `kind` and the group of `apiVersion` without its version.
/// @return nothing for what Breakwater does not read (a Deployment, a `List`, no object at all).
[[nodiscard]] std::optional<Kind> kind_in(const nlohmann::json& object);

/// Namespace and name, as far as they can be read: for saying which object is broken.
/// Empty texts where they cannot.
[[nodiscard]] Key key_in(Kind kind, const nlohmann::json& object);

/// `loadBalancer.ingress` of a Service's or an Ingress's status.
[[nodiscard]] std::vector<LoadBalancerAddress> read_load_balancer(const Field& status);

/// The objects in `document`: the items of a `List` (also of an `IngressList` and the like), else the
/// document itself; nothing for null. Borrowed from `document`.
[[nodiscard]] std::vector<const nlohmann::json*> unwrap_list(const nlohmann::json& document);

/// Whether an element of a list is of use.
using KeepItem = std::function<bool(const nlohmann::json& item)>;

/// What a text may make us hold: a value takes up to a hundred times the bytes that it is written with.
struct JsonBounds {
    int depth = std::numeric_limits<int>::max();
    std::size_t values = std::numeric_limits<std::size_t>::max();  ///< objects and lists among them
};

/// Text to JSON without `metadata.managedFields`, which is often larger than all the rest.
/// @param keep_item  asked for each of a list's `items` once its text is read; false lets go of it at once, so
///                   that a page of large objects is never held whole. Empty: all are kept
/// @param bounds  for a text of somebody other than our API server
/// @return nothing where the text is not JSON, or beyond the bounds.
[[nodiscard]] std::optional<nlohmann::json> parse_json(std::string_view text,
                                                       const JsonBounds& bounds = {},
                                                       const KeepItem& keep_item = {});

}  // namespace breakwater::kube
