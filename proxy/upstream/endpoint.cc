#include "proxy/upstream/endpoint.h"

#include <utility>

namespace breakwater::upstream {

bool IdleConnections::too_old(const http1::ClientConnection& connection) const {
    const bool aged = Deadline::after(connection.opened(), limits_.lifetime).passed(reactor_.now());
    return aged || connection.requests() >= limits_.requests;
}

void IdleConnections::keep(Endpoint& endpoint,
                           std::unique_ptr<http1::ClientConnection> connection) {
    if (limits_.idle_connections <= 0 || too_old(*connection)) return;
    close_until(static_cast<std::size_t>(limits_.idle_connections) - 1);
    connection->begin_idling(reactor_.now());
    http1::ClientConnection* const idle = connection.release();
    oldest_first_.push_back(*idle);
    endpoint.idle_.push_front(*idle);
    ++size_;
}

std::unique_ptr<http1::ClientConnection> IdleConnections::take(http1::ClientConnection& idle) {
    --size_;
    idle.ListHook<http1::OfEndpoint>::unlink();
    idle.ListHook<http1::OfWorker>::unlink();
    return std::unique_ptr<http1::ClientConnection>(&idle);
}

void IdleConnections::close_until(std::size_t left) {
    while (size_ > left) take(*oldest_first_.front());
}

void IdleConnections::sweep() {
    http1::ClientConnection* next = nullptr;
    for (http1::ClientConnection* idle = oldest_first_.front(); idle; idle = next) {
        next = oldest_first_.next(*idle);
        const Deadline deadline = Deadline::after(idle->idle_since(), limits_.idle_timeout);
        if (deadline.passed(reactor_.now()) || too_old(*idle) || !idle->reusable()) take(*idle);
    }
}

std::unique_ptr<http1::ClientConnection> Endpoint::take_kept(
    const exchange::TransportPtr& transport) {
    http1::ClientConnection* next = nullptr;
    for (http1::ClientConnection* idle = idle_.front(); idle; idle = next) {
        next = idle_.next(*idle);
        if (idle->transport() != transport) continue;
        auto connection = all_idle_->take(*idle);
        if (connection->reusable() && !all_idle_->too_old(*connection)) return connection;
    }
    return nullptr;
}

void Endpoint::give_back(std::unique_ptr<http1::ClientConnection> connection) {
    if (!retired_) all_idle_->keep(*this, std::move(connection));
}

void Endpoint::retire() {
    retired_ = true;
    multiplexed_.retire();
    close_idle();
}

void Endpoint::close_idle() {
    while (http1::ClientConnection* idle = idle_.front()) all_idle_->take(*idle);
}

}  // namespace breakwater::upstream
