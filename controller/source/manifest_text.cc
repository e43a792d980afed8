#include "controller/source/manifest_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "controller/source/manifest_file.h"

namespace breakwater::source {

namespace fs = std::filesystem;

std::expected<std::vector<std::string>, std::string> list_manifests(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (auto at = fs::directory_iterator(directory, error);
         !error && at != fs::directory_iterator(); at.increment(error)) {
        std::string name = at->path().filename().string();
        std::error_code ignored;  // a link to nowhere is no regular file
        if (is_manifest(name) && at->is_regular_file(ignored)) names.push_back(std::move(name));
    }
    if (error) return std::unexpected(error.message());
    std::ranges::sort(names);
    for (std::string& name : names) name.insert(0, directory + "/");
    return names;
}

bool lies_there(const std::string& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

std::expected<std::string, std::string> read_text(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return std::unexpected(error.message());
    if (size > kLargestManifestBytes) return std::unexpected("is larger than 16 MiB");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file || file.bad()) return std::unexpected(std::strerror(errno));
    return text;
}

}  // namespace breakwater::source
