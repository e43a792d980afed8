#include "proxy/upstream/balance/round_robin.h"

namespace breakwater::upstream {

Endpoint* RoundRobin::pick(std::span<const Ref<Endpoint>> endpoints,
                           const exchange::AttemptRecord& tried) {
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        Endpoint* const endpoint = endpoints[next_++ % endpoints.size()].get();
        if (!tried.has_tried(endpoint->address())) return endpoint;
    }
    return nullptr;
}

}  // namespace breakwater::upstream
