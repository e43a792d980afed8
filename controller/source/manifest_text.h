#pragma once
// Manifests on the disk: their names, and their text. Any thread.

#include <expected>
#include <string>
#include <vector>

namespace breakwater::source {

/// The manifests that lie in a directory itself, by path, in the order of their names.
/// @error why it cannot be read
[[nodiscard]] std::expected<std::vector<std::string>, std::string> list_manifests(
    const std::string& directory);
/// Whether a file that can be read lies there: no directory, no link to nowhere.
[[nodiscard]] bool lies_there(const std::string& path);
/// @error why not; a file that is larger than kLargestManifestBytes is not read
[[nodiscard]] std::expected<std::string, std::string> read_text(const std::string& path);

}  // namespace breakwater::source
