#pragma once
// One manifest file: its text in, the objects in it and what is wrong with the others out.
//
// YAML (several documents, `List`s) or JSON. Objects of kinds that Breakwater does not read are passed
// over. Pure; any thread.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "controller/kube/objects.h"

namespace breakwater::source {

constexpr std::size_t kLargestManifestBytes = 16UL * 1024 * 1024;

enum class ManifestFormat { yaml, json };

/// By the ending of a file's name: .yaml and .yml, .json. Hidden files, and those with other endings,
/// are no manifests.
[[nodiscard]] bool is_manifest(std::string_view file_name);
[[nodiscard]] ManifestFormat format_of(std::string_view file_name);

/// Something that can be read is wrong.
struct ManifestMistake {
    int line = 1;
    std::string text;
};

/// An object that cannot be read, in a file that otherwise can.
struct BrokenManifest {
    kube::Broken broken;
    int line = 1;
};

struct Manifest {
    std::vector<kube::Object> objects;  ///< none twice: the first of two stays
    std::vector<BrokenManifest> broken;
    std::vector<ManifestMistake> notes;  ///< what to tell people, though nothing is lost
};

/// @error why none of the file can be used: no YAML or JSON, or an object whose name cannot be read,
///        so that nobody could say which version of what stays in force.
[[nodiscard]] std::expected<Manifest, ManifestMistake> read_manifest(std::string_view text,
                                                                     ManifestFormat format);

}  // namespace breakwater::source
