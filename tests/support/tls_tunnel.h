#pragma once
// A Peer whose bytes go through a TlsClient, for what writes and reads plain bytes: an H2Client.

#include <thread>

#include "tests/support/peer.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {

class TlsTunnel {
public:
    /// @param client  after its handshake; used by nobody else from here on, outlives this
    explicit TlsTunnel(TlsClient& client);
    TlsTunnel(const TlsTunnel&) = delete;
    TlsTunnel& operator=(const TlsTunnel&) = delete;
    /// After the peer has ended.
    ~TlsTunnel() { thread_.join(); }

    /// Once.
    [[nodiscard]] Peer take_peer() { return std::move(peer_); }

private:
    void carry();
    /// @return false at an end
    bool carry_out();
    bool carry_in();

    TlsClient& client_;
    Descriptor inner_;
    Peer peer_;
    std::thread thread_;
};

}  // namespace breakwater::test
