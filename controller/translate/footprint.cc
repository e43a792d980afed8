#include "controller/translate/footprint.h"

#include <functional>

namespace breakwater::translate {
namespace {

// Beside the kinds of objects.
constexpr Trace kHost = kube::kKinds;
constexpr Trace kBackend = kube::kKinds + 1;

Trace mix(Trace seed, std::string_view text) {
    constexpr Trace kOdd = 0x9E3779B97F4A7C15;
    return (seed + std::hash<std::string_view>{}(text)) * kOdd;
}

}  // namespace

Trace trace_of(kube::Kind kind, const kube::KeyView& key) {
    return mix(mix(static_cast<Trace>(kind), key.namespace_name), key.name);
}

Trace trace_of_host(std::string_view name) { return mix(kHost, name); }

Trace trace_of_backend(std::string_view name) { return mix(kBackend, name); }

}  // namespace breakwater::translate
