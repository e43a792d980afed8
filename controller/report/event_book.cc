#include "controller/report/event_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "controller/kube/target.h"
#include "controller/kube/timestamp.h"
#include "proxy/base/crypto/hash.h"
#include "proxy/base/utf8.h"

namespace breakwater::report {
namespace {

using nlohmann::json;

constexpr const char* kComponent = "breakwater";
/// The API refuses names of more than 253 bytes, and messages of more than 1024.
constexpr std::size_t kMostNameBytes = 253;
constexpr std::size_t kMostMessageBytes = 1024;

std::string hash_of(const Note& note) {
    const auto digest =
        crypto::sha256(fmt::format("{}\n{}\n{}", note.uid, note.reason, note.message));
    return crypto::to_hex(std::span(digest).first<8>());
}

std::string share_of(const Note& note) { return note.is_warning ? namespace_of(note) : ""; }

}  // namespace

Note note_of(const table::Finding& finding, const kube::ObjectId& object, std::string uid) {
    const bool is_error = finding.severity == table::Severity::error;
    const bool is_annotation = finding.field.starts_with("metadata.annotations");
    const char* reason = is_error ? "NotServed" : "ServedOtherwise";
    if (is_error && is_annotation) reason = "AnnotationParsingFailed";
    const std::string message =
        finding.field.empty() ? finding.text : finding.field + ": " + finding.text;
    return {.object = object,
            .uid = std::move(uid),
            .is_warning = true,
            .reason = reason,
            .message = std::string(cut_at_character(message, kMostMessageBytes))};
}

std::string namespace_of(const Note& note) {
    const std::string& own = note.object.key.namespace_name;
    return own.empty() ? "default" : own;
}

std::string name_of(const Note& note) {
    const std::string hash = hash_of(note);
    std::string name(cut_at_character(note.object.key.name, kMostNameBytes - hash.size() - 1));
    while (name.ends_with('.') || name.ends_with('-')) name.pop_back();  // only where it was cut
    return name + "." + hash;
}

json new_event(const Note& note, const std::string& instance, WallTime now) {
    const std::string time = kube::format_timestamp(now);
    const kube::Key& key = note.object.key;
    json object = {{"apiVersion", kube::resource_of(note.object.kind).api_version()},
                   {"kind", kube::to_string(note.object.kind)},
                   {"name", key.name},
                   {"uid", note.uid}};
    if (!key.namespace_name.empty()) object["namespace"] = key.namespace_name;
    return {{"apiVersion", "v1"},
            {"kind", "Event"},
            {"metadata", {{"namespace", namespace_of(note)}, {"name", name_of(note)}}},
            {"involvedObject", std::move(object)},
            {"type", note.is_warning ? "Warning" : "Normal"},
            {"reason", note.reason},
            {"message", note.message},
            {"source", {{"component", kComponent}}},
            {"reportingComponent", kComponent},
            {"reportingInstance", instance},
            {"firstTimestamp", time},
            {"lastTimestamp", time},
            {"count", 1}};
}

json refresh_of(int count, WallTime now) {
    json patch = {{"lastTimestamp", kube::format_timestamp(now)}};
    if (count > 0) patch["count"] = count;
    return patch;
}

const EventBook::Said* EventBook::find(const Note& note) const {
    const auto share = shares_.find(share_of(note));
    if (share == shares_.end()) return nullptr;
    const auto found = share->second.find(name_of(note));
    return found == share->second.end() ? nullptr : &found->second;
}

bool EventBook::is_due(const Note& note, Time now) const {
    const Said* const found = find(note);
    return !found || now - found->last >= kSaidAnew;
}

bool EventBook::may_say(const Note& note, Time now) const {
    const auto found = rates_.find(note.uid);
    return found == rates_.end() || found->second.wait(now) == Duration::zero();
}

int EventBook::count(const Note& note) const {
    const Said* const found = find(note);
    return found ? found->count : 0;
}

std::size_t EventBook::share(const Note& note) const {
    const auto found = shares_.find(share_of(note));
    return found == shares_.end() ? 0 : found->second.size();
}

bool EventBook::make_room(const Note& note) {
    if (events_ < kMostEvents || find(note)) return true;
    const auto most = std::ranges::max_element(
        shares_, {}, [](const auto& entry) { return entry.second.size(); });
    if (share(note) + 1 >= most->second.size()) return false;
    most->second.erase(most->second.begin());
    --events_;
    return true;
}

void EventBook::said(const Note& note, int count, Time now) {
    const auto [at, is_new] =
        shares_[share_of(note)].insert_or_assign(name_of(note), Said{.count = count, .last = now});
    if (is_new) ++events_;
    rates_.try_emplace(note.uid, kAtOnce, kEach).first->second.take(now);
}

void EventBook::forget(const Note& note) {
    const auto share = shares_.find(share_of(note));
    if (share == shares_.end()) return;
    events_ -= share->second.erase(name_of(note));
    if (share->second.empty()) shares_.erase(share);
}

void EventBook::tidy(Time now) {
    for (auto& [name, share] : shares_) {
        events_ -= std::erase_if(
            share, [&](const auto& entry) { return now - entry.second.last >= kForgotten; });
    }
    std::erase_if(shares_, [](const auto& entry) { return entry.second.empty(); });
    std::erase_if(rates_, [&](const auto& entry) { return entry.second.is_full(now); });
}

}  // namespace breakwater::report
