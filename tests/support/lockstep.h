#pragma once
// The proxy at its busiest, step by step: 64 requests that all come, then 64 answers that all come, with
// the worker's loop held meanwhile. So what a request costs does not depend on who was faster.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/serve/server.h"
#include "tests/support/arrival.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"
#include "tests/support/pod.h"

namespace breakwater::test {

/// What the clients speak: HTTP/1.1 on a connection for each request, plain or over TLS; HTTP/2 without
/// TLS, sixteen requests a connection.
enum class Clients : std::uint8_t { plain, tls, http2 };

class Lockstep {
public:
    /// A round's.
    static constexpr std::size_t kRequests = 64;
    /// An answer's.
    static constexpr std::size_t kBodyBytes = 1024;

    explicit Lockstep(Clients kind, Io io = Io::epoll);
    ~Lockstep();

    /// Fills the worker's pools, with more than a round wants: how much of them is in use at once depends a little on
    /// the order in which answers come.
    void warm_up();
    /// All requests, and their answers.
    /// @param body_bytes  of each answer: four digits
    void round(std::size_t body_bytes = kBodyBytes);
    /// The same but for the requests: what holding the loop costs.
    void round_without_requests();

private:
    class Client;
    class Http1Client;
    class Http2Client;

    void connect(Clients kind);
    void connect_pods();
    void take_answers(std::size_t body_bytes);

    FakeClock clock_;
    Descriptor log_;
    Pod pod_;
    serve::Server server_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<Peer> visitors_;  ///< the proxy's connections, at the pod
    std::optional<Arrival> arrival_;
    std::size_t request_bytes_ = 0;  ///< as the pod gets it
};

}  // namespace breakwater::test
