#pragma once
// Members of JSON that is read leniently: what is missing, or of another type, reads as empty. Where a mistake is to be
// told, it is read with field.h.
//
// Pure. Any thread.

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace breakwater::kube {

/// The member of that name, as long as `object` lives; a null where there is none, or where it is no object.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& object, std::string_view name);

/// The member's text, as long as `object` lives; empty where there is none, or no text.
[[nodiscard]] std::string_view text_member(const nlohmann::json& object, std::string_view name);

}  // namespace breakwater::kube
