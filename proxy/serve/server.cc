#include "proxy/serve/server.h"

#include <set>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/crypto/self_signed.h"
#include "proxy/base/log.h"

namespace breakwater::serve {
namespace {

std::shared_ptr<const tls::ServerCertificate> self_made_certificate() {
    const crypto::PemPair pair = crypto::make_self_signed();
    auto loaded = tls::ServerCertificate::load(pair.chain_pem, pair.key_pem);
    CHECK(loaded.has_value());
    return *loaded;
}

/// The listeners stay as they were opened: a change of their addresses is said, not ignored in silence.
void say_addresses_stay(const table::Settings& before, const table::Settings& now) {
    if (before.bind_addresses == now.bind_addresses && before.disable_ipv6 == now.disable_ipv6)
        return;
    log::warn("bind-address and disable-ipv6 take effect at the next start");
}

std::set<std::string> external_names(const table::RoutingTable& table) {
    std::set<std::string> names;
    for (const auto& backend : table.backends) {
        if (backend->external) names.insert(backend->external->name);
    }
    return names;
}

}  // namespace

Server::Server(const ServerOptions& options, const Clock& clock)
    : options_(options),
      log_({.format = options.log_format, .workers = options.workers, .fd = options.log_fd}),
      compile_options_{self_made_certificate(), options.health_check_path} {
    const tls::TicketSeed seed = tls::TicketSeed::make(clock);
    for (std::size_t i = 0; i < options.workers; ++i) {
        workers_.push_back(
            std::make_unique<Worker>(i, options.io, clock, log_, seed, options.udp_flows));
    }
    ocsp_ = std::make_unique<ocsp::Updater>(workers_.front()->context(), options.ocsp,
                                            [this](const auto& work) { tell_staples(work); });
    names_ = std::make_unique<resolve::Follower>(
        workers_.front()->reactor(), options.external_names,
        [this](const auto& name, const auto& addresses) { tell_addresses(name, addresses); });
}

Server::~Server() {
    workers_.front()->run([this] {
        ocsp_.reset();
        names_.reset();
    });
}

void Server::tell_staples(const std::function<void(tls::Staples&)>& work) {
    for (const auto& worker : workers_) {
        worker->reactor().post([to = worker.get(), work] { work(to->tls().staples()); });
    }
}

void Server::tell_addresses(const std::string& name, const resolve::Addresses& addresses) {
    for (const auto& worker : workers_) {
        worker->reactor().post(
            [to = worker.get(), name, addresses] { to->pools().learn(name, addresses); });
    }
}

std::expected<void, std::string> Server::publish(std::shared_ptr<const table::RoutingTable> table) {
    const auto before = in_force();
    std::vector<std::vector<Listener>> listeners;
    if (!before) {
        auto opened = open_listeners(table->settings, options_.ports, workers_.size());
        if (!opened) return std::unexpected(opened.error());
        listeners = std::move(*opened);
    } else {
        say_addresses_stay(before->table->settings, table->settings);
    }
    auto compiled = compile(std::move(table), before.get(), compile_options_);
    for (const auto& worker : workers_) worker->publish(compiled);
    ocsp_->follow(*compiled->certificates, compiled->table->settings.tls.ocsp);
    names_->follow(external_names(*compiled->table));
    open_l4_ports(*compiled->table);
    retire(before);
    const std::lock_guard lock(mutex_);
    in_force_ = std::move(compiled);
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        for (const Listener& listener : listeners[i]) {
            if (i == 0) listening_.emplace_back(listener.address, listener.tls);
        }
        workers_[i]->listen(std::move(listeners[i]));
    }
    return {};
}

void Server::retire(std::shared_ptr<const CompiledTable> table) {
    std::erase_if(retired_, [](const auto& one) { return one.use_count() == 1; });
    if (table) retired_.push_back(std::move(table));
}

void Server::open_l4_ports(const table::RoutingTable& table) {
    if (const auto closed = l4_ports_.close(table); !closed.empty()) {
        for (const auto& worker : workers_) worker->close_l4(closed);
    }
    auto opened = l4_ports_.open(table, workers_.size());
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (!opened[i].empty()) workers_[i]->open_l4(std::move(opened[i]));
    }
}

void Server::drain() {
    for (const auto& worker : workers_) worker->drain();
}

void Server::stop_accepting() {
    for (const auto& worker : workers_) worker->stop_accepting();
}

void Server::end_tunnels() {
    for (const auto& worker : workers_) worker->end_tunnels();
}

void Server::settle() {
    // The first turn sees every event of before and resumes whom it concerns; the second what they woke.
    for (int turn = 0; turn < 3; ++turn) {
        for (const auto& worker : workers_) worker->run([] {});
    }
}

void Server::post(const std::function<void()>& work) {
    for (const auto& worker : workers_) worker->reactor().post(work);
}

std::size_t Server::blocks_in_use() {
    std::size_t blocks = 0;
    for (const auto& worker : workers_) {
        worker->run([&] { blocks += worker->reactor().blocks().in_use(); });
    }
    return blocks;
}

std::shared_ptr<const CompiledTable> Server::in_force() const {
    const std::lock_guard lock(mutex_);
    return in_force_;
}

std::size_t Server::connections() const {
    std::size_t open = 0;
    for (const auto& worker : workers_) open += worker->connections();
    return open;
}

std::vector<Time> Server::last_turns() const {
    std::vector<Time> turns;
    for (const auto& worker : workers_) turns.push_back(worker->last_turn());
    return turns;
}

CounterSums Server::counters() const {
    std::vector<const WorkerCounters*> counters;
    for (const auto& worker : workers_) counters.push_back(&worker->counters());
    return sum_of(counters);
}

std::vector<SocketAddress> Server::addresses(bool tls) const {
    const std::lock_guard lock(mutex_);
    std::vector<SocketAddress> found;
    for (const auto& [address, is_tls] : listening_) {
        if (is_tls == tls) found.push_back(address);
    }
    return found;
}

}  // namespace breakwater::serve
