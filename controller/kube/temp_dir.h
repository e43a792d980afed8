#pragma once
// For tests: a directory of its own that goes when the test does.

#include <filesystem>
#include <fstream>
#include <string>

namespace breakwater::kube {

class TempDir {
public:
    TempDir() {
        std::string name = std::filesystem::temp_directory_path() / "breakwater-XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// @return the path of the file written.
    std::filesystem::path write(const std::string& name, const std::string& text) const {
        const auto path = path_ / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::trunc) << text;
        return path;
    }
    std::filesystem::path write_script(const std::string& name, const std::string& text) const {
        const auto path = write(name, "#!/bin/sh\n" + text);
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path;
    }

private:
    std::filesystem::path path_;
};

}  // namespace breakwater::kube
