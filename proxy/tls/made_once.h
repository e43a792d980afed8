#pragma once
// What is made of a text and shared by all hosts that say it, and kept from one publish to the next.
//
// Filled by one thread, const afterwards.

#include <memory>
#include <string>
#include <unordered_map>

namespace breakwater::tls {

template <class T>
class MadeOnce {
public:
    using Shared = std::shared_ptr<const T>;

    /// @param before  those of the publish before, or null: what it has is taken from it
    /// @param make  gives a Shared, null where nothing can be made of the text
    template <class Make>
    Shared find(const std::string& text, const MadeOnce* before, const Make& make) {
        const auto [entry, is_new] = made_.try_emplace(text);
        if (is_new) entry->second = before ? before->known(text) : nullptr;
        if (is_new && !entry->second) entry->second = make();
        return entry->second;
    }

private:
    [[nodiscard]] Shared known(const std::string& text) const {
        const auto found = made_.find(text);
        return found == made_.end() ? nullptr : found->second;
    }

    std::unordered_map<std::string, Shared> made_;
};

}  // namespace breakwater::tls
