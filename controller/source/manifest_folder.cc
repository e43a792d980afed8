#include "controller/source/manifest_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "controller/source/manifest_text.h"
#include "proxy/base/log.h"

namespace breakwater::source {
namespace {

constexpr std::array kAllKinds{kube::Kind::ingress,   kube::Kind::ingress_class,
                               kube::Kind::service,   kube::Kind::endpoint_slice,
                               kube::Kind::secret,    kube::Kind::config_map,
                               kube::Kind::name_space};
static_assert(kAllKinds.size() == kube::kKinds);

}  // namespace

Batch ManifestFolder::scan() {
    if (const auto paths = list_manifests(directory_)) {
        std::erase_if(files_, [&](const auto& file) {
            return !std::ranges::binary_search(*paths, file.first);
        });
        for (const std::string& path : *paths) read(path);
    } else {
        log::error("manifest directory cannot be read; what was read before stays in force",
                   {{"directory", directory_}, {"reason", paths.error()}});
    }
    return merge();
}

void ManifestFolder::read(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return;  // gone again; its event is on the way
    auto text = read_text(path);
    if (!text) return refuse(path, 1, text.error());
    const auto [at, is_new] = files_.try_emplace(path);
    File& file = at->second;
    if (!is_new && file.text == *text) return;
    file.text = std::move(*text);
    auto manifest = read_manifest(file.text, format_of(path));
    if (!manifest) return refuse(path, manifest.error().line, manifest.error().text);

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

void ManifestFolder::refuse(const std::string& path, int line, std::string_view reason) const {
    log::error("manifest refused; its last good version stays in force",
               {{"file", path}, {"line", line}, {"reason", reason}});
}

Batch ManifestFolder::merge() {
    Batch batch;
    for (const kube::Kind kind : kAllKinds) batch.listed.push_back({kind, {}, {}});
    Owners owners;
    for (const auto& [path, file] : files_) {
        for (const kube::Object& object : file.content.objects) {
            const kube::ObjectId id{kube::kind_of(object), kube::meta_of(object).key()};
            if (claim(id, path, owners)) batch.put.push_back(object);
        }
        for (const BrokenManifest& broken : file.content.broken) {
            if (claim(broken.broken.id, path, owners)) batch.broken.push_back(broken.broken);
        }
    }
    return batch;
}

bool ManifestFolder::claim(const kube::ObjectId& id, const std::string& path, Owners& owners) {
    const auto [owner, is_first] = owners.emplace(id, path);
    if (is_first) return true;
    if (said_.insert(id.to_string() + " in " + path).second) {
        log::warn("object in two manifests; the file that comes first by name counts",
                  {{"object", id.to_string()}, {"counts", owner->second}, {"left_out", path}});
    }
    return false;
}

}  // namespace breakwater::source
