#pragma once
// The other end of a connection in a scenario: a blocking socket that a test drives step by step, as a
// client of the proxy or as the pod behind it.
//
// Every wait ends after kPatience with a failed test: a scenario never hangs. One thread at a time.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"

namespace breakwater::test {

inline constexpr std::chrono::seconds kPatience{20};

class Peer {
public:
    explicit Peer(Descriptor fd);
    /// Connects; the test fails where nobody listens.
    static Peer connect(const SocketAddress& to);
    /// The same, of a socket that is not connected yet.
    void connect_to(const SocketAddress& to);

    Peer& send(std::string_view bytes);
    /// Sends as much of `bytes` as goes without waiting. @return how much that was.
    std::size_t send_some(std::string_view bytes);
    /// Everything up to and with `end`; what follows it stays for the next call.
    std::string read_until(std::string_view end);
    std::string read_exactly(std::size_t bytes);
    /// The same, or fewer where the other side ends before.
    std::string read_or_end(std::size_t bytes);
    /// Everything until the other side ends its direction.
    std::string read_to_end();
    /// Reads and drops up to `at_most` bytes, fewer where the other side ends, in order or not, before.
    /// @return how many there were
    std::uint64_t drain(std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max());
    /// A whole HTTP/1.1 message: its head, and its body by Content-Length or chunks with their trailers.
    std::string read_message();
    /// The same; nothing where the other side ends before it is whole.
    std::optional<std::string> read_message_or_end();
    /// The head of a message, with its empty line.
    std::string read_head() { return read_until("\r\n\r\n"); }
    /// Whether the other side has ended, in order or not, without another byte.
    bool sees_end();
    /// Whether the other side ends with a reset; reads and drops what comes before.
    bool sees_reset();
    /// Whether the other side has ended, without taking what may be there.
    [[nodiscard]] bool at_end() const;

    /// Whether there is something to read now: bytes, or the end.
    [[nodiscard]] bool has_news() const;

    void shutdown_write();
    void close() { fd_ = Descriptor(); }
    /// The socket itself, for another protocol to be spoken on it.
    [[nodiscard]] Descriptor release() { return std::move(fd_); }
    /// Closes with a reset.
    void reset();
    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    /// @return false at the end of the stream.
    bool read_more();

    Descriptor fd_;
    std::string unread_;
    bool reset_ = false;  ///< how the stream ended
};

/// A field's value in a message, by exact name; nullopt where it is not there.
std::optional<std::string> field_of(const std::string& message, std::string_view name);
/// What follows the head.
std::string body_of(const std::string& message);
/// The same, out of its chunks.
std::string decoded_body_of(const std::string& message);

}  // namespace breakwater::test
