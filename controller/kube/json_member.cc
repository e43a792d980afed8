#include "controller/kube/json_member.h"

#include <nlohmann/json.hpp>

namespace breakwater::kube {

using nlohmann::json;

const json& member(const json& object, std::string_view name) {
    static const json none;
    if (!object.is_object()) return none;
    const auto found = object.find(name);
    return found == object.end() ? none : *found;
}

std::string_view text_member(const json& object, std::string_view name) {
    const json& found = member(object, name);
    return found.is_string() ? std::string_view(found.get_ref<const std::string&>())
                             : std::string_view();
}

}  // namespace breakwater::kube
