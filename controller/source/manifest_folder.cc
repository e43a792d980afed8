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

/// Puts one file's version of an object where it belongs in a batch.
struct FileIntoBatch {
    const kube::ObjectId& id;
    Batch& batch;

    void operator()(const kube::Object& object) const { batch.put.push_back(object); }
    void operator()(const kube::Mistake& mistake) const { batch.broken.push_back({id, mistake}); }
};

}  // namespace

Batch ManifestFolder::scan() {
    if (const auto paths = list_manifests(directory_)) {
        std::vector<std::string> gone;
        for (const auto& [path, file] : files_) {
            if (!std::ranges::binary_search(*paths, path)) gone.push_back(path);
        }
        for (const std::string& path : gone) drop(path);
        for (const std::string& path : *paths) read(path);
    } else {
        log::error("manifest directory cannot be read; what was read before stays in force",
                   {{"directory", directory_}, {"reason", paths.error()}});
    }
    return take_changes();
}

Batch ManifestFolder::scan(const std::set<std::string>& names) {
    for (const std::string& name : names) {
        const std::string path = directory_ + "/" + name;
        if (lies_there(path)) {
            read(path);
        } else {
            drop(path);
        }
    }
    return take_changes();
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
    take(path, std::move(*manifest));
}

void ManifestFolder::refuse(const std::string& path, int line, std::string_view reason) const {
    log::error("manifest refused; its last good version stays in force",
               {{"file", path}, {"line", line}, {"reason", reason}});
}

void ManifestFolder::take(const std::string& path, Manifest manifest) {
    for (const kube::ObjectId& id : std::exchange(files_.at(path).has, {})) {
        claims_.erase({id, path});
        touched_.insert(id);
    }
    for (const BrokenManifest& broken : manifest.broken) {
        log::error("object refused; its last good version stays in force",
                   {{"file", path},
                    {"line", broken.line},
                    {"object", broken.broken.id.to_string()},
                    {"reason", broken.broken.mistake.field + ": " + broken.broken.mistake.text}});
    }
    for (const ManifestMistake& note : manifest.notes) {
        log::info("manifest", {{"file", path}, {"line", note.line}, {"note", note.text}});
    }
    for (kube::Object& object : manifest.objects) {
        const kube::ObjectId id{kube::kind_of(object), kube::meta_of(object).key()};
        claim(id, path, std::move(object));
    }
    for (BrokenManifest& broken : manifest.broken) {
        claim(broken.broken.id, path, std::move(broken.broken.mistake));
    }
}

void ManifestFolder::drop(const std::string& path) {
    const auto file = files_.find(path);
    if (file == files_.end()) return;
    take(path, {});
    files_.erase(file);
}

void ManifestFolder::claim(const kube::ObjectId& id, const std::string& path,
                           const Version& version) {
    if (!claims_.try_emplace({id, path}, version).second) return;
    files_.at(path).has.push_back(id);
    touched_.insert(id);
}

Batch ManifestFolder::take_changes() {
    Batch batch;
    if (std::exchange(is_first_, false)) {
        for (const kube::Kind kind : kAllKinds) batch.listed.push_back({kind, {}, {}});
    }
    for (const kube::ObjectId& id : std::exchange(touched_, {})) {
        const auto counts = claims_.lower_bound({id, {}});
        if (counts == claims_.end() || counts->first.first != id) {
            batch.removed.push_back(id);
            continue;
        }
        std::visit(FileIntoBatch{id, batch}, counts->second);
        say_twice(counts);
    }
    return batch;
}

void ManifestFolder::say_twice(std::map<Claim, Version>::const_iterator counts) {
    const auto& [id, path] = counts->first;
    for (auto other = std::next(counts); other != claims_.end() && other->first.first == id;
         ++other) {
        const std::string& left_out = other->first.second;
        if (!said_.insert(id.to_string() + " in " + left_out).second) continue;
        log::warn("object in two manifests; the file that comes first by name counts",
                  {{"object", id.to_string()}, {"counts", path}, {"left_out", left_out}});
    }
}

}  // namespace breakwater::source
