#include "tests/support/peer.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "proxy/base/ascii.h"

namespace breakwater::test {
namespace {

void set_patience(int fd) {
    const timeval limit{.tv_sec = kPatience.count(), .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/// Behind the last chunk and the trailers of a body that begins at `at`; nothing where they have not come.
std::optional<std::size_t> end_of_chunks(const std::string& bytes, std::size_t at) {
    for (;;) {
        const std::size_t line_end = bytes.find("\r\n", at);
        if (line_end == std::string::npos) return std::nullopt;
        const std::size_t size = std::stoul(bytes.substr(at, line_end - at), nullptr, 16);
        if (size == 0) {
            const std::size_t end = bytes.find("\r\n\r\n", line_end);
            return end == std::string::npos ? std::nullopt : std::optional(end + 4);
        }
        at = line_end + 2 + size + 2;
        if (at > bytes.size()) return std::nullopt;
    }
}

/// Of the HTTP/1.1 message that `bytes` begins with; nothing where it is not whole.
std::optional<std::size_t> message_length(const std::string& bytes) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string::npos) return std::nullopt;
    const std::size_t body = head_end + 4;
    if (const auto length = field_of(bytes, "Content-Length")) {
        const std::size_t end = body + std::stoul(*length);
        return end <= bytes.size() ? std::optional(end) : std::nullopt;
    }
    return field_of(bytes, "Transfer-Encoding") ? end_of_chunks(bytes, body) : body;
}

}  // namespace

Peer::Peer(Descriptor fd) : fd_(std::move(fd)) { set_patience(fd_.get()); }

Peer Peer::connect(const SocketAddress& to) {
    Peer peer(
        Descriptor(socket(to.ip.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    peer.connect_to(to);
    return peer;
}

void Peer::connect_to(const SocketAddress& to) {
    sockaddr_storage native;
    const socklen_t length = to.to_native(native);
    const int connected = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&native), length);
    EXPECT_EQ(connected, 0) << to.to_string() << ": " << std::strerror(errno);
}

Peer& Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put <= 0) {
            ADD_FAILURE() << "send: " << std::strerror(errno);
            break;
        }
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return *this;
}

std::size_t Peer::send_some(std::string_view bytes) {
    const ssize_t put = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return put > 0 ? static_cast<std::size_t>(put) : 0;
}

bool Peer::read_more() {
    std::array<char, 64 * 1024> room;
    const ssize_t got = recv(fd_.get(), room.data(), room.size(), 0);
    if (got > 0) unread_.append(room.data(), static_cast<std::size_t>(got));
    reset_ |= got < 0 && errno == ECONNRESET;  // said once: the next read only sees an end
    if (got < 0 && errno == EAGAIN) ADD_FAILURE() << "nothing came within the test's patience";
    return got > 0;
}

std::string Peer::read_until(std::string_view end) {
    for (;;) {
        const std::size_t at = unread_.find(end);
        if (at != std::string::npos) return read_exactly(at + end.size());
        if (!read_more()) {
            ADD_FAILURE() << "the stream ended before '" << end << "' came, after: " << unread_;
            return std::exchange(unread_, {});
        }
    }
}

std::string Peer::read_exactly(std::size_t bytes) {
    while (unread_.size() < bytes) {
        if (!read_more()) {
            ADD_FAILURE() << "the stream ended after " << unread_.size() << " of " << bytes
                          << " bytes";
            return std::exchange(unread_, {});
        }
    }
    std::string front = unread_.substr(0, bytes);
    unread_.erase(0, bytes);
    return front;
}

std::string Peer::read_or_end(std::size_t bytes) {
    while (unread_.size() < bytes && read_more()) {
    }
    std::string front = unread_.substr(0, bytes);
    unread_.erase(0, front.size());
    return front;
}

std::string Peer::read_to_end() {
    while (read_more()) {
    }
    return std::exchange(unread_, {});
}

std::uint64_t Peer::drain(std::uint64_t at_most) {
    std::uint64_t dropped = 0;
    while (dropped < at_most && (!unread_.empty() || read_more())) {
        const auto count = std::min<std::uint64_t>(unread_.size(), at_most - dropped);
        unread_.erase(0, count);
        dropped += count;
    }
    return dropped;
}

bool Peer::sees_reset() {
    drain();
    return reset_;
}

std::optional<std::string> Peer::read_message_or_end() {
    for (;;) {
        if (const auto length = message_length(unread_)) return read_exactly(*length);
        if (!read_more()) return std::nullopt;
    }
}

std::string Peer::read_message() {
    std::optional<std::string> message = read_message_or_end();
    if (!message) {
        ADD_FAILURE() << "the stream ended before a message was whole, after: " << unread_;
        return std::exchange(unread_, {});
    }
    return *std::move(message);
}

bool Peer::sees_end() { return unread_.empty() && !read_more(); }

bool Peer::at_end() const {
    char next = 0;
    return unread_.empty() && recv(fd_.get(), &next, 1, MSG_PEEK) <= 0;
}

bool Peer::has_news() const {
    pollfd ready{fd_.get(), POLLIN, 0};
    return !unread_.empty() || poll(&ready, 1, 0) == 1;
}

void Peer::shutdown_write() { shutdown(fd_.get(), SHUT_WR); }

void Peer::reset() {
    const linger now{1, 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

std::optional<std::string> field_of(const std::string& message, std::string_view name) {
    std::size_t at = message.find("\r\n");
    const std::size_t end = message.find("\r\n\r\n");
    while (at != std::string::npos && at < end) {
        const std::size_t next = message.find("\r\n", at + 2);
        const std::string_view line = std::string_view(message).substr(at + 2, next - at - 2);
        const std::size_t colon = line.find(':');
        if (equals_ignoring_case(line.substr(0, colon), name)) {
            return std::string(trim(line.substr(colon + 1)));
        }
        at = next;
    }
    return std::nullopt;
}

std::string decoded_body_of(const std::string& message) {
    std::string rest = body_of(message);
    if (!field_of(message, "Transfer-Encoding")) return rest;
    std::string body;
    for (;;) {
        const std::size_t size = std::stoul(rest, nullptr, 16);
        if (size == 0) return body;
        const std::size_t data = rest.find("\r\n") + 2;
        body += rest.substr(data, size);
        rest.erase(0, data + size + 2);
    }
}

std::string body_of(const std::string& message) {
    const std::size_t end = message.find("\r\n\r\n");
    return end == std::string::npos ? "" : message.substr(end + 4);
}

}  // namespace breakwater::test
