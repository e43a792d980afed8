#include "proxy/tls/staples.h"

#include <utility>

namespace breakwater::tls {

void Staples::put(std::shared_ptr<const Staple> staple) {
    const X509* const leaf = staple->certificate->leaf();
    by_leaf_[leaf] = std::move(staple);
}

const Staple* Staples::find(const X509* leaf, WallTime now) const {
    const auto found = by_leaf_.find(leaf);
    if (found == by_leaf_.end() || found->second->until <= now) return nullptr;
    return found->second.get();
}

}  // namespace breakwater::tls
