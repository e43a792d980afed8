#pragma once
// A client's connection: what it is (TLS or not), which protocol it speaks, then its requests.
//
// The worker's thread.

#include <memory>

#include "proxy/base/list.h"
#include "proxy/exchange/connection.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/reactor.h"

namespace breakwater::serve {

class Worker;

/// In the worker's list, and counted, for as long as it is open.
struct Connection : ListHook<> {
    explicit Connection(Worker& its_worker);
    ~Connection();

    Worker& worker;
    exchange::ConnectionFacts facts;
    Spawned* task = nullptr;               ///< what serves it
    exchange::Leaving* leaving = nullptr;  ///< where its protocol knows how to end in order
    /// Whether nobody would miss an answer if it were closed now: it is between two requests, or has
    /// not come to its first. Whoever speaks the protocol keeps it.
    bool idle = true;
};

/// From the header that a load balancer has put in front of the connection.
/// @param fd  as read_proxy_header() has it
/// @return whether there was one
Task<bool> learn_addresses(Worker& worker, exchange::ConnectionFacts& facts, int fd);

/// Serves a connection to its end. `connection` is in the worker's list and leaves it with the task.
Task<void> serve_connection(Worker& worker, std::unique_ptr<Connection> connection, Descriptor fd);

}  // namespace breakwater::serve
