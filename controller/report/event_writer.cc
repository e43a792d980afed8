#include "controller/report/event_writer.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/kube/backoff.h"
#include "controller/translate/class.h"
#include "proxy/base/log.h"

namespace breakwater::report {
namespace {

using kube::Trouble;

constexpr const char* kSubject = "Events";
constexpr kube::Resource kEvents{"/api/v1", "", "events"};
/// It concerns this one: its object, or the namespace, has gone or is going, or is not to the API's liking.
bool concerns_one_note(const Trouble& trouble) {
    return trouble.concerns_one_object() || (trouble.cause == Trouble::Cause::forbidden &&
                                             trouble.text.contains("is being terminated"));
}

std::optional<kube::ObjectId> id_of(const table::ObjectRef& ref) {
    for (std::size_t i = 0; i < kube::kKinds; ++i) {
        const auto kind = static_cast<kube::Kind>(i);
        if (kube::to_string(kind) == ref.kind) return {{kind, {ref.namespace_name, ref.name}}};
    }
    return {};
}

/// Empty where there is no such object.
std::string uid_of(kube::Objects& objects, const kube::ObjectId& id) {
    return objects.with_shelf(id.kind, [&](const auto& shelf) {
        const auto* object = shelf.find(id.key);
        return object ? object->meta.uid : std::string();
    });
}

/// None where there is no such object: what is missing can have no Event.
std::optional<Note> note_about(const table::Finding& finding, kube::Objects& objects) {
    const auto id = id_of(finding.object);
    std::string uid = id ? uid_of(objects, *id) : std::string();
    if (uid.empty()) return {};
    return note_of(finding, *id, std::move(uid));
}

int count_in(const nlohmann::json& event) {
    const auto found = event.find("count");
    return found != event.end() && found->is_number_integer() ? found->get<int>() : 1;
}

}  // namespace

EventWriter::EventWriter(EventOptions options, const source::Source& source,
                         std::function<bool()> leads, kube::Credentials& credentials,
                         kube::Complaints& complaints, const Clock& clock)
    : options_(std::move(options)),
      source_(source),
      leads_(std::move(leads)),
      complaints_(complaints),
      client_(credentials),
      clock_(clock),
      pace_(options_.pace),
      thread_(kBetweenWalks, [this](const std::stop_token& stop) { return walk(stop); }) {}

void EventWriter::note(std::shared_ptr<const table::Findings> findings) {
    const std::scoped_lock lock(mutex_);
    findings_ = std::move(findings);
}

void EventWriter::wake() {
    {
        const std::scoped_lock lock(mutex_);
        if (!before_) {
            source::Snapshot snapshot = source_.snapshot();
            if (snapshot.synced()) before_ = std::move(snapshot.objects.ingresses);
        }
    }
    thread_.wake();
}

EventWriter::Findings EventWriter::findings() {
    const std::scoped_lock lock(mutex_);
    return findings_;
}

Periodic::Rest EventWriter::walk(const std::stop_token& stop) {
    const Periodic::Rest usual{.time = kInterval};
    source::Snapshot snapshot = source_.snapshot();
    if (!snapshot.synced()) return usual;
    if (!leads_()) {
        book_ = {};
        follow(snapshot.objects.ingresses);
        return usual;
    }
    Step step = say_findings(snapshot.objects, stop);
    if (step) step = say_changes(snapshot.objects, stop);
    book_.tidy(clock_.now());
    if (step || stop.stop_requested()) return usual;
    complaints_.wrong(kSubject, step.error());
    return Periodic::after(step.error());
}

EventWriter::Step EventWriter::say_findings(kube::Objects& objects, const std::stop_token& stop) {
    const Findings all = findings();
    bool full = false;
    for (const table::Finding* finding : due(*all, objects)) {
        const auto note = note_about(*finding, objects);
        const bool is_new = book_.count(*note) == 0;
        full = full || (is_new && !book_.make_room(*note));  // nor for those whose turn comes later
        if (full && is_new) continue;
        if (!may_go_on(stop)) return {};
        if (Step step = say(*note, stop); !step) return step;
        if (findings() != all) return {};  // the next walk is about those
    }
    say_full(full);
    return {};
}

/// What is to be said now, in the order in which namespaces take turns: whose share is least goes first.
std::vector<const table::Finding*> EventWriter::due(const table::Findings& findings,
                                                    kube::Objects& objects) {
    std::map<std::string, std::size_t> turns;  ///< by namespace
    std::vector<std::pair<std::size_t, const table::Finding*>> found;
    const Time now = clock_.now();
    for (const table::Finding& finding : findings) {
        const auto note = note_about(finding, objects);
        if (!note || !book_.is_due(*note, now) || !book_.may_say(*note, now)) continue;
        const auto turn = turns.try_emplace(namespace_of(*note), book_.share(*note)).first;
        found.emplace_back(turn->second++, &finding);
    }
    std::ranges::sort(found);  // of one turn in the order that they have
    std::vector<const table::Finding*> out;
    for (const auto& [turn, finding] : found) out.push_back(finding);
    return out;
}

EventWriter::Ingresses EventWriter::follow(const Ingresses& now) {
    const std::scoped_lock lock(mutex_);
    return std::exchange(before_, now).value_or(now);
}

EventWriter::Step EventWriter::say_changes(const kube::Objects& objects,
                                           const std::stop_token& stop) {
    const Ingresses before = follow(objects.ingresses);
    if (!options_.sync_events || before.same_as(objects.ingresses)) return {};
    std::vector<std::shared_ptr<const kube::Ingress>> changed;
    for_each_difference(before, objects.ingresses, [&changed](const auto& was, const auto& is) {
        if (is && !(was && kube::same_but_for_version(*was, *is))) changed.push_back(is);
    });
    std::size_t syncs = 0;
    for (const auto& ingress : changed) {
        translate::Report ignored;
        if (!translate::is_ours(*ingress, objects, options_.translation, ignored)) continue;
        if (++syncs > kMostSyncs || !may_go_on(stop)) return {};
        const Note note{.object = {kube::Kind::ingress, ingress->meta.key()},
                        .uid = ingress->meta.uid,
                        .is_warning = false,
                        .reason = "Sync",
                        .message = "Scheduled for sync"};
        if (!book_.make_room(note)) return {};
        if (Step step = say(note, stop); !step) return step;
    }
    return {};
}

bool EventWriter::may_go_on(const std::stop_token& stop) {
    kube::pause(stop, pace_.wait(clock_.now()));
    return !stop.stop_requested() && leads_();
}

EventWriter::Step EventWriter::say(const Note& note, const std::stop_token& stop) {
    if (!book_.may_say(note, clock_.now())) return {};
    pace_.take(clock_.now());
    const int count = book_.count(note);
    const Step step = count > 0 ? refresh(note, count + 1, stop) : create(note, stop);
    if (step) complaints_.well(kSubject);
    if (step || !concerns_one_note(step.error())) return step;
    book_.forget(note);
    return {};
}

EventWriter::Step EventWriter::create(const Note& note, const std::stop_token& stop) {
    const auto answer = client_.create({kEvents, namespace_of(note), {}, {}},
                                       new_event(note, options_.instance, clock_.wall()), stop);
    // The leader before us has said it, or we in another life.
    if (!answer && answer.error().reason == "AlreadyExists") return refresh(note, 0, stop);
    if (!answer) return std::unexpected(answer.error());
    book_.said(note, 1, clock_.now());
    return {};
}

EventWriter::Step EventWriter::refresh(const Note& note, int count, const std::stop_token& stop) {
    const auto answer =
        client_.patch({kEvents, namespace_of(note), name_of(note), {}}, kube::PatchKind::merge,
                      refresh_of(count, clock_.wall()), stop);
    if (!answer) return std::unexpected(answer.error());
    book_.said(note, count_in(*answer), clock_.now());
    return {};
}

void EventWriter::say_full(bool full) {
    if (full && !full_said_) {
        log::warn(
            "more findings than Events are made of; all of them are in the log and at "
            "/debug/findings",
            {{"events", EventBook::kMostEvents}});
    }
    full_said_ = full;
}

}  // namespace breakwater::report
