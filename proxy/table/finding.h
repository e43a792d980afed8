#pragma once
// A mistake in an object of the cluster: what is wrong, where, how bad. Not an Error: the rest of the
// table is built, and the finding becomes a log line, an Event, an admission answer and a metric.
//
// Values; any thread.

#include <cstdint>
#include <string>
#include <vector>

namespace breakwater::table {

/// An object of the Kubernetes API. Two of one kind differ by namespace and name.
struct ObjectRef {
    std::string kind;  ///< `Ingress`, as in the API
    std::string namespace_name;
    std::string name;

    /// `Ingress shop/web`; `IngressClass nginx` of a kind without namespaces.
    [[nodiscard]] std::string to_string() const {
        return kind + " " + (namespace_name.empty() ? name : namespace_name + "/" + name);
    }
    auto operator<=>(const ObjectRef&) const = default;
};

enum class Severity : std::uint8_t {
    warning,  ///< served, though not as somebody may have meant it
    error,    ///< something that was asked for is not served
};

struct Finding {
    ObjectRef object;
    std::string field;  ///< path into the object: `spec.rules[0].http.paths[1].backend`
    std::string text;   ///< one sentence: what is wrong and what is done instead; no secret in it
    Severity severity = Severity::warning;
    /// What is wrong lies in an object that this one names and may be mended there: a Secret that is yet
    /// to come, a Service without that port. Nobody is refused this object for it.
    bool elsewhere = false;

    /// `error: Ingress shop/web, spec.rules[0]: what is wrong`
    [[nodiscard]] std::string to_line() const {
        const char* const begin = severity == Severity::error ? "error: " : "warning: ";
        return begin + object.to_string() + (field.empty() ? "" : ", ") + field + ": " + text;
    }
    auto operator<=>(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

}  // namespace breakwater::table
