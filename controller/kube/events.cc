#include "controller/kube/events.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "controller/kube/field.h"
#include "controller/kube/parse.h"

namespace breakwater::kube {
namespace {

using nlohmann::json;

std::unexpected<Trouble> garbled(std::string text) {
    return std::unexpected(Trouble{Trouble::Cause::garbled, std::move(text), std::nullopt});
}

/// Typed, or broken with the name it has.
std::variant<Object, Broken> read_object(Kind kind, const json& object) {
    auto parsed = parse_as(kind, object);
    if (parsed) return *std::move(parsed);
    return Broken{{kind, key_in(kind, object)}, std::move(parsed.error())};
}

}  // namespace

std::expected<Event, Trouble> read_event(Kind kind, std::string_view line, const Wants& wants) {
    const auto document = parse_json(line);
    if (!document) return garbled("a line of the watch is not JSON");
    std::optional<Mistake> mistake;
    const Field root(*document, mistake);
    const std::string type = root["type"].text();
    if (type.empty() || !root["object"].present())
        return garbled("a line of the watch is no event");
    const json& object = (*document)["object"];
    if (type == "ERROR") return std::unexpected(trouble_of_status(object));

    Event event{Event::Bookmark{}, root["object"]["metadata"]["resourceVersion"].text()};
    if (event.version.empty()) return garbled("an event has no resourceVersion");
    if (type == "BOOKMARK") return event;

    const Key key = key_in(kind, object);
    if (key.name.empty()) return garbled("an event's object has no name");
    if (wants && !wants(key)) return event;
    if (type == "DELETED") {
        event.what = Event::Removed{{kind, key}};
    } else if (type == "ADDED" || type == "MODIFIED") {
        std::visit([&event](auto&& read) { event.what = std::move(read); },
                   read_object(kind, object));
    } else {
        return garbled("an event has an unknown type");
    }
    return event;
}

Expected<Page> read_page(Kind kind, std::string_view text, const Wants& wants) {
    KeepItem keep_item;
    if (wants) {
        keep_item = [&](const json& item) {
            const Key key = key_in(kind, item);
            return key.name.empty() || wants(key);  // that it has no name is said below
        };
    }
    const auto document = parse_json(text, {}, keep_item);
    if (!document) return because("the list is not JSON");
    std::optional<Mistake> mistake;
    const Field root(*document, mistake);
    Page page;
    page.version = root["metadata"]["resourceVersion"].text();
    page.go_on = root["metadata"]["continue"].text();
    if (page.version.empty()) return because("the list has no resourceVersion");
    if (!root["items"].present()) return page;
    const json& items = (*document)["items"];
    if (!items.is_array()) return because("the list's items are none");
    for (const json& item : items) {
        auto read = read_object(kind, item);
        if (auto* object = std::get_if<Object>(&read)) {
            page.objects.push_back(std::move(*object));
        } else {
            page.broken.push_back(std::get<Broken>(std::move(read)));
            if (page.broken.back().id.key.name.empty()) return because("an item has no name");
        }
    }
    return page;
}

}  // namespace breakwater::kube
