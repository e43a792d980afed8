#pragma once
// The frames of one connection: nghttp2 reads and writes them, this is what the rest sees of it.
//
// Bytes go in by receive(), which tells streams and owner what they mean; what is to be said back is made by
// produce() and gathered in the outbox. Nobody is resumed from inside either: whoever waits is woken by
// the loop, and calls the session then.
//
// One thread.

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/base/clock.h"
#include "proxy/base/error.h"
#include "proxy/base/list.h"
#include "proxy/http2/abandoned_streams.h"
#include "proxy/http2/frame_walk.h"
#include "proxy/http2/outbox.h"
#include "proxy/http2/stream_id.h"

namespace breakwater::http2 {

class Outbound;
class Stream;

/// Fields as nghttp2 takes them: views, good until produce() has made a frame of them.
using FieldBlock = std::span<const nghttp2_nv>;

/// What we tell the peer at first: RFC 9113 section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1.
struct SessionSettings {
    std::uint32_t concurrent_streams;  ///< that the peer may have open
    std::uint32_t header_list_bytes;   ///< of one head, with 32 for each field
};

class Session {
public:
    enum class Side : std::uint8_t { server, client };

    /// Whose connection it is. Called from inside receive() and produce().
    class Owner {
    public:
        virtual ~Owner() = default;
        /// The peer opens a stream. @return null: it is refused, as one that has not been begun
        virtual Stream* on_stream(StreamId id) = 0;
        /// A frame begins.
        virtual void on_frame(const FrameHead& head) = 0;
        /// The peer has said what it takes: RFC 9113 section 6.5.
        virtual void on_settings() {}
        /// So many bytes of a body have been made a frame; `all`: there are no more of them now.
        virtual void on_data_sent(std::size_t bytes, bool all) = 0;
        /// A stream is refused, or reset because what came of it was no message.
        virtual void on_refused() = 0;
        /// There is something to be written.
        virtual void on_output() = 0;
    };

    /// Of a stream at first: what a peer may send that nobody has read. RFC 9113's default.
    static constexpr std::int32_t kStreamWindowBytes = 65'535;
    /// To this it grows while somebody reads as fast as it comes, so that an upload is not held up by
    /// the time that a credit takes to travel: 80 MB/s at 12 ms.
    static constexpr std::int32_t kMostStreamWindowBytes = 1024 * 1024;
    /// Of all streams of a client's connection together.
    static constexpr std::int32_t kConnectionWindowBytes = 2 * 1024 * 1024;
    /// The same of one to a pod, where many clients meet: so much that kMostStreams, all but one of them of
    /// clients that do not read, cannot hold up that one. Twice their sum, because credit is given
    /// back once half the window has been read.
    static constexpr std::int32_t kMostPodStreamWindowBytes = 256 * 1024;
    static constexpr std::uint32_t kMostStreams = 100;
    static constexpr std::int32_t kPodWindowBytes =
        2 * kMostPodStreamWindowBytes * static_cast<std::int32_t>(kMostStreams);
    /// Beyond these a peer that does not read what it asks for is not read either: acknowledgements,
    /// resets, credit.
    static constexpr std::size_t kMostUnsentBytes = 1024 * 1024;
    static constexpr std::size_t kMostQueued = 10'000;

    /// @param owner, pool  outlive this
    Session(Side side, Owner& owner, BlockPool& pool, const SessionSettings& settings);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// @error bad_framing  the peer does not keep to the protocol. It has been told by a GOAWAY, which is
    ///                     to be written yet; nothing more is to be read.
    Done receive(std::string_view bytes);
    /// Puts into the outbox what there is to say, as far as it has room, and tells the owner.
    void produce();
    Outbox& outbox() { return outbox_; }
    /// Whether an answer has to wait until there is room; then wait_for_room().
    [[nodiscard]] bool full() const { return outbox_.full(); }
    void wait_for_room(Outbound& waiting);

    /// The final head. A client's opens the stream and gives it its number.
    /// @param body  whether anything follows; where not, the head ends the stream's sending side
    Done send_head(Stream& stream, FieldBlock head, bool body);
    void send_interim(const Stream& stream, FieldBlock head);
    /// The stream, whose turn had come when it had nothing, has something now.
    void resume(const Stream& stream);
    void reset(StreamId id, Code code);
    /// Whether the peer's credit for that stream, the connection's aside, lets more of its body leave.
    [[nodiscard]] bool has_window(const Stream& stream) const;
    /// When a frame of any message has last been made, or some of an outbox that was full has left: what waits behind
    /// it has come nearer then.
    [[nodiscard]] Time last_progress() const { return last_progress_; }
    void note_progress(Time when) { last_progress_ = when; }
    /// The stream has ended: nothing more is told to it.
    void forget(const Stream& stream);
    /// The same, where the peer may still send: what does is passed over.
    void abandon(StreamId id);
    /// Whether so much may have left the peer before it knew that the stream is over. It is told once of each byte.
    bool was_under_way(StreamId id, std::size_t wire_bytes);

    /// So many bytes of a stream have been read: the peer may send as many more.
    void give_credit(StreamId id, std::size_t bytes);
    /// Makes a stream's window twice as large, up to its bound.
    void widen_window(StreamId id);

    /// Says that the peer is to open no more streams, without a number: those that cross it are served.
    /// A server's; go_away() follows, a while later (RFC 9113 section 6.8).
    void announce_goaway();
    /// Says that no stream after those that are there will be served.
    void go_away();
    /// Ends all of it, for a reason.
    void terminate(Code code);
    /// Whether the peer takes one more stream of ours: no GOAWAY has come, and its number of streams at
    /// once, where it has said one, is not reached.
    /// @param open  of ours that are open now
    [[nodiscard]] bool takes_stream(std::size_t open) const;
    /// Whether more is queued for a peer that does not read than a peer that reads could make us.
    [[nodiscard]] bool congested() const;
    /// Whether the last GOAWAY is in the outbox, and nothing more will be read.
    [[nodiscard]] bool over() const;
    /// The highest number of a stream that the peer has opened.
    [[nodiscard]] StreamId last_stream() const;
    [[nodiscard]] bool knows(StreamId id) const;
    /// Whether the peer may still send on it.
    [[nodiscard]] bool receives(StreamId id) const;
    /// Whether a head on it would be the first with that number or a higher one, from a client.
    [[nodiscard]] bool opens(StreamId id) const {
        return side_ == Side::server && id > highest_stream_;
    }

private:
    friend struct SessionCallbacks;

    [[nodiscard]] Stream* find(StreamId id) const;
    /// Whether a frame may belong to a stream that is no more: RFC 9113 section 5.1.
    void check_closed(StreamId id);
    void begin_frame(const FrameHead& head);
    Done feed(std::string_view bytes);

    Owner& owner_;
    Side side_;
    Outbox outbox_;
    List<Outbound> waiting_;
    AbandonedStreams abandoned_;
    std::int64_t under_way_bytes_ = 0;  ///< on the wire, that may still come on those
    nghttp2_session* session_ = nullptr;
    FrameWalk walk_;
    StreamId highest_stream_ = 0;  ///< on which a head has come, refused or not
    Stream* head_of_ = nullptr;    ///< whose head or trailers are being received
    std::size_t most_list_bytes_;
    std::size_t list_bytes_ = 0;  ///< of the fields of that head
    std::size_t head_bytes_ = 0;  ///< on the wire, of the head that is being received
    Time last_progress_{};
    bool busy_ = false;  ///< inside receive() or produce()
};

}  // namespace breakwater::http2
