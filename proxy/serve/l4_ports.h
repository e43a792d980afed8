#pragma once
// Which ports of TCP and UDP services are open: they follow the table. A port that cannot be opened costs
// only itself; it is tried again with each table.
//
// The publisher's thread, but for failed().

#include <atomic>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "proxy/reactor/descriptor.h"
#include "proxy/table/l4_service.h"
#include "proxy/table/routing_table.h"

namespace breakwater::serve {

/// One port as one worker gets it.
struct L4Opened {
    table::L4Port port;
    std::vector<Descriptor> fds;  ///< one for each address
};

class L4Ports {
public:
    /// Ports that the table does not have any more. They are to be closed before open() is called, so
    /// that a port which comes again is free.
    [[nodiscard]] std::vector<table::L4Port> close(const table::RoutingTable& table);
    /// Opens those that are new. @return by worker
    [[nodiscard]] std::vector<std::vector<L4Opened>> open(const table::RoutingTable& table,
                                                          std::size_t workers);

    /// How many could not be opened. Any thread.
    [[nodiscard]] std::size_t failed() const { return failed_count_; }

private:
    std::set<table::L4Port> open_;
    std::map<table::L4Port, std::string> failed_;  ///< why: said once
    std::atomic<std::size_t> failed_count_{0};
};

}  // namespace breakwater::serve
