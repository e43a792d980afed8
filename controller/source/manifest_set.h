#pragma once
// Manifests that are read once, for who looks at what they say: `breakwater check`. Any thread.

#include <span>
#include <string>
#include <vector>

#include "controller/kube/shelf.h"

namespace breakwater::source {

struct ManifestSet {
    /// Something about a file, or about a place in it.
    struct Remark {
        std::string path;
        int line = 0;  ///< 0: the whole file
        std::string text;
        bool lost = false;  ///< what stands there is not among the objects
    };

    kube::Objects objects;
    std::vector<Remark> remarks;
};

/// @param paths  files, whatever their names end in, and directories, of which the manifests are read. Of
///               an object that is there twice the first counts.
[[nodiscard]] ManifestSet read_manifests(std::span<const std::string> paths);

}  // namespace breakwater::source
