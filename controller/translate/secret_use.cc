#include "controller/translate/secret_use.h"

#include <utility>

namespace breakwater::translate {

void SecretUse::add(const std::set<kube::Key>& secrets) {
    for (const kube::Key& key : secrets) {
        ++parts_[key];
        touched_.insert(key);
    }
}

void SecretUse::release(const std::set<kube::Key>& secrets) {
    for (const kube::Key& key : secrets) {
        --parts_[key];
        touched_.insert(key);
    }
}

const kube::Keys& SecretUse::settle() {
    for (const kube::Key& key : std::exchange(touched_, {})) {
        const auto found = parts_.find(key);
        if (found->second == 0) {
            parts_.erase(found);
            all_.remove(key);
        } else if (!all_.contains(key)) {
            all_.put(key);
        }
    }
    return all_;
}

}  // namespace breakwater::translate
