#pragma once
// Both ends of a TLS connection in one test: ours on a reactor on this thread, a client's on another.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/task.h"
#include "proxy/tls/certificate_index.h"
#include "proxy/tls/server_context.h"
#include "proxy/tls/stream.h"
#include "tests/support/test_io.h"

namespace breakwater::test {

/// Self-signed certificates, one for each host, and a default for `default.test`.
class Certificates final : public tls::ServerPolicy {
public:
    explicit Certificates(const std::vector<std::string>& hosts) { publish(hosts); }
    const tls::CertificateIndex& certificates() const override { return *index_; }
    const tls::ClientVerifiers& clients() const override { return *clients_; }
    const tls::CipherIndex& ciphers() const override { return *ciphers_; }
    bool offers_http2() const override { return false; }
    bool has_host(std::string_view name) const override { return hosts_.contains(name); }
    /// What hosts want of their handshakes, by name; the others say nothing.
    using Said = std::map<std::string, table::HostPolicies>;
    /// Puts new ones in force; the old are gone when nobody else holds them.
    void publish(const std::vector<std::string>& hosts, const Said& said = {});
    /// The same with one host, which has a certificate with an RSA key beside one with this.
    void publish_pair(const std::string& host, const std::string& key = "P-256");

private:
    void publish(table::RoutingTable table);

    std::unique_ptr<const tls::CertificateIndex> index_;
    std::set<std::string, std::less<>> hosts_;
    std::shared_ptr<const tls::ClientVerifiers> clients_;
    std::unique_ptr<const tls::CipherIndex> ciphers_;
};

/// What lies between a tls::Stream and its socket.
using Wrap = std::unique_ptr<ByteStream> (*)(std::unique_ptr<ByteStream>);

/// Hands on one byte a call, in both directions.
std::unique_ptr<ByteStream> trickle(std::unique_ptr<ByteStream> below);

class TlsPair {
public:
    explicit TlsPair(tls::ServerContext& context, Wrap wrap = nullptr);

    Reactor reactor{system_clock(), make_poller(test_io())};
    std::unique_ptr<tls::Stream> stream;
    Descriptor client;

    /// Until `server` is done and `on_client`, which is given the other end, has returned.
    void run(Task<void> server, std::function<void(Descriptor)> on_client);
    /// Small buffers in the kernel, so that both sides must wait often.
    void make_narrow();
    [[nodiscard]] Deadline soon() const {
        return Deadline::after(reactor.now(), std::chrono::seconds(20));
    }

private:
    int server_fd_ = -1;
};

/// Reads until the end. @error what reading failed with; `into` has what came before
Task<Done> read_all(ByteStream& from, std::string& into, Deadline deadline);
/// Reads `bytes` and not one more.
Task<Done> read_exactly(ByteStream& from, std::size_t bytes, std::string& into, Deadline deadline);
Task<Done> write_all(ByteStream& to, std::string_view bytes, Deadline deadline);
Task<Done> end_writing(ByteStream& to, Deadline deadline);

}  // namespace breakwater::test
