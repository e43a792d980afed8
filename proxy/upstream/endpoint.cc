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
    auto* idle = new IdleConnection(std::move(connection), endpoint, reactor_.now());
    oldest_first_.push_back(*idle);
    endpoint.idle_.push_front(*idle);
    ++size_;
}

std::unique_ptr<http1::ClientConnection> IdleConnections::take(IdleConnection& idle) {
    auto connection = std::move(idle.connection);
    close(idle);
    return connection;
}

void IdleConnections::close(IdleConnection& idle) {
    --size_;
    delete &idle;  // takes itself out of both lists
}

void IdleConnections::close_until(std::size_t left) {
    while (size_ > left) close(*oldest_first_.front());
}

void IdleConnections::sweep() {
    IdleConnection* next = nullptr;
    for (IdleConnection* idle = oldest_first_.front(); idle; idle = next) {
        next = oldest_first_.next(*idle);
        const bool late = Deadline::after(idle->since, limits_.idle_timeout).passed(reactor_.now());
        if (late || too_old(*idle->connection) || !idle->connection->reusable()) close(*idle);
    }
}

std::unique_ptr<http1::ClientConnection> Endpoint::take_kept() {
    while (IdleConnection* idle = idle_.front()) {
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
    close_idle();
}

void Endpoint::close_idle() {
    while (IdleConnection* idle = idle_.front()) all_idle_->close(*idle);
}

}  // namespace breakwater::upstream
