#pragma once
// The Secrets of a cluster that are of use, of all that there are: docs/decisions/secrets.md.
//
// Whoever translates says which (keep()). The others are passed over while lists and watches are read, so that they
// are never here; one that is named later is therefore unread, and a fetcher asks for it by name. Who has the last
// word on a Secret: a list whose reading began when it was named already, and every event since it was named; what
// was fetched counts only where nothing else has said anything.
//
// Any thread; one lock, which holds the names and what is written to the store together.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "controller/kube/reflector.h"
#include "controller/source/store.h"

namespace breakwater::source {

class KeptSecrets final : public kube::Sink {
public:
    /// @param store  outlives this.
    /// @param namespace_name  where it is not empty, those of others are none of ours: nobody asks for them
    KeptSecrets(Store& store, std::string namespace_name)
        : store_(store), namespace_name_(std::move(namespace_name)) {}

    /// As Source::keep().
    bool keep(const kube::Keys& names, Duration patience);
    /// Ends keep(), now and from now on.
    void stop();

    // For the reflector's thread.

    /// Until keep() was called: a list before that would have to be read again.
    /// @return false when it is time to stop.
    [[nodiscard]] bool wait_for_names(const std::stop_token& stop);
    bool wants(const kube::Key& key) override;
    void on_list_begins() override;
    void on_list(const kube::Target& target, std::vector<kube::Object> objects,
                 std::vector<kube::Broken> broken) override;
    void on_event(kube::Event event) override;
    void on_forbidden(const kube::Target&, const std::string&) override {}  // they are not optional

    // For the fetcher's thread.

    /// Waits for one that is unread: for the first time, or where that is due, again.
    /// @return nothing when it is time to stop.
    [[nodiscard]] std::optional<kube::Key> next(const std::stop_token& stop);
    /// @param answer  the Secret, to be read or broken; empty: there is none
    void fetched(const kube::Key& key, Batch answer);
    /// @param wait  until one of those that failed is asked for again; the others follow when it succeeds
    void failed(const kube::Key& key, Duration wait);

private:
    struct Unread {
        bool is_asked_for = false;  ///< at this moment
        bool is_waited_for = true;  ///< by keep(): not when it failed once, or took too long
        unsigned failures = 0;
    };
    using AllUnread = std::map<kube::Key, Unread>;

    [[nodiscard]] bool covers(const kube::Key& key) const {
        return namespace_name_.empty() || namespace_name_ == key.namespace_name;
    }
    void take_names(const kube::Keys& names);
    /// Those that the list at hand was not asked for: it says nothing about them.
    void add_unlisted(Batch& batch) const;
    /// The next one to ask for, where it is time for any.
    [[nodiscard]] AllUnread::iterator due();

    Store& store_;
    const std::string namespace_name_;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    // Under the mutex.
    bool stopped_ = false;
    bool named_ = false;                 ///< keep() was called
    bool listed_ = false;                ///< a list has begun, at least
    kube::Keys names_;                   ///< that are kept
    std::optional<kube::Keys> listing_;  ///< of these the list at hand has all
    AllUnread unread_;
    Time retry_at_{};         ///< of those that failed
    std::uint64_t came_ = 0;  ///< that fetched() has put into the store
};

}  // namespace breakwater::source
