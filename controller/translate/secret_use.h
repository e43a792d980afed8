#pragma once
// Which Secrets the parts of a table have looked for. It follows the parts as they come and go, so that a turn
// costs what it has touched. One thread.

#include <cstddef>
#include <map>
#include <set>

#include "controller/kube/shelf.h"

namespace breakwater::translate {

class SecretUse {
public:
    void add(const std::set<kube::Key>& secrets);
    /// @param secrets  as they were added
    void release(const std::set<kube::Key>& secrets);

    /// All that are in use; the Shelf of before, where they are the same.
    [[nodiscard]] const kube::Keys& settle();

private:
    std::map<kube::Key, std::size_t> parts_;  ///< that look for it; none: only until settle()
    std::set<kube::Key> touched_;             ///< since settle()
    kube::Keys all_;
};

}  // namespace breakwater::translate
