#include "controller/kube/objects.h"

#include <array>

namespace breakwater::kube {

std::string_view to_string(Kind kind) {
    static constexpr std::array<std::string_view, kKinds> kNames{
        "Ingress", "IngressClass", "Service", "EndpointSlice", "Secret", "ConfigMap", "Namespace"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string Key::to_string() const {
    return namespace_name.empty() ? name : namespace_name + "/" + name;
}

std::optional<Key> Key::from(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == text.npos) return {};
    Key key{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
    if (key.namespace_name.empty() || key.name.empty() || key.name.contains('/')) return {};
    return key;
}

const Meta& meta_of(const Object& object) {
    return std::visit([](const auto& of) -> const Meta& { return of->meta; }, object);
}

std::string ObjectId::to_string() const {
    return std::string(kube::to_string(kind)) + " " + key.to_string();
}

}  // namespace breakwater::kube
