#pragma once
// What would become of a request: the steps of serve_request() that come before the pods, for a request
// that nobody has sent. For people who ask why (`breakwater explain`), never for traffic.
//
// Any thread; makes an event loop for the call, which waits for nothing.

#include <memory>
#include <string>
#include <string_view>

#include "proxy/exchange/routes.h"

namespace breakwater::serve {

/// As a client would send it, over a connection of its own to a host that it names in its hello.
struct Rehearsed {
    std::string head;  ///< of HTTP/1.1, with its empty line; no body
    bool tls = false;
};

struct Outcome {
    std::string host;  ///< as matching reads it; empty where the head has none that can be read
    std::string path;  ///< the same
    const exchange::Route* route = nullptr;  ///< null: refused before it was looked for
    /// The filter that answers; null where it goes to the pods, and where no filter was asked.
    const exchange::Filter* answered_by = nullptr;
    int status = 0;          ///< of an answer that is made here; 0: it goes to the pods
    std::string_view error;  ///< token of the error that it is the page of; empty: none
    std::string detail;      ///< of that error
    std::string location;    ///< the field, of a redirect
};

/// @param routes  outlives what is returned.
[[nodiscard]] Outcome rehearse(const std::shared_ptr<const exchange::Routes>& routes,
                               const Rehearsed& request);

}  // namespace breakwater::serve
