#pragma once
// The files of a directory of manifests, and what changes in the store as they change.
//
// A file is read where it may have changed: times and sizes of files do not always tell that their content
// is another one, so whoever scans says which. What its objects were before, and which other files have
// them, is known, so that a change of one file among thousands costs that file.
//
// One thread. Files that a directory's own files link to are followed, so that the volume of a
// ConfigMap works; subdirectories are not entered.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "controller/source/manifest_file.h"
#include "controller/source/store.h"

namespace breakwater::source {

class ManifestFolder {
public:
    explicit ManifestFolder(std::string directory) : directory_(std::move(directory)) {}

    /// All files are looked at. A file that cannot be read or understood is told by one log line, and its
    /// last good version counts. Of an object in two files, the one in the file whose name comes
    /// first counts.
    /// @return what differs from the scan before; the first time everything
    [[nodiscard]] Batch scan();
    /// Only those files, which may be new or gone.
    [[nodiscard]] Batch scan(const std::set<std::string>& names);

private:
    struct File {
        std::string text;  ///< as last read, good or not: what did not change is not told again
        std::vector<kube::ObjectId> has;  ///< in its last good version
    };
    /// One file's version of an object.
    using Version = std::variant<kube::Object, kube::Mistake>;
    /// An object and a file that has it: of each object the first counts.
    using Claim = std::pair<kube::ObjectId, std::string>;

    void read(const std::string& path);
    void refuse(const std::string& path, int line, std::string_view reason) const;
    void take(const std::string& path, Manifest manifest);
    void drop(const std::string& path);
    void claim(const kube::ObjectId& id, const std::string& path, const Version& version);
    [[nodiscard]] Batch take_changes();
    void say_twice(std::map<Claim, Version>::const_iterator counts);

    std::string directory_;
    std::map<std::string, File> files_;  ///< by path
    std::map<Claim, Version> claims_;
    std::set<kube::ObjectId> touched_;  ///< since the scan before
    std::set<std::string> said_;        ///< objects in two files, said once
    bool is_first_ = true;
};

}  // namespace breakwater::source
