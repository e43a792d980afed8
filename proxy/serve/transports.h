#pragma once
// The transports of a table: one for each way in which its locations speak to their pods.
//
// Made once a publication and off the workers; kept from table to table, because connections are.

#include <memory>
#include <vector>

#include "proxy/exchange/transport.h"
#include "proxy/table/policy.h"

namespace breakwater::serve {

class TransportIndex {
public:
    /// @param before  the one of the table before, or null: what is still in use is taken from it.
    explicit TransportIndex(const TransportIndex* before);

    /// A mistake in what is said of TLS, which whoever built the table has refused already, costs the
    /// locations that say so: their pods cannot be reached, and the log says why.
    [[nodiscard]] exchange::Transports find(const table::BackendProtocolPolicy& said);

private:
    struct Entry {
        exchange::PodProtocol protocol;
        std::shared_ptr<const table::BackendTls> tls;  ///< null: none
        std::weak_ptr<const exchange::Transport> transport;
    };

    exchange::TransportPtr find(exchange::PodProtocol protocol,
                                const std::shared_ptr<const table::BackendTls>& tls);

    std::vector<Entry> entries_;
};

}  // namespace breakwater::serve
