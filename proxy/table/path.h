#pragma once
// The normalised path on which matching is done: percent-decoded once, `.` and `..` removed, `//`
// merged, as nginx does before it looks for a location. What goes to the pod is the path as received.
//
// Strict where rules and pod could read the path differently (docs/decisions/path_normalisation.md).
// Pure; any thread.

#include <string>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/base/error.h"

namespace breakwater::table {

/// @param path  of a request target, without query: begins with `/`, no control character,
///              no space, no `#`. Borrowed.
/// @return `path` itself where nothing changes (the usual case, no allocation), else a text in `arena`.
/// @error bad_target  a `%` without two hexadecimal digits, `%00`, a `..` that leads above the root, or
///                    a `..` in a path that two readers may cut into segments differently: one with
///                    an encoded slash, a backslash, an empty segment, or parameters (`..;`).
[[nodiscard]] Result<std::string_view> normalise_path(std::string_view path, Arena& arena);

}  // namespace breakwater::table
