#include "controller/source/kept_secrets.h"

#include <algorithm>
#include <utility>

#include "controller/source/batches.h"
#include "proxy/base/log.h"

namespace breakwater::source {
namespace {

using kube::Key;
using kube::Kind;

kube::ObjectId id_of(const Key& key) { return {Kind::secret, key}; }

/// Of the object that an event is about.
Key only_key(const Batch& batch) {
    if (!batch.put.empty()) return kube::meta_of(batch.put.front()).key();
    return batch.removed.empty() ? batch.broken.front().id.key : batch.removed.front().key;
}

}  // namespace

bool KeptSecrets::keep(const kube::Keys& names, Duration patience) {
    std::unique_lock lock(mutex_);
    take_names(names);
    const std::uint64_t before = came_;
    changed_.notify_all();
    const auto all_asked = [this] {
        return std::ranges::none_of(unread_,
                                    [](const auto& entry) { return entry.second.is_waited_for; });
    };
    changed_.wait_for(lock, patience, [&] { return stopped_ || all_asked(); });
    for (auto& [key, unread] : unread_) unread.is_waited_for = false;
    return came_ != before;
}

void KeptSecrets::take_names(const kube::Keys& names) {
    named_ = true;
    if (names.same_as(names_)) return;
    Batch dropped;
    for_each_difference(names_, names, [&](const auto& was, const auto& is) {
        const Key& key = was ? *was : *is;
        if (!covers(key) || (was && is)) return;
        if (is) {
            // Before the first list nothing is unread: it is going to name them all.
            if (listed_) unread_.emplace(key, Unread{});
        } else {
            unread_.erase(key);
            dropped.removed.push_back(id_of(key));
        }
    });
    names_ = names;
    // Nobody is told: who says what is of use knows it, and nobody else can miss them.
    (void)store_.take(std::move(dropped));
}

void KeptSecrets::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
}

bool KeptSecrets::wait_for_names(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [this] { return named_; });
}

bool KeptSecrets::wants(const Key& key) {
    const std::scoped_lock lock(mutex_);
    return (listing_ ? *listing_ : names_).contains(key);
}

void KeptSecrets::on_list_begins() {
    const std::scoped_lock lock(mutex_);
    listed_ = true;
    listing_ = names_;
}

void KeptSecrets::on_list(const kube::Target& target, std::vector<kube::Object> objects,
                          std::vector<kube::Broken> broken) {
    log::debug("listed", {{"what", target.to_string()}, {"kept", objects.size()}});
    Batch batch = batch_of(target, std::move(objects), std::move(broken));
    bool changed = false;
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(batch.put, [this](const kube::Object& one) {
            return !names_.contains(kube::meta_of(one));
        });
        std::erase_if(batch.broken,
                      [this](const kube::Broken& one) { return !names_.contains(one.id.key); });
        add_unlisted(batch);
        std::erase_if(unread_,
                      [this](const auto& entry) { return listing_->contains(entry.first); });
        listing_.reset();
        changed = store_.take(std::move(batch));
    }
    changed_.notify_all();
    if (changed) store_.tell_of_change();
}

void KeptSecrets::add_unlisted(Batch& batch) const {
    const kube::Objects held = store_.snapshot().objects;
    for_each_difference(*listing_, names_, [&](const auto& was, const auto& is) {
        if (was) return;
        if (auto secret = held.secrets.get(*is)) batch.put.emplace_back(std::move(secret));
        const auto mistake = held.broken.find(id_of(*is));
        if (mistake != held.broken.end()) batch.broken.push_back({mistake->first, mistake->second});
    });
}

void KeptSecrets::on_event(kube::Event event) {
    Batch batch = batch_of(std::move(event));
    const Key key = only_key(batch);
    bool changed = false;
    {
        const std::scoped_lock lock(mutex_);
        if (!names_.contains(key)) return;  // no more: it was wanted when it was read
        unread_.erase(key);
        changed = store_.take(std::move(batch));
    }
    changed_.notify_all();
    if (changed) store_.tell_of_change();
}

std::optional<Key> KeptSecrets::next(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (const auto found = due(); found != unread_.end()) {
            found->second.is_asked_for = true;
            return found->first;
        }
        const auto is_due = [this] { return due() != unread_.end(); };
        if (unread_.empty()) {
            changed_.wait(lock, stop, is_due);
        } else {
            changed_.wait_until(lock, stop, retry_at_, is_due);
        }
    }
    return {};
}

KeptSecrets::AllUnread::iterator KeptSecrets::due() {
    const auto next = std::ranges::min_element(
        unread_, {}, [](const auto& entry) { return entry.second.failures; });
    if (next == unread_.end() || next->second.failures == 0) return next;
    return system_clock().now() < retry_at_ ? unread_.end() : next;
}

void KeptSecrets::fetched(const Key& key, Batch answer) {
    bool changed = false;
    {
        const std::scoped_lock lock(mutex_);
        retry_at_ = {};
        const auto found = unread_.find(key);
        // It was let go and named anew meanwhile: the answer may be older than what was passed over in between.
        if (found == unread_.end() || !found->second.is_asked_for) return;
        unread_.erase(found);
        came_ += answer.put.size() + answer.broken.size();
        changed = store_.take(std::move(answer));
    }
    changed_.notify_all();
    if (changed) store_.tell_of_change();
}

void KeptSecrets::failed(const Key& key, Duration wait) {
    {
        const std::scoped_lock lock(mutex_);
        retry_at_ = system_clock().now() + wait;
        const auto found = unread_.find(key);
        if (found == unread_.end() || !found->second.is_asked_for) return;
        found->second = {.is_waited_for = false, .failures = found->second.failures + 1};
    }
    changed_.notify_all();
}

}  // namespace breakwater::source
