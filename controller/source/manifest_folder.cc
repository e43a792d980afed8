#include "controller/source/manifest_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "proxy/base/log.h"

namespace breakwater::source {
namespace {

constexpr std::array kAllKinds{kube::Kind::ingress, kube::Kind::ingress_class,
                               kube::Kind::service, kube::Kind::endpoint_slice,
                               kube::Kind::secret,  kube::Kind::config_map};
static_assert(kAllKinds.size() == kube::kKinds);

/// @return nothing where it cannot be read, with errno saying why.
std::optional<std::string> read_whole(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return {};
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (file.bad()) return {};
    return text;
}

}  // namespace

Batch ManifestFolder::scan() {
    if (const std::optional<std::vector<std::string>> names = list()) {
        std::erase_if(files_, [&](const auto& file) {
            return !std::ranges::binary_search(*names, file.first);
        });
        for (const std::string& name : *names) read(name);
    }
    return merge();
}

std::optional<std::vector<std::string>> ManifestFolder::list() const {
    std::vector<std::string> names;
    std::error_code error;
    for (auto at = std::filesystem::directory_iterator(directory_, error);
         !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
        std::string name = at->path().filename().string();
        std::error_code ignored;  // a link to nowhere is no regular file
        if (is_manifest(name) && at->is_regular_file(ignored)) names.push_back(std::move(name));
    }
    if (error) {
        log::error("manifest directory cannot be read; what was read before stays in force",
                   {{"directory", directory_}, {"reason", error.message()}});
        return {};
    }
    std::ranges::sort(names);
    return names;
}

void ManifestFolder::read(const std::string& name) {
    const std::string path = directory_ + "/" + name;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return;  // gone again; its event is on the way
    if (static_cast<std::size_t>(status.st_size) > kLargestManifestBytes) {
        return refuse(name, 1, "is larger than 16 MiB");
    }
    std::optional<std::string> text = read_whole(path);
    if (!text) return refuse(name, 1, std::strerror(errno));
    const auto [at, is_new] = files_.try_emplace(name);
    File& file = at->second;
    if (!is_new && file.text == *text) return;
    file.text = std::move(*text);
    auto manifest = read_manifest(file.text, format_of(name));
    if (!manifest) return refuse(name, manifest.error().line, manifest.error().text);

    for (const BrokenManifest& broken : manifest->broken) {
        log::error("object refused; its last good version stays in force",
                   {{"file", path},
                    {"line", broken.line},
                    {"object", broken.broken.id.to_string()},
                    {"reason", broken.broken.mistake.field + ": " + broken.broken.mistake.text}});
    }
    for (const ManifestMistake& note : manifest->notes) {
        log::info("manifest", {{"file", path}, {"line", note.line}, {"note", note.text}});
    }
    file.content = std::move(*manifest);
}

void ManifestFolder::refuse(const std::string& name, int line, std::string_view reason) const {
    log::error("manifest refused; its last good version stays in force",
               {{"file", directory_ + "/" + name}, {"line", line}, {"reason", reason}});
}

Batch ManifestFolder::merge() {
    Batch batch;
    for (const kube::Kind kind : kAllKinds) batch.listed.push_back({kind, {}, {}});
    Owners owners;
    for (const auto& [name, file] : files_) {
        for (const kube::Object& object : file.content.objects) {
            const kube::ObjectId id{kube::kind_of(object), kube::meta_of(object).key()};
            if (claim(id, name, owners)) batch.put.push_back(object);
        }
        for (const BrokenManifest& broken : file.content.broken) {
            if (claim(broken.broken.id, name, owners)) batch.broken.push_back(broken.broken);
        }
    }
    return batch;
}

bool ManifestFolder::claim(const kube::ObjectId& id, const std::string& name, Owners& owners) {
    const auto [owner, is_first] = owners.emplace(id, name);
    if (is_first) return true;
    if (said_.insert(id.to_string() + " in " + name).second) {
        log::warn("object in two manifests; the file that comes first by name counts",
                  {{"object", id.to_string()},
                   {"counts", directory_ + "/" + owner->second},
                   {"left_out", directory_ + "/" + name}});
    }
    return false;
}

}  // namespace breakwater::source
