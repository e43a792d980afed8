#include "proxy/admin/connection_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace breakwater::admin {

using Wait = tls::SocketSession::Wait;

ConnectionStream::ConnectionStream(Descriptor socket, SocketAddress peer, int stopped,
                                   const tls::SocketContext* tls)
    : socket_(std::move(socket)),
      tls_(tls ? std::make_unique<tls::SocketSession>(*tls, socket_.get()) : nullptr),
      peer_(peer),
      stopped_(stopped),
      deadline_(Deadline::after(system_clock().now(), kReadLimit)) {}

ConnectionStream::~ConnectionStream() {
    tls_.reset();  // which says that this is the end
    shutdown(socket_.get(), SHUT_RDWR);
}

bool ConnectionStream::wait_for(short event) const {
    using std::chrono::milliseconds;
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(deadline_.at() - system_clock().now());
        if (left <= milliseconds::zero()) return false;
        std::array<pollfd, 2> waits{pollfd{socket_.get(), event, 0}, pollfd{stopped_, POLLIN, 0}};
        const int ready = poll(waits.data(), waits.size(), static_cast<int>(left.count()));
        if (ready < 0 && errno != EINTR) return false;
        if (waits[1].revents != 0) return false;
        if (waits[0].revents != 0) return true;
    }
}

bool ConnectionStream::is_readable() const {
    return begin_ < end_ || (tls_ && tls_->has_pending()) || wait_for(POLLIN);
}

bool ConnectionStream::wait_as(Wait wait) const {
    return wait != Wait::no && wait_for(wait == Wait::read ? POLLIN : POLLOUT);
}

ssize_t ConnectionStream::receive_by_tls(char* into, std::size_t size) {
    for (;;) {
        auto wait = Wait::no;
        const std::size_t count = tls_->read(into, size, wait);
        if (count > 0) return static_cast<ssize_t>(count);
        if (!wait_as(wait)) return wait == Wait::no ? 0 : -1;
    }
}

ssize_t ConnectionStream::send_by_tls(const char* from, std::size_t size) {
    for (;;) {
        auto wait = Wait::no;
        const std::size_t count = tls_->write(from, size, wait);
        if (count > 0) return static_cast<ssize_t>(count);
        if (!wait_as(wait)) return -1;
    }
}

ssize_t ConnectionStream::receive(char* into, std::size_t size) {
    if (tls_) return receive_by_tls(into, size);
    for (;;) {
        const ssize_t count = recv(socket_.get(), into, size, 0);
        if (count >= 0) return count;
        if (errno == EINTR) continue;
        if (errno != EAGAIN || !wait_for(POLLIN)) return -1;
    }
}

ssize_t ConnectionStream::refill() {
    const ssize_t count = receive(buffer_.data(), buffer_.size());
    if (count < 0) return count;
    begin_ = 0;
    end_ = static_cast<std::size_t>(count);
    return count;
}

ssize_t ConnectionStream::read(char* into, std::size_t size) {
    if (begin_ == end_) {
        const ssize_t count = refill();
        if (count <= 0) return count;
    }
    const std::size_t count = std::min(size, end_ - begin_);
    std::memcpy(into, buffer_.data() + begin_, count);
    begin_ += count;
    return static_cast<ssize_t>(count);
}

ssize_t ConnectionStream::write(const char* from, std::size_t size) {
    if (!answering_) {
        answering_ = true;
        deadline_ = Deadline::after(system_clock().now(), kWriteLimit);
    }
    if (tls_) return send_by_tls(from, size);
    for (;;) {
        const ssize_t count = send(socket_.get(), from, size, MSG_NOSIGNAL);
        if (count >= 0) return count;
        if (errno == EINTR) continue;
        if (errno != EAGAIN || !wait_for(POLLOUT)) return -1;
    }
}

void ConnectionStream::get_remote_ip_and_port(std::string& ip, int& port) const {
    ip = peer_.ip.to_string();
    port = peer_.port;
}

void ConnectionStream::get_local_ip_and_port(std::string& ip, int& port) const {
    sockaddr_storage native{};
    socklen_t length = sizeof native;
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&native), &length);
    const SocketAddress local = SocketAddress::from_native(native);
    ip = local.ip.to_string();
    port = local.port;
}

}  // namespace breakwater::admin
