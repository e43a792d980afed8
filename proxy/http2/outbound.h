#pragma once
// A stream's head and body on their way out, as a sink: RFC 9113 section 8.1.
//
// The head is held back until body bytes, flush() or finish() send it along, so that head, body and end
// make one write. Frames are made at once, as far as the peer's windows and the outbox allow; they leave with
// the connection's next write. One chunk is kept by its owner until it fits.
//
// One thread.

#include <cstdint>
#include <optional>
#include <vector>

#include "proxy/base/clock.h"
#include "proxy/base/list.h"
#include "proxy/http/body.h"
#include "proxy/http2/session.h"
#include "proxy/reactor/signal.h"
#include "proxy/reactor/turn_share.h"

namespace breakwater::http2 {

class Outbound final : public http::BodySink, public ListHook<> {
public:
    /// @param gone, stalled  the rows for a peer that has reset the stream or gone, and for one that takes
    ///                       nothing for too long.
    Outbound(Session& session, Stream& stream, Reactor& reactor, Err gone, Err stalled)
        : session_(session), stream_(stream), reactor_(reactor), gone_(gone), stalled_(stalled) {}

    /// Begins the message: its head is sent with what comes next.
    /// @param head     good until it has left or drop()
    /// @param timeout  in which some of what is pending must have become a frame; zero: no limit
    void begin(FieldBlock head, Duration timeout);
    /// Until the outbox has room for what is said before a message.
    /// @param timeout  in which some of what fills it must have left
    Task<Done> wait_for_room(Duration timeout);
    /// Forgets a message of which nothing has left.
    void drop();
    /// Whether the session has the head: from here on the message cannot be another.
    [[nodiscard]] bool begun() const { return begun_; }
    /// Whether the message has been made frames to its end.
    [[nodiscard]] bool complete() const { return complete_; }

    bool try_push(const http::Chunk& chunk) override;
    Eventual<Done> push(http::Chunk chunk) override { return push_later(std::move(chunk)); }
    Eventual<Done> flush() override;
    Eventual<Done> finish(const http::Fields* trailers) override;
    bool try_finish(const http::Fields* trailers) override;
    Eventual<Done> splice(Pipe& pipe) override;
    [[nodiscard]] bool turn_spent() override { return share_.spent(); }

    [[nodiscard]] std::uint64_t wire_bytes() const { return wire_bytes_; }
    [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }

    // By the session: none of it resumes anybody before the loop does.

    /// What there is for a frame.
    struct Offer {
        std::size_t bytes = 0;
        bool end = false;     ///< of the body, with these bytes
        FieldBlock trailers;  ///< behind it
    };
    [[nodiscard]] Offer offer(std::size_t most_bytes);
    /// The bytes of a frame that is being made. Good until the next call.
    std::string_view take(std::size_t bytes);
    /// Whether there are bytes of the body that are in no frame yet.
    [[nodiscard]] bool pending() const { return !chunk_.bytes.empty(); }
    /// A frame is in the outbox.
    void left(std::size_t wire_bytes, bool end);
    /// The outbox has room again.
    void room() { progress_.raise(); }
    /// The stream has been closed.
    void close();

private:
    [[nodiscard]] Error why_closed() const;
    /// Sends the head along. @return false: the outbox is full
    Result<bool> begin_sending(bool body);
    /// Makes frames of what there is, as far as there is room. @return false: not even of the head
    Result<bool> make_frames(bool body);
    /// The same. @return whether none of it is left.
    Result<bool> send_pending();
    /// The same to the message's end.
    Result<bool> send_end();
    /// When the peer will have let nothing of this message leave for too long.
    [[nodiscard]] Deadline patience() const;
    /// Until a step further is worth a try: once more, too, where the peer's time is over.
    Task<Done> progress();
    Task<Done> push_later(http::Chunk chunk);
    Task<Done> flush_later();
    Task<Done> finish_later();

    Session& session_;
    Stream& stream_;
    Reactor& reactor_;
    Err gone_;
    Err stalled_;
    Duration timeout_{};
    std::optional<FieldBlock> head_;  ///< held back
    http::Chunk chunk_;               ///< pending; what is left of it
    http::Chunk taken_;               ///< the last frame's, until the next
    std::vector<nghttp2_nv> trailers_;
    bool ending_ = false;    ///< the body ends behind chunk_
    bool deferred_ = false;  ///< the session has asked and was given nothing
    bool begun_ = false;
    bool complete_ = false;
    std::uint64_t wire_bytes_ = 0;
    std::uint64_t body_bytes_ = 0;
    Time last_activity_{};  ///< when something last became a frame
    Time pending_since_{};  ///< of what is here now
    Signal progress_;
    TurnShare<http::kTurnBytes> share_;
};

}  // namespace breakwater::http2
