#include "proxy/reactor/socket.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

#include "proxy/base/try.h"
#include "proxy/reactor/socket_calls.h"

namespace breakwater {
namespace {

bool would_wait(int number) { return number == EAGAIN || number == EWOULDBLOCK; }

iovec part(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

Err Socket::error_of(int number) {
    switch (number) {
        case EPIPE:
        case ECONNRESET:
        case ECONNABORTED: return Err::io_reset;
        case ETIMEDOUT: return Err::io_timeout;
        default: return Err::io_failed;
    }
}

Socket::Socket(Reactor& reactor, Descriptor fd, SocketState state)
    : fd_(std::move(fd)), watch_(reactor, fd_.get()) {
    watch_.readable = state == SocketState::accepted;
    watch_.writable = state != SocketState::connecting;
}

Descriptor Socket::take_descriptor() {
    watch_.leave();
    return std::move(fd_);
}

std::unique_ptr<Socket> make_socket(Reactor& reactor, Descriptor fd, SocketState state) {
    return reactor.poller().make_socket(reactor, std::move(fd), state);
}

Tried Socket::try_read(std::span<char> into) {
    if (!watch_.readable && !watch_.hung_up) return Tried::wait();
    const ssize_t got = socket_recv(fd_.get(), into);
    if (got <= 0) return not_read(got);
    if (static_cast<std::size_t>(got) < into.size()) watch_.readable = false;
    return Tried::some(static_cast<std::size_t>(got));
}

Tried Socket::try_splice_to(Pipe& pipe, std::size_t most_bytes) {
    if (!watch_.readable && !watch_.hung_up) return Tried::wait();
    const ssize_t got = pipe.fill_from(fd_.get(), most_bytes);
    if (got <= 0) return not_read(got);
    return Tried::some(static_cast<std::size_t>(got));
}

void Socket::look_for_more() {
    char next = 0;
    if (recv(fd_.get(), &next, 1, MSG_PEEK) < 0) (void)not_read(-1);
}

Tried Socket::not_read(ssize_t result) {
    if (result == 0) return Tried::end();
    if (would_wait(errno)) {
        watch_.readable = false;
        // EAGAIN after a hang-up was noted: the note was of a moment that has passed (a socket that
        // was not yet connected reports one); the next event says it again.
        watch_.hung_up = false;
        return Tried::wait();
    }
    if (errno == EINTR) return Tried::wait();  // the flag stays: the next wait is over at once
    return Tried::failed(error_of(errno));
}

Tried Socket::wrote(ssize_t result, std::size_t wanted) {
    if (result >= 0) {
        if (static_cast<std::size_t>(result) < wanted) watch_.writable = false;
        return Tried::some(static_cast<std::size_t>(result));
    }
    if (would_wait(errno)) {
        watch_.writable = false;
        return Tried::wait();
    }
    if (errno == EINTR) return Tried::wait();
    return Tried::failed(error_of(errno));
}

Tried Socket::try_write(std::string_view bytes) {
    if (!watch_.writable) return Tried::wait();
    return wrote(socket_send(fd_.get(), bytes), bytes.size());
}

Tried Socket::try_write2(std::string_view first, std::string_view second) {
    if (second.empty()) return Socket::try_write(first);
    if (first.empty()) return Socket::try_write(second);
    if (!watch_.writable) return Tried::wait();
    std::array<iovec, 2> parts{part(first), part(second)};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return wrote(socket_sendmsg(fd_.get(), message), first.size() + second.size());
}

Tried Socket::try_splice_from(Pipe& pipe) {
    if (!watch_.writable) return Tried::wait();
    const ssize_t put = pipe.drain_to(fd_.get());
    // A part may be all that went before a signal: only EAGAIN says that the socket is full.
    return wrote(put, put > 0 ? static_cast<std::size_t>(put) : pipe.bytes());
}

IoWait Socket::wait_readable(Deadline deadline) { return {watch_, Direction::read, deadline}; }
IoWait Socket::wait_writable(Deadline deadline) { return {watch_, Direction::write, deadline}; }

Tried Socket::try_shutdown_write() {
    shutdown(fd_.get(), SHUT_WR);
    return Tried::some(0);
}

void reset_on_close(int fd) {
    const linger now{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

Task<Result<std::unique_ptr<Socket>>> connect(Reactor& reactor, SocketAddress to,
                                              Deadline deadline) {
    sockaddr_storage native;
    const socklen_t length = to.to_native(native);
    Descriptor fd(socket(native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) co_return fail(Err::connect_failed, "no descriptor");
    const int one = 1;
    setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

    const int raw = fd.get();
    const int begun = ::connect(raw, reinterpret_cast<sockaddr*>(&native), length);
    if (begun != 0 && errno != EINPROGRESS) co_return fail(Err::connect_failed);
    // Registered after connect(): epoll reports a hang-up for a socket that has not begun to connect.
    const SocketState state = begun == 0 ? SocketState::connected : SocketState::connecting;
    auto stream = make_socket(reactor, std::move(fd), state);
    if (begun != 0) {
        Done ready = co_await stream->wait_writable(deadline);
        if (!ready) co_return fail(Err::connect_timeout);
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(raw, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error == ETIMEDOUT) co_return fail(Err::connect_timeout);
        if (error != 0) co_return fail(Err::connect_failed);
    }
    co_return stream;
}

}  // namespace breakwater
