#pragma once
// A scenario of one pod behind the proxy.

#include <gtest/gtest.h>

#include "tests/support/pod.h"
#include "tests/support/proxy.h"

namespace breakwater::test {

class OnePod : public testing::Test {
protected:
    /// Puts a table in force that `change(RoutingTable&)` has changed.
    template <class Change>
    void publish(Change change) {
        auto table = table_to({pod.address()});
        change(*table);
        proxy.publish(table);
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()})};
};

}  // namespace breakwater::test
