#pragma once
// What was made of Secrets, kept while they stay as they are: certificates, authorities. One thread.

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "controller/kube/objects.h"

namespace breakwater::translate {

template <class T>
class OfSecret {
public:
    /// Null where the Secret has none, and wants none. @error why it cannot be used, as a sentence
    /// without its end
    using Made = std::expected<std::shared_ptr<const T>, std::string>;

    /// @param make  a pure function of the Secret and of what was made of its version before, null where
    ///              there is none: where that is the same it is returned again.
    template <class Make>
    const Made& find(const std::shared_ptr<const kube::Secret>& secret, const Make& make) {
        Entry& entry = entries_[secret->meta.key()];
        if (entry.from != secret) {
            entry.made = make(*secret, entry.made.value_or(nullptr));
            entry.from = secret;
        }
        return entry.made;
    }
    /// The Secret is gone.
    void forget(const kube::Key& secret) { entries_.erase(secret); }

private:
    struct Entry {
        std::shared_ptr<const kube::Secret> from;
        Made made;
    };
    std::map<kube::Key, Entry> entries_;
};

}  // namespace breakwater::translate
