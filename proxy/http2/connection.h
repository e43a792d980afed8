#pragma once
// A connection that carries frames: reads them, writes them, and ends when there is nothing more to say.
// What a client's and a pod's have in common.
//
// One worker.

#include <cstddef>
#include <cstdint>
#include <string>

#include "proxy/http2/allowance.h"
#include "proxy/http2/session.h"
#include "proxy/http2/stream.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/signal.h"
#include "proxy/reactor/turn_share.h"

namespace breakwater::http2 {

class Connection : protected Session::Owner {
public:
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

protected:
    /// @param stream, reactor  outlive this
    Connection(Session::Side side, ByteStream& stream, Reactor& reactor,
               const SessionSettings& settings);

    /// Reads and writes until the connection has come to its end. Once.
    /// @param received  what has been read already
    /// @param patience  how long a peer may take nothing of what there is to be written
    Task<void> carry(std::string received, Duration patience);
    /// Ends in order, as soon as no stream is left and all has been written.
    void close_when_done();
    /// Ends it because of what the peer does: its streams are cut.
    void end_for(Code code);
    [[nodiscard]] bool closing() const { return closing_; }
    /// Whether it has ended because the peer takes nothing.
    [[nodiscard]] bool stalled() const { return stalled_; }

    void on_frame(const FrameHead& head) override;
    void on_data_sent(std::size_t bytes, bool all) override;
    void on_output() override { output_.raise(); }
    /// Streams that have ended may go now: nothing of them runs.
    virtual void tidy() = 0;
    /// The connection has ended: every stream hears of it.
    virtual void end_streams() = 0;
    [[nodiscard]] virtual bool has_streams() const = 0;

    ByteStream& stream_;
    Reactor& reactor_;
    Session session_;

private:
    static constexpr std::uint64_t kTurnBytes = 64 * 1024;
    Task<void> read(std::string received);
    Task<void> write(Duration patience);
    /// Of the outbox. What leaves of a full one, or of what the stream holds before it, is told to the messages behind it.
    Tried try_write();
    bool take(std::string_view bytes);

    Signal output_;
    bool closing_ = false;
    bool stalled_ = false;
    bool fed_up_ = false;
    Allowance idle_frames_;
    TurnShare<kTurnBytes> share_;
};

}  // namespace breakwater::http2
