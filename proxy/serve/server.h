#pragma once
// The traffic half as one object: its workers, its listeners, the table that they serve.
//
// Made and driven by one thread (main, and the control half's loop for publish()); what the admin
// ports read is safe from any thread.

#include <atomic>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proxy/ocsp/updater.h"
#include "proxy/resolve/follower.h"
#include "proxy/serve/access_log.h"
#include "proxy/serve/compile.h"
#include "proxy/serve/counters_sum.h"
#include "proxy/serve/l4_ports.h"
#include "proxy/serve/listeners.h"
#include "proxy/serve/worker.h"

namespace breakwater::serve {

struct ServerOptions {
    std::size_t workers = 1;
    Io io = Io::epoll;
    ListenerPorts ports;
    log::Format log_format = log::Format::text;
    int log_fd = 1;
    std::string health_check_path = "/healthz";
    std::size_t udp_flows = l4::UdpFlows::kMost;  ///< at once, of one worker
    ocsp::Options ocsp = {};
    resolve::FollowerOptions external_names = {};
};

class Server {
public:
    explicit Server(const ServerOptions& options, const Clock& clock = system_clock());
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Serves this table from now on; the first one opens the listeners, and each the ports of its TCP and
    /// UDP services. One caller at a time.
    /// @return one sentence where an address cannot be listened on; nothing is served then
    std::expected<void, std::string> publish(std::shared_ptr<const table::RoutingTable> table);

    /// Tells clients politely to go: every answer closes its connection.
    void drain();
    /// Takes no new connection, closes idle ones; what is in flight goes on.
    void stop_accepting();
    /// Ends what would go on for ever: WebSockets with a Close frame, other tunnels by cutting them.
    void end_tunnels();

    /// Lets every loop turn until what is at hand has been done: for tests, and a clock moved by hand.
    void settle();
    /// Has each loop run `work` on its thread, and does not wait for it: for tests.
    void post(const std::function<void()>& work);
    /// Blocks of memory that are waiting for a peer now, of all workers. Asks each loop.
    [[nodiscard]] std::size_t blocks_in_use();

    // Any thread.

    [[nodiscard]] std::shared_ptr<const CompiledTable> in_force() const;
    /// Connections that are open.
    [[nodiscard]] std::size_t connections() const;
    /// When each worker's loop last turned, for a watchdog.
    [[nodiscard]] std::vector<Time> last_turns() const;
    [[nodiscard]] CounterSums counters() const;
    /// Ports of TCP and UDP services that could not be opened.
    [[nodiscard]] std::size_t l4_ports_failed() const { return l4_ports_.failed(); }
    /// Of OCSP responses.
    [[nodiscard]] ocsp::Counts ocsp_counts() const { return ocsp_->counts(); }
    /// External hosts whose name leads nowhere now.
    [[nodiscard]] std::size_t unresolved_names() const { return names_->unresolved(); }
    [[nodiscard]] std::uint64_t dropped_log_lines() const { return log_.dropped(); }
    /// Where clients are served, once the listeners are open: over TLS, or plain.
    [[nodiscard]] std::vector<SocketAddress> addresses(bool tls) const;

private:
    /// Has each worker do something with its staples.
    void tell_staples(const std::function<void(tls::Staples&)>& work);
    /// Tells each worker where an external host's name leads.
    void tell_addresses(const std::string& name, const resolve::Addresses& addresses);
    void open_l4_ports(const table::RoutingTable& table);
    /// Keeps a table that is no longer in force until the workers have let go of it: to take one apart with
    /// ten thousand hosts would hold up the one that was the last.
    void retire(std::shared_ptr<const CompiledTable> table);

    const ServerOptions options_;
    AccessLog log_;
    const CompileOptions compile_options_;
    L4Ports l4_ports_;
    std::vector<std::shared_ptr<const CompiledTable>> retired_;  ///< of the publishing thread
    mutable std::mutex mutex_;  ///< guards what follows, for the admin ports
    std::shared_ptr<const CompiledTable> in_force_;
    std::vector<std::pair<SocketAddress, bool>> listening_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::unique_ptr<ocsp::Updater> ocsp_;       ///< of the first worker
    std::unique_ptr<resolve::Follower> names_;  ///< of the first worker
};

}  // namespace breakwater::serve
