#pragma once
// Where the objects come from, as the command line says: for the controller, and for the commands that
// look at objects and end.

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "cmd/breakwater/options.h"
#include "controller/kube/access.h"
#include "controller/source/manifest_set.h"
#include "controller/source/source.h"

namespace breakwater::cmd {

using FoundAccess = std::expected<std::optional<kube::Access>, std::string>;

/// To the cluster that there is. @return nothing where there is none @error one sentence
[[nodiscard]] FoundAccess find_access(const Options& options);

/// @param access  of find_access(); nothing: `--manifests`.
[[nodiscard]] std::unique_ptr<source::Source> open_source(
    const Options& options, const std::optional<kube::Access>& access);

/// What a command asks for, read once. Blocks: files for as long as the disk takes, a cluster for at most
/// kClusterLimit. What cannot be read is a remark.
[[nodiscard]] source::ManifestSet read_objects(const Options& options, const ObjectsFrom& from);

/// For translate(), of what read_objects() has read.
[[nodiscard]] translate::Options translation_of(const Options& options, const ObjectsFrom& from);

inline constexpr std::chrono::seconds kClusterLimit{60};

}  // namespace breakwater::cmd
