#pragma once
// Names that users write and no row reads, and what to tell them: nothing is ignored in silence.
// Pure; any thread.

#include <string_view>

namespace breakwater::translate {

/// Why the annotation, without its prefix, has no effect: the end of a sentence. @pre no row reads it.
[[nodiscard]] std::string_view why_no_annotation(std::string_view name);
/// The same for a key of the ConfigMap.
[[nodiscard]] std::string_view why_no_config_key(std::string_view key);

}  // namespace breakwater::translate
