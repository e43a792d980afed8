#include "controller/source/manifest_yaml.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

#include <charconv>
#include <optional>
#include <sstream>
#include <utility>

#include "controller/source/manifest_scalar.h"

namespace breakwater::source {
namespace {

using nlohmann::json;

constexpr const char* kTooDeep = "nested too deep";
constexpr std::string_view kCorePrefix = "tag:yaml.org,2002:";

int line_at(const YAML::Mark& mark) { return mark.is_null() ? 1 : mark.line + 1; }

/// Leaves the conversion; caught in parse_yaml(). yaml-cpp reports by exceptions, so this file has
/// them anyway.
struct Refused {
    YamlMistake mistake;
};

[[noreturn]] void refuse(const YAML::Node& node, std::string text) {
    throw Refused{{line_at(node.Mark()), std::move(text)}};
}

/// One file's conversion, with what it may still cost.
class Converter {
public:
    json convert(const YAML::Node& node, int depth) {
        if (depth > kDeepestNesting) refuse(node, kTooDeep);
        spend(node, 1, 0);
        switch (node.Type()) {
            case YAML::NodeType::Scalar: return convert_scalar(node);
            case YAML::NodeType::Sequence: return convert_sequence(node, depth);
            case YAML::NodeType::Map: return convert_map(node, depth);
            default: return nullptr;
        }
    }

private:
    void spend(const YAML::Node& node, std::size_t nodes, std::size_t text_bytes) {
        nodes_ += nodes;
        text_bytes_ += text_bytes;
        if (nodes_ > kMostYamlNodes || text_bytes_ > kMostYamlTextBytes) {
            refuse(node, "aliases unfold to too much");
        }
    }

    json convert_scalar(const YAML::Node& node) {
        const std::string& text = node.Scalar();
        const std::string& tag = node.Tag();
        spend(node, 0, text.size());
        if (tag == "?" || tag.empty()) return resolve_plain(text);
        if (tag == "!" || tag == std::string(kCorePrefix) + "str") return text;
        for (const char* type : {"int", "float", "bool", "null"}) {
            if (tag == std::string(kCorePrefix) + type) return resolve_plain(text);
        }
        refuse(node, "a tag that is not supported");
    }

    json convert_sequence(const YAML::Node& node, int depth) {
        json out = json::array();
        for (const YAML::Node& item : node) out.push_back(convert(item, depth + 1));
        return out;
    }

    json convert_map(const YAML::Node& node, int depth) {
        json out = json::object();
        std::vector<YAML::Node> merged;
        for (const auto& entry : node) {
            const YAML::Node& key = entry.first;
            const YAML::Node& value = entry.second;
            if (!key.IsScalar()) refuse(key, "a key that is not text");
            spend(key, 0, key.Scalar().size());
            if (key.Scalar() == "<<" && key.Tag() == "?") {
                merged.push_back(value);
                continue;
            }
            if (out.contains(key.Scalar())) refuse(key, "the key " + key.Scalar() + " comes twice");
            out[key.Scalar()] = convert(value, depth + 1);
        }
        for (const YAML::Node& from : merged) merge(from, out, depth + 1);
        return out;
    }

    /// `<<: *a` or `<<: [*a, *b]`: what is there already stays.
    void merge(const YAML::Node& from, json& into, int depth) {
        const json source = convert(from, depth);
        const auto merge_one = [&](const json& map) {
            if (!map.is_object()) refuse(from, "<< merges something that is not a map");
            for (const auto& [key, value] : map.items()) {
                if (!into.contains(key)) into[key] = value;
            }
        };
        if (source.is_array()) {
            for (const json& map : source) merge_one(map);
        } else {
            merge_one(source);
        }
    }

    std::size_t nodes_ = 0;
    std::size_t text_bytes_ = 0;
};

/// One step of a field path: a key, or an index where `text` is empty.
struct Step {
    std::string text;
    std::size_t index = 0;
};

std::optional<Step> take_step(std::string_view& field) {
    if (field.starts_with('.')) field.remove_prefix(1);
    if (field.empty()) return {};
    if (!field.starts_with('[')) {
        const std::size_t end = field.find_first_of(".[");
        Step step{std::string(field.substr(0, end))};
        field.remove_prefix(end == field.npos ? field.size() : end);
        return step;
    }
    const std::size_t end = field.find(']');
    if (end == field.npos) return {};
    const std::string_view inside = field.substr(1, end - 1);
    field.remove_prefix(end + 1);
    Step step;
    const auto [stopped, error] =
        std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
    if (error != std::errc() || stopped != inside.data() + inside.size()) step.text = inside;
    return step;
}

/// The child that `step` leads to; an undefined node where there is none.
YAML::Node child_of(const YAML::Node& node, const Step& step) {
    if (step.text.empty())
        return node.IsSequence() ? node[step.index] : YAML::Node(YAML::NodeType::Undefined);
    return node.IsMap() ? node[step.text] : YAML::Node(YAML::NodeType::Undefined);
}

/// The text of one document, beginning with its `---` where it has one.
struct Chunk {
    std::string text;
    int lines_before = 0;
};

bool is_marker(std::string_view line) {
    return line.starts_with("---") && (line.size() == 3 || line.find_first_of(" \t\r") == 3);
}

/// Whether the line has nothing of a document: it is blank, a comment, or a directive.
bool is_empty(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    return first == line.npos || line[first] == '#' || line.starts_with('%') || line == "---";
}

/// Cut at the markers, which YAML allows inside of nothing (1.2, 9.1.2). The library's own way to the
/// next document never ends where the one before left something over, such as a stray comma.
std::vector<Chunk> cut(std::string_view text) {
    std::vector<Chunk> out;
    Chunk chunk;
    bool has_content = false;
    const auto close = [&] {
        if (has_content) out.push_back(std::exchange(chunk, {}));
        chunk.text.clear();
        has_content = false;
    };
    for (int line_number = 0; !text.empty(); ++line_number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (is_marker(line)) close();
        if (chunk.text.empty()) chunk.lines_before = line_number;
        has_content = has_content || !is_empty(line);
        chunk.text.append(line).push_back('\n');
    }
    close();
    return out;
}

/// Takes the events of a document and does nothing with them.
class Deaf final : public YAML::EventHandler {
    using Mark = YAML::Mark;
    using Anchor = YAML::anchor_t;
    using Style = YAML::EmitterStyle::value;
    void OnDocumentStart(const Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const Mark&, Anchor) override {}
    void OnAlias(const Mark&, Anchor) override {}
    void OnScalar(const Mark&, const std::string&, Anchor, const std::string&) override {}
    void OnSequenceStart(const Mark&, const std::string&, Anchor, Style) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const Mark&, const std::string&, Anchor, Style) override {}
    void OnMapEnd() override {}
};

/// The library reads one document and is silent about what is left over.
void refuse_leftovers(const std::string& text) {
    std::istringstream in(text);
    YAML::Parser parser(in);
    Deaf deaf;
    if (parser.HandleNextDocument(deaf) && parser.HandleNextDocument(deaf)) {
        throw Refused{{1, "something follows that does not belong to the document"}};
    }
}

}  // namespace

std::expected<std::vector<YamlDocument>, YamlMistake> parse_yaml(std::string_view text) {
    std::vector<YamlDocument> out;
    Converter converter;
    int lines_before = 0;
    try {
        for (const Chunk& chunk : cut(text)) {
            lines_before = chunk.lines_before;
            refuse_leftovers(chunk.text);
            YAML::Node node = YAML::Load(chunk.text);
            json value = converter.convert(node, 0);
            out.push_back({std::move(value), node, lines_before});
        }
        return out;
    } catch (const Refused& refused) {
        return std::unexpected(
            YamlMistake{lines_before + refused.mistake.line, refused.mistake.text});
    } catch (const YAML::DeepRecursion& error) {  // its own text speaks of a bad file
        return std::unexpected(YamlMistake{lines_before + line_at(error.mark), kTooDeep});
    } catch (const YAML::Exception& error) {
        return std::unexpected(YamlMistake{lines_before + line_at(error.mark), error.msg});
    } catch (const std::exception& error) {
        return std::unexpected(YamlMistake{lines_before + 1, error.what()});
    }
}

int line_of(const YamlDocument& document, std::string_view field) {
    try {
        YAML::Node at;
        at.reset(document.node);
        while (const std::optional<Step> step = take_step(field)) {
            const YAML::Node child = child_of(at, *step);
            if (!child.IsDefined() || child.Mark().is_null()) break;
            at.reset(child);
        }
        return document.lines_before + line_at(at.Mark());
    } catch (const YAML::Exception&) {
        return document.lines_before + 1;
    }
}

}  // namespace breakwater::source
