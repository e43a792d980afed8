#include "controller/source/manifest_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "controller/kube/parse.h"
#include "controller/source/manifest_yaml.h"

namespace breakwater::source {
namespace {

using nlohmann::json;

YamlMistake mistake_at(std::string_view text, std::size_t byte, const char* what) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    return {static_cast<int>(1 + std::ranges::count(before, '\n')), what};
}

/// Where the number stands that no double holds: the library names it, between quotes, not its place.
std::size_t place_of_number(std::string_view text, std::string_view complaint) {
    const std::size_t quote = complaint.find('\'');
    if (quote == std::string_view::npos) return 0;
    const std::string_view behind = complaint.substr(quote + 1);
    return text.find(behind.substr(0, behind.find('\'')));
}

std::expected<std::vector<YamlDocument>, YamlMistake> parse_json_text(std::string_view text) {
    try {
        std::vector<YamlDocument> out;
        out.push_back({json::parse(text), {}, 0});
        return out;
    } catch (const json::parse_error& error) {
        return std::unexpected(mistake_at(text, error.byte, "this is not JSON"));
    } catch (const json::out_of_range& error) {
        return std::unexpected(
            mistake_at(text, place_of_number(text, error.what()), "a number is out of range"));
    }
}

/// One file's documents, object by object.
class ManifestReader {
public:
    /// @return why the file cannot be used.
    std::optional<ManifestMistake> add(const YamlDocument& document) {
        const std::vector<const json*> objects = kube::unwrap_list(document.value);
        for (std::size_t i = 0; i < objects.size(); ++i) {
            const bool in_list = objects[i] != &document.value;
            const std::string at = in_list ? "items[" + std::to_string(i) + "]" : std::string();
            if (auto mistake = add_object(*objects[i], document, at)) return mistake;
        }
        return {};
    }

    Manifest take() { return std::move(manifest_); }

private:
    std::optional<ManifestMistake> add_object(const json& object, const YamlDocument& document,
                                              const std::string& at) {
        const std::optional<kube::Kind> kind = kube::kind_in(object);
        if (!kind) return note_other_kind(object, document, at);

        kube::Parsed parsed = kube::parse_object(object);
        if (parsed) {
            const kube::ObjectId id{*kind, kube::meta_of(*parsed).key()};
            if (seen_.insert(id).second) {
                manifest_.objects.push_back(std::move(*parsed));
            } else {
                note(document, at, id.to_string() + " comes twice; the first one counts");
            }
            return {};
        }
        const kube::Mistake& mistake = parsed.error();
        const int line = line_of(document, at + "." + mistake.field);
        const kube::ObjectId id{*kind, kube::key_in(*kind, object)};
        if (id.key.name.empty()) return ManifestMistake{line, mistake.field + ": " + mistake.text};
        if (seen_.insert(id).second) manifest_.broken.push_back({{id, mistake}, line});
        return {};
    }

    std::optional<ManifestMistake> note_other_kind(const json& object, const YamlDocument& document,
                                                   const std::string& at) {
        const auto kind = object.is_object() ? object.find("kind") : object.end();
        if (!object.is_object() || kind == object.end() || !kind->is_string()) {
            return ManifestMistake{line_of(document, at),
                                   "this is no object of the Kubernetes API: it says no kind"};
        }
        note(document, at, "objects of kind " + kind->get<std::string>() + " are passed over");
        return {};
    }

    void note(const YamlDocument& document, const std::string& at, std::string text) {
        manifest_.notes.push_back({line_of(document, at), std::move(text)});
    }

    Manifest manifest_;
    std::set<kube::ObjectId> seen_;
};

}  // namespace

bool is_manifest(std::string_view file_name) {
    return !file_name.starts_with('.') &&
           (file_name.ends_with(".yaml") || file_name.ends_with(".yml") ||
            file_name.ends_with(".json"));
}

ManifestFormat format_of(std::string_view file_name) {
    return file_name.ends_with(".json") ? ManifestFormat::json : ManifestFormat::yaml;
}

std::expected<Manifest, ManifestMistake> read_manifest(std::string_view text,
                                                       ManifestFormat format) {
    const auto documents =
        format == ManifestFormat::json ? parse_json_text(text) : parse_yaml(text);
    if (!documents) {
        return std::unexpected(ManifestMistake{documents.error().line, documents.error().text});
    }
    ManifestReader reader;
    for (const YamlDocument& document : *documents) {
        if (auto mistake = reader.add(document)) return std::unexpected(std::move(*mistake));
    }
    return reader.take();
}

}  // namespace breakwater::source
