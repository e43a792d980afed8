#pragma once
// Nodes behind shared pointers, compared by what they say. Pure; any thread.

#include <memory>

namespace breakwater::table {

/// Equal nodes are mostly the same node, so the pointers are compared first. Two nulls are equal.
template <class T>
bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    if (a == b) return true;
    return a && b && *a == *b;
}

}  // namespace breakwater::table
