#pragma once
// Label selectors as text: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
//
// The API server is who applies them; here a mistake is found before it is asked. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace breakwater::kube {

/// Equality-based (`a=b`, `a==b`, `a!=b`) and set-based (`a in (b,c)`, `a notin (b)`, `a`, `!a`) requirements,
/// and comparisons of numbers (`a>1`, `a<1`), separated by commas; none at all selects everything.
/// @return what is wrong, as the end of a sentence; nothing where it is one.
[[nodiscard]] std::optional<std::string> mistake_in_selector(std::string_view text);

}  // namespace breakwater::kube
