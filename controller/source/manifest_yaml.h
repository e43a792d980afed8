#pragma once
// YAML as kubectl reads it, turned into JSON.
//
// Plain scalars have the types that kubectl gives them (YAML 1.1: `yes`, `on` and `0644` are a
// boolean, a boolean and 420), quoted ones are text: a manifest that passes here passes there, and the
// annotation `on` without quotes is refused in both. `<<` merges. Beyond YAML, so that no file costs
// more than its size: nesting, and what aliases unfold to, are bounded.
//
// Pure; no exception leaves. Any thread.

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater::source {

constexpr int kDeepestNesting = 64;
constexpr std::size_t kMostYamlNodes = 500'000;                 ///< a file, aliases unfolded
constexpr std::size_t kMostYamlTextBytes = 64UL * 1024 * 1024;  ///< in their scalars

/// Why a text cannot be read, and where.
struct YamlMistake {
    int line = 1;
    std::string text;
};

struct YamlDocument {
    nlohmann::json value;
    YAML::Node node;       ///< what `value` was made from; its lines count from the document's own
    int lines_before = 0;  ///< in the file
};

/// All documents of `text` but the empty ones.
[[nodiscard]] std::expected<std::vector<YamlDocument>, YamlMistake> parse_yaml(
    std::string_view text);

/// The line of a field, or of what comes nearest to it: a field that is missing has its parent's.
/// @param field  `spec.rules[0].http`
[[nodiscard]] int line_of(const YamlDocument& document, std::string_view field);

}  // namespace breakwater::source
