#pragma once
// The proxy at its busiest, step by step: 64 connections that all ask, then 64 answers that all come,
// with the worker's loop held meanwhile. So what a request costs does not depend on who was faster.

#include <cstddef>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "proxy/serve/server.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"
#include "tests/support/pod.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {

class Lockstep {
public:
    static constexpr std::size_t kConnections = 64;

    /// @param tls  towards the clients
    explicit Lockstep(bool tls, Io io = Io::epoll);
    ~Lockstep();

    /// One request on each connection, and its answer.
    void round();
    /// The same but for the requests: what holding the loop costs.
    void round_without_requests();

private:
    class Client;
    class Held;

    void connect_pods();

    FakeClock clock_;
    Descriptor log_;
    Pod pod_;
    serve::Server server_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<Peer> visitors_;  ///< the proxy's connections, at the pod
    std::string request_;
    std::string answer_;
    std::size_t answer_bytes_ = 0;   ///< as a client gets it
    std::size_t request_bytes_ = 0;  ///< as the pod gets it
};

}  // namespace breakwater::test
