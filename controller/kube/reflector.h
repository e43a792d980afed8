#pragma once
// Keeps a copy of one kind of object: lists it, watches it from there, and begins again when it must.
//
//   list ──> watch ──clean end or cut──> watch from the last version seen
//    ^         └──410, nonsense, silence──┐
//    └────────────────────────────────────┘
//
// The server is never trusted to be well: each failure waits by the Backoff, is said once, and leaves
// in force what was read before. A list takes effect whole, after its last page.
//
// A watch that says nothing for Pace::stall begins again with a list, not with a watch: a server whose
// store was set back holds a watch from a version of its future open in silence, for ever.
//
// run() on a thread of its own.

#include <expected>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/kube/backoff.h"
#include "controller/kube/complaints.h"
#include "controller/kube/credentials.h"
#include "controller/kube/events.h"
#include "controller/kube/session.h"
#include "controller/kube/target.h"

namespace breakwater::kube {

/// Who keeps the copy. Called on the reflector's thread, in the order of things.
class Sink {
public:
    virtual ~Sink() = default;
    /// All there is: what is not named is gone. A broken object's version before, where there is one,
    /// stays.
    virtual void on_list(const Target& target, std::vector<Object> objects,
                         std::vector<Broken> broken) = 0;
    /// Never a Bookmark.
    virtual void on_event(Event event) = 0;
    /// An optional target may not be read, and never was. Comes once; on_list() may still follow.
    /// @param reason  for people: which right is missing
    virtual void on_forbidden(const Target& target, const std::string& reason) = 0;
    /// A list begins, anew where another did not come to its end.
    virtual void on_list_begins() {}
    /// Those that are not wanted are in no list and in no event.
    virtual bool wants(const Key&) { return true; }
};

class Reflector {
public:
    /// All references outlive run().
    Reflector(Target target, Credentials& credentials, Complaints& complaints, Sink& sink,
              const Pace& pace, std::uint64_t seed);

    /// Until asked to stop; then returns at once.
    void run(const std::stop_token& stop);

    /// Objects a page; less where a page of that many was too large.
    static constexpr std::size_t kPageObjects = 500;
    static constexpr std::size_t kMaxPages = 4000;
    static constexpr std::size_t kMaxPageBytes = 64 << 20;
    static constexpr std::size_t kMaxLineBytes = 16 << 20;

private:
    using Step = std::expected<void, Trouble>;
    class WatchReader;

    Step list(const std::stop_token& stop);
    std::expected<Page, Trouble> get_page(std::string_view go_on, const std::stop_token& stop);
    Step watch(const std::stop_token& stop);
    Step end_of_watch(const Response& response, bool lived);
    void take_event(Event event);
    /// After a failure: says it, and does what it takes to go on. @return how long to wait first.
    Duration settle(Trouble trouble);
    /// Whether it is nothing to complain about: the sink does without what may not be read.
    bool does_without(const Trouble& trouble);

    const Target target_;
    const std::string who_;
    Complaints& complaints_;
    Sink& sink_;
    const Pace pace_;
    Backoff backoff_;
    Session session_;
    const Wants wants_{[this](const Key& key) { return sink_.wants(key); }};

    std::string version_;     ///< where the next watch goes on; empty: list first
    bool listed_ = false;     ///< at least once
    bool forbidden_ = false;  ///< the sink has been told
    int interrupted_ = 0;     ///< times in a row, without an event or a long watch in between
    std::size_t page_objects_ = kPageObjects;
};

}  // namespace breakwater::kube
