#pragma once
// One stream of a connection: RFC 9113 section 5. What a client's and a pod's have in common.
//
// One thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/base/list.h"
#include "proxy/http2/inbound.h"
#include "proxy/http2/outbound.h"
#include "proxy/http2/session.h"
#include "proxy/http2/stream_id.h"

namespace breakwater::http2 {

/// What a failure of the peer is called: a client's and a pod's have rows of their own.
struct StreamErrors {
    Err gone;          ///< it has reset the stream, or its connection has ended
    Err refused;       ///< it has not begun to work on the stream (RFC 9113 section 8.7)
    Err malformed;     ///< what it sent was no message (RFC 9113 section 8.1.1)
    Err send_stalled;  ///< it takes nothing
    Err read_stalled;  ///< it sends nothing
};

class Stream : public ListHook<> {
public:
    /// @param session, reactor  outlive this. @param id  0: a stream that we shall open
    Stream(Session& session, Reactor& reactor, StreamId id, const StreamErrors& errors);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    /// As leave().
    virtual ~Stream();

    [[nodiscard]] StreamId id() const { return id_; }
    Inbound& in() { return in_; }
    [[nodiscard]] const Inbound& in() const { return in_; }
    Outbound& out() { return out_; }
    [[nodiscard]] const Outbound& out() const { return out_; }
    Presence& presence() { return presence_; }
    /// Whether no frame of it goes either way any more.
    [[nodiscard]] bool closed() const { return closed_; }
    /// Whether what came of it was no message.
    [[nodiscard]] bool malformed() const { return failure_ && failure_->code == errors_.malformed; }
    /// Why that was not in order; null where it was, or is open.
    [[nodiscard]] const Error* failure() const { return failure_ ? &*failure_ : nullptr; }
    [[nodiscard]] std::uint64_t received_bytes() const { return received_bytes_; }
    /// Ends it here and now.
    void reset(Code code);
    /// The same, in the way of what has been said on it; nothing where it has come to its end. What it has queued is given
    /// up: nothing of the owner's memory is read any more.
    void leave();

    // By the session.

    void open(StreamId id) { id_ = id; }
    void set_reset_by_peer() { reset_by_peer_ = true; }
    /// Its head has never left.
    void set_refused() { refused_ = true; }
    void count_received(std::size_t wire_bytes) { received_bytes_ += wire_bytes; }
    /// A field of a head that is being received, in order.
    virtual void on_field(std::string_view name, std::string_view value) = 0;
    /// All fields of that head have come.
    /// @param end  no body follows, or none any more.
    virtual void on_head(bool end) = 0;
    /// nghttp2 has closed it: no frame of it comes any more, nor will leave.
    void close(Code code);
    /// The same, before nghttp2 has closed it, because its connection ends: whoever owns it may go at once,
    /// though the connection still writes what is left.
    void close(const Error& why);

protected:
    /// Somebody may wait for a head that will not come.
    virtual void on_closed() = 0;

    Session& session_;
    Reactor& reactor_;

private:
    /// What an end with that code is called.
    [[nodiscard]] Err named(Code code) const;
    /// Tells who waits.
    void end(const Error& why);

    StreamId id_;
    StreamErrors errors_;
    Inbound in_;
    Outbound out_;
    Presence presence_;
    std::optional<Error> failure_;
    bool closed_ = false;
    bool reset_by_peer_ = false;
    bool refused_ = false;
    std::uint64_t received_bytes_ = 0;
};

}  // namespace breakwater::http2
