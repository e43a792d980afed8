#pragma once
// A scenario of one pod that speaks HTTP/2.

#include "tests/support/one_pod.h"

namespace breakwater::test {

class OneH2Pod : public OnePod {
protected:
    OneH2Pod() {
        speak_http2([](table::RoutingTable&) {});
    }
    /// As publish().
    template <class Change>
    void speak_http2(Change change) {
        publish([&](table::RoutingTable& table) {
            location_of(table).policies.backend_protocol.protocol = table::BackendProtocol::grpc;
            change(table);
        });
    }
};

}  // namespace breakwater::test
