#include "proxy/admin/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "proxy/admin/answer.h"

namespace breakwater::admin {
namespace {

constexpr std::size_t kReadBytes = 16 * 1024;

}  // namespace

Connection::Connection(Descriptor socket, std::shared_ptr<const tls::SocketContext> shown,
                       std::size_t largest_body, Time now)
    : socket_(std::move(socket)),
      shown_(std::move(shown)),
      tls_(shown_ ? std::make_unique<tls::SocketSession>(*shown_, socket_.get()) : nullptr),
      reader_(largest_body),
      deadline_(Deadline::after(now, kReadLimit)) {}

Connection::~Connection() {
    tls_.reset();  // which says that this is the end
    shutdown(socket_.get(), SHUT_RDWR);
}

short Connection::events() const { return wait_ == Wait::write ? POLLOUT : POLLIN; }

void Connection::enter(Phase phase, Time now, Duration limit) {
    phase_ = phase;
    deadline_ = Deadline::after(now, limit);
}

void Connection::advance(Time now) {
    if (phase_ == Phase::reading) read(now);
    if (phase_ == Phase::writing) write(now);
    if (phase_ == Phase::lingering) linger();
}

void Connection::answer(std::string text, Time now) {
    held_bytes_ = 0;
    out_ = std::move(text);
    enter(Phase::writing, now, kWriteLimit);
    advance(now);
}

void Connection::read(Time now) {
    std::array<char, kReadBytes> buffer;
    for (;;) {
        const std::size_t count = receive(buffer.data(), buffer.size());
        if (count == 0) {
            if (wait_ == Wait::no) phase_ = Phase::over;
            return;
        }
        const auto complete = reader_.take({buffer.data(), count});
        held_bytes_ = reader_.held_bytes();
        if (!complete && complete.error() == 0) {
            phase_ = Phase::over;
            return;
        }
        if (!complete)
            return answer(to_wire(plain_answer(complete.error()), http::Method::get), now);
        if (*complete) return enter(Phase::asked, now, Duration::zero());
    }
}

void Connection::write(Time now) {
    while (sent_ < out_.size()) {
        const std::size_t count = send(std::string_view(out_).substr(sent_));
        if (count == 0) {
            if (wait_ == Wait::no) phase_ = Phase::over;
            return;
        }
        sent_ += count;
    }
    out_ = {};
    tls_.reset();
    shutdown(socket_.get(), SHUT_WR);
    wait_ = Wait::read;
    enter(Phase::lingering, now, kLingerLimit);
}

/// A read at a time, so that who sends on and on keeps nobody else waiting.
void Connection::linger() {
    std::array<char, kReadBytes> buffer;
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    wait_ = count > 0 ? Wait::read : wait_after(count, Wait::read);
    if (wait_ == Wait::no) phase_ = Phase::over;
}

Connection::Wait Connection::wait_after(ssize_t result, Wait wait) const {
    return result < 0 && (errno == EAGAIN || errno == EINTR) ? wait : Wait::no;
}

std::size_t Connection::receive(char* into, std::size_t size) {
    if (tls_) return tls_->read(into, size, wait_);
    const ssize_t count = recv(socket_.get(), into, size, 0);
    if (count > 0) return static_cast<std::size_t>(count);
    wait_ = wait_after(count, Wait::read);
    return 0;
}

std::size_t Connection::send(std::string_view bytes) {
    if (tls_) return tls_->write(bytes.data(), bytes.size(), wait_);
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) return static_cast<std::size_t>(count);
    wait_ = wait_after(count, Wait::write);
    return 0;
}

}  // namespace breakwater::admin
