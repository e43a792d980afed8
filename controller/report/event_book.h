#pragma once
// What is said as an Event (core/v1), when, and how it is written.
//
// An Event has a name made of what it says, so that one thing said again is one Event with a count, also
// by another replica or after a restart. What lasts is said anew before the API server forgets it (an hour
// by default); one object has 25 at once and one more every five minutes, as client-go's spam filter has it.
//
// Pure; a value of one thread.

#include <chrono>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controller/kube/objects.h"
#include "controller/report/token_bucket.h"
#include "proxy/base/clock.h"
#include "proxy/table/finding.h"

namespace breakwater::report {

/// One thing to say about one object.
struct Note {
    kube::ObjectId object;
    std::string uid;  ///< never empty
    bool is_warning = true;
    std::string reason;   ///< one word: `NotServed`
    std::string message;  ///< for people
};

/// A finding about an object with that uid. Reasons: `AnnotationParsingFailed` as in ingress-nginx, else
/// `NotServed` for an error and `ServedOtherwise` for a warning.
[[nodiscard]] Note note_of(const table::Finding& finding, const kube::ObjectId& object,
                           std::string uid);

/// Where the object has no namespace, `default`, as for Events of nodes.
[[nodiscard]] std::string namespace_of(const Note& note);
/// The same for the same object, reason and message.
[[nodiscard]] std::string name_of(const Note& note);
/// @param instance  who says it: `$POD_NAME`
[[nodiscard]] nlohmann::json new_event(const Note& note, const std::string& instance, WallTime now);
/// A merge patch for an Event that is there. @param count  0: as it is
[[nodiscard]] nlohmann::json refresh_of(int count, WallTime now);

class EventBook {
public:
    /// Something that lasts: whether it is to be said now.
    [[nodiscard]] bool is_due(const Note& note, Time now) const;
    /// Whether its object may have another Event now.
    [[nodiscard]] bool may_say(const Note& note, Time now) const;
    /// How often it was said; 0: never, as far as we know.
    [[nodiscard]] int count(const Note& note) const;
    /// It was said. @param count  as the Event has it now
    void said(const Note& note, int count, Time now);
    /// The Event is not there any more.
    void forget(const Note& note);
    /// Forgets what was said so long ago that the API server has forgotten it, too.
    void tidy(Time now);
    /// Whether there may be one Event more, where this is a new one. A full book gives everybody the same
    /// share, so that nobody's thousand mistakes leave another one's unsaid: who has most forgets one.
    [[nodiscard]] bool make_room(const Note& note);
    /// How many there are of those that have a share together.
    [[nodiscard]] std::size_t share(const Note& note) const;

    static constexpr std::chrono::minutes kSaidAnew{45};
    static constexpr std::chrono::hours kForgotten{1};
    static constexpr std::size_t kMostEvents = 2000;
    static constexpr std::uint32_t kAtOnce = 25;
    static constexpr std::chrono::minutes kEach{5};

private:
    struct Said {
        int count = 0;
        Time last{};
    };
    using Share = std::map<std::string, Said>;  ///< by the Event's name

    [[nodiscard]] const Said* find(const Note& note) const;

    /// By namespace; all that is no warning shares one, under no name. None is empty.
    std::map<std::string, Share> shares_;
    std::size_t events_ = 0;                    ///< in all of them
    std::map<std::string, TokenBucket> rates_;  ///< by the object's uid
};

}  // namespace breakwater::report
