#include "proxy/http2/stream.h"

#include <utility>

namespace breakwater::http2 {

Stream::Stream(Session& session, Reactor& reactor, StreamId id, const StreamErrors& errors)
    : session_(session),
      reactor_(reactor),
      id_(id),
      errors_(errors),
      in_(session, *this, reactor, errors.read_stalled),
      out_(session, *this, reactor, errors.gone, errors.send_stalled) {}

Stream::~Stream() { leave(); }

void Stream::leave() {
    if (closed_ || id_ == 0 || !session_.knows(id_)) return;
    // What we have said came before all of what the peer says: RFC 9113 section 8.1.
    reset(out_.complete() ? Code::no_error : Code::cancel);
}

void Stream::reset(Code code) {
    if (closed_ || id_ == 0) return;
    if (!in_.ended()) session_.abandon(id_);
    session_.forget(*this);
    session_.reset(id_, code);
    closed_ = true;
}

void Stream::close(Code code) {
    if (in_.ended() && out_.complete()) {
        closed_ = true;
        return;
    }
    if (!in_.ended() && !reset_by_peer_) session_.abandon(id_);
    end(Error{named(code)});
}

void Stream::close(const Error& why) {
    if (closed_) return;
    if (id_ != 0) {
        // Its connection may go on for a while, and what is queued of it would be read from its owner's memory.
        session_.forget(*this);
        session_.reset(id_, Code::cancel);
    }
    end(why);
}

Err Stream::named(Code code) const {
    if (refused_ || code == Code::refused_stream) return errors_.refused;
    // What we find fault with, nghttp2 resets by itself.
    return code == Code::protocol_error && !reset_by_peer_ ? errors_.malformed : errors_.gone;
}

void Stream::end(const Error& why) {
    if (std::exchange(closed_, true)) return;
    failure_ = why;
    in_.fail(why);
    out_.close();
    presence_.hung_up = true;
    if (Waiter* leaver = std::exchange(presence_.leaver, nullptr)) reactor_.wake(*leaver);
    on_closed();
}

}  // namespace breakwater::http2
