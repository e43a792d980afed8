#pragma once
// The files of a directory of manifests. All of them are read at each scan: that is a few milliseconds
// for hundreds, and times and sizes of files do not always tell that their content is another one.
//
// One thread. Files that a directory's own files link to are followed, so that the volume of a
// ConfigMap works; subdirectories are not entered.

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "controller/source/manifest_file.h"
#include "controller/source/store.h"

namespace breakwater::source {

class ManifestFolder {
public:
    explicit ManifestFolder(std::string directory) : directory_(std::move(directory)) {}

    /// Everything that the directory holds now. A file that cannot be read or understood is told by one
    /// log line, and its last good version counts. Of an object in two files, the one in the file
    /// whose name comes first counts.
    [[nodiscard]] Batch scan();

private:
    struct File {
        std::string text;  ///< as last read, good or not: what did not change is not told again
        Manifest content;  ///< its last good version
    };

    using Owners = std::map<kube::ObjectId, std::string>;  ///< the file whose version counts

    void read(const std::string& path);
    void refuse(const std::string& path, int line, std::string_view reason) const;
    [[nodiscard]] Batch merge();
    [[nodiscard]] bool claim(const kube::ObjectId& id, const std::string& path, Owners& owners);

    std::string directory_;
    std::map<std::string, File> files_;  ///< by path
    std::set<std::string> said_;         ///< objects in two files, said once
};

}  // namespace breakwater::source
