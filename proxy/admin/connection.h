#pragma once
// One connection of an admin port: a request that comes, an answer that goes, and its end. It never waits:
// whoever owns it polls its socket, and lets it go on.
//
// One thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "proxy/admin/request.h"
#include "proxy/base/clock.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/tls/socket_session.h"

namespace breakwater::admin {

class Connection {
public:
    static constexpr std::chrono::seconds kReadLimit{
        5};  ///< for a whole request, a handshake included
    static constexpr std::chrono::seconds kWriteLimit{10};  ///< for a whole answer
    /// After it: what is still being sent is read away, so that no reset destroys the answer (RFC 9112
    /// section 9.6).
    static constexpr std::chrono::seconds kLingerLimit{1};

    enum class Phase : std::uint8_t {
        reading,
        asked,  ///< the request is complete, and waits for its answer
        writing,
        lingering,
        over,
    };

    /// @param socket  non-blocking.
    /// @param shown   whose TLS is spoken; null: none
    Connection(Descriptor socket, std::shared_ptr<const tls::SocketContext> shown,
               std::size_t largest_body, Time now);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Goes as far as it can; of `asked` only answer() leads on.
    void advance(Time now);
    /// @param text  to_wire()
    void answer(std::string text, Time now);

    [[nodiscard]] Phase phase() const { return phase_; }
    /// Whether it is the client that we wait for.
    [[nodiscard]] bool waits() const { return phase_ != Phase::asked; }
    [[nodiscard]] Deadline deadline() const { return deadline_; }
    [[nodiscard]] int socket() const { return socket_.get(); }
    /// What to poll for.
    [[nodiscard]] short events() const;
    /// Of request and answer.
    [[nodiscard]] std::size_t held_bytes() const { return held_bytes_ + out_.size(); }
    /// In `asked`, once.
    [[nodiscard]] Request take_request() { return std::move(reader_.request()); }

private:
    using Wait = tls::SocketSession::Wait;

    void read(Time now);
    void write(Time now);
    void linger();
    void enter(Phase phase, Time now, Duration limit);
    // Of the socket, or of TLS over it. @return 0 where wait_ says how to go on
    std::size_t receive(char* into, std::size_t size);
    std::size_t send(std::string_view bytes);
    Wait wait_after(ssize_t result, Wait wait) const;

    const Descriptor socket_;
    const std::shared_ptr<const tls::SocketContext> shown_;
    std::unique_ptr<tls::SocketSession> tls_;  ///< null: plain
    RequestReader reader_;
    std::string out_;
    std::size_t sent_ = 0;
    std::size_t held_bytes_ = 0;  ///< of the request
    Phase phase_ = Phase::reading;
    Wait wait_ = Wait::read;
    Deadline deadline_;
};

}  // namespace breakwater::admin
