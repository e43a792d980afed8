#include "controller/source/manifest_set.h"

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <variant>

#include "controller/source/manifest_file.h"
#include "controller/source/manifest_text.h"

namespace breakwater::source {
namespace {

class SetReader {
public:
    void read(const std::string& path) {
        std::error_code ignored;  // reading it finds out
        if (!std::filesystem::is_directory(path, ignored)) return read_file(path);
        const auto paths = list_manifests(path);
        if (!paths) return lose(path, 0, paths.error());
        for (const std::string& inside : *paths) read_file(inside);
    }
    [[nodiscard]] ManifestSet take() { return std::move(set_); }

private:
    void read_file(const std::string& path) {
        const auto text = read_text(path);
        if (!text) return lose(path, 0, text.error());
        auto manifest = read_manifest(*text, format_of(path));
        if (!manifest) return lose(path, manifest.error().line, std::move(manifest.error().text));
        for (ManifestMistake& note : manifest->notes) {
            set_.remarks.push_back({path, note.line, std::move(note.text), false});
        }
        for (kube::Object& object : manifest->objects) put(path, object);
        for (const BrokenManifest& broken : manifest->broken) {
            const kube::Mistake& mistake = broken.broken.mistake;
            lose(path, broken.line,
                 broken.broken.id.to_string() + ", " + mistake.field + ": " + mistake.text);
        }
    }

    void put(const std::string& path, kube::Object& object) {
        const kube::ObjectId id{kube::kind_of(object), kube::meta_of(object).key()};
        const auto [first, is_new] = files_.emplace(id, path);
        if (!is_new) return lose(path, 0, id.to_string() + " is in " + first->second + ", too");
        set_.objects.with_shelf(id.kind, [&]<class T>(kube::Shelf<T>& shelf) {
            shelf.put(std::move(std::get<std::shared_ptr<const T>>(object)));
        });
    }

    void lose(const std::string& path, int line, std::string why) {
        set_.remarks.push_back({path, line, std::move(why), true});
    }

    ManifestSet set_;
    std::map<kube::ObjectId, std::string> files_;
};

}  // namespace

ManifestSet read_manifests(std::span<const std::string> paths) {
    SetReader reader;
    for (const std::string& path : paths) reader.read(path);
    return reader.take();
}

}  // namespace breakwater::source
