#pragma once
// One worker: an event loop on a thread of its own with everything that its requests need.
//
// Nothing here is shared with another worker but the access log's thread and the compiled table.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/reactor/reactor_thread.h"
#include "proxy/serve/compile.h"
#include "proxy/serve/connection.h"
#include "proxy/serve/l4_worker.h"
#include "proxy/serve/listeners.h"
#include "proxy/serve/worker_context.h"
#include "proxy/tls/server_context.h"
#include "proxy/upstream/upstream.h"

namespace breakwater::serve {

class Worker final : private tls::ServerPolicy {
public:
    /// @param clock, log  outlive this. @param seed  the same for all workers.
    /// @param udp_flows  at most so many at once.
    Worker(std::size_t index, Io io, const Clock& clock, AccessLog& log,
           const tls::TicketSeed& seed, std::size_t udp_flows);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() override;

    // Any thread: carried out on the worker's, in the order of the calls.

    /// The next requests see this table; those in flight finish with theirs.
    void publish(std::shared_ptr<const CompiledTable> table);
    void listen(std::vector<Listener> listeners);
    void open_l4(std::vector<L4Opened> opened);
    /// Waits until they are closed: then others may have these ports.
    void close_l4(const std::vector<table::L4Port>& ports);
    /// From now on every answer is a connection's last.
    void drain();
    /// Closes the listening sockets, once what is queued there has been accepted, and idle connections.
    void stop_accepting();
    /// Tunnels take their leave.
    void end_tunnels();

    [[nodiscard]] std::size_t connections() const { return open_.load(std::memory_order_relaxed); }
    [[nodiscard]] Time last_turn() const { return thread_->reactor().last_turn(); }
    [[nodiscard]] const WorkerCounters& counters() const { return context_->counters; }
    /// Runs `work` on the worker's thread and waits for it.
    void run(Reactor::Work work) { thread_->run(std::move(work)); }

    // The worker's thread.

    Reactor& reactor() { return thread_->reactor(); }
    WorkerContext& context() { return *context_; }
    tls::ServerContext& tls() { return tls_; }
    const CompiledTable& table() const { return *table_; }
    /// Whether what its handshake asked of the client is not what its host asks now.
    [[nodiscard]] bool outdated(const exchange::ConnectionFacts& facts) const;
    upstream::Pools& pools() { return upstream_->pools(); }
    L4Worker& l4() { return *l4_; }
    /// A client's connection, in the list; whoever serves it sets its task.
    std::unique_ptr<Connection> admit(const Descriptor& fd, const SocketAddress& peer);
    void count_opened();
    void count_closed();

private:
    void open(Descriptor fd, const SocketAddress& peer, bool tls);
    Task<void> close_listeners();
    void end(Connection& connection);
    void end_connections();
    /// Those that were made when their host asked something else of its clients.
    void end_outdated();
    [[nodiscard]] const tls::CertificateIndex& certificates() const override {
        return *table_->certificates;
    }
    [[nodiscard]] const tls::ClientVerifiers& clients() const override { return *table_->clients; }
    [[nodiscard]] const tls::CipherIndex& ciphers() const override { return *table_->ciphers; }
    [[nodiscard]] bool offers_http2() const override {
        return table_->table->settings.http2.offered;
    }
    [[nodiscard]] bool has_host(std::string_view name) const override {
        return table_->names->find(name) != table::HostMatcher::kNone;
    }

    tls::ServerContext tls_;
    std::atomic<std::size_t> open_{0};
    std::shared_ptr<const CompiledTable> table_;
    std::vector<Spawned*> accepting_;
    List<Connection> connections_;
    std::unique_ptr<ReactorThread> thread_;
    std::unique_ptr<upstream::Upstream> upstream_;
    std::unique_ptr<WorkerContext> context_;
    std::unique_ptr<L4Worker> l4_;
};

}  // namespace breakwater::serve
