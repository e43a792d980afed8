#pragma once
// The pod in a scenario: a listening socket on loopback, whose connections the test takes one by one
// and drives itself, or serves on a thread of their own.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"
#include "tests/support/peer.h"

namespace breakwater::test {

class Pod {
public:
    Pod();
    ~Pod();
    Pod(const Pod&) = delete;
    Pod& operator=(const Pod&) = delete;

    [[nodiscard]] const SocketAddress& address() const { return address_; }
    /// The next connection of the proxy.
    Peer accept();
    /// The same; nothing where none comes in time.
    std::optional<Peer> try_accept(int timeout_ms);
    /// Whether the proxy has connected and nobody has accepted it yet.
    [[nodiscard]] bool has_visitor() const;
    /// Nobody listens from here on.
    void close();

    /// Accepts by itself from here on and answers each request with what `answer` makes of it (a whole
    /// message). Until the pod ends.
    void serve(std::function<std::string(const std::string& request)> answer);
    [[nodiscard]] std::size_t served() const { return served_; }

private:
    void serve_connection(Peer peer);

    Descriptor listening_;
    SocketAddress address_;
    std::function<std::string(const std::string&)> answer_;
    std::atomic<std::size_t> served_{0};
    std::atomic<bool> ending_{false};
    std::vector<std::thread> threads_;
    std::thread accepting_;
};

/// A 200 with Content-Length and that body.
std::string ok(const std::string& body);

}  // namespace breakwater::test
