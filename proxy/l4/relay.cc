#include "proxy/l4/relay.h"

#include <algorithm>

#include "proxy/base/try.h"
#include "proxy/http/body.h"
#include "proxy/http1/message_sink.h"
#include "proxy/http1/read_buffer.h"
#include "proxy/reactor/room_wait.h"
#include "proxy/reactor/socket.h"

namespace breakwater::l4 {
namespace {

/// What one side sends, until it ends its direction.
class Inflow final : public http::BodySource {
public:
    Inflow(ByteStream& stream, Err cut, Duration idle)
        : stream_(stream), in_(this_reactor().blocks()), cut_(cut), idle_(idle) {}

    http::Pull try_pull() override {
        const Tried got = in_.fill(stream_);
        switch (got.state) {
            case Tried::State::some: break;
            case Tried::State::wait: in_.release_if_empty(); return http::WouldWait{};
            case Tried::State::end: return http::End{};
            case Tried::State::failed: return Error{cut_, "connection broke"};
        }
        http::Chunk chunk{in_.bytes(), in_.block()};
        in_.consume(chunk.bytes.size());
        bytes_ += chunk.bytes.size();
        return chunk;
    }

    Task<Done> wait() override {
        Time silent_since = this_reactor().now();
        for (;;) {
            Done ready = co_await stream_.wait_readable(Deadline::after(silent_since, idle_));
            if (ready) co_return ready;
            if (*other_activity_ <= silent_since) co_return fail(Err::session_idle);
            silent_since = *other_activity_;
        }
    }

    /// Silence is no idleness while the other direction moves.
    void excuse_by(const Time& other_activity) { other_activity_ = &other_activity; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    ByteStream& stream_;
    http1::ReadBuffer in_;
    Err cut_;
    Duration idle_;
    const Time* other_activity_ = nullptr;
    std::uint64_t bytes_ = 0;
};

/// One direction, and its end on the other side.
Task<Done> pass_on(Inflow& from, http1::MessageSink& sink, ByteStream& to, Duration idle) {
    CO_TRY(co_await http::copy_body(from, sink));
    RoomWait room_wait;
    while (to.try_shutdown_write().state == Tried::State::wait) {
        const Deadline deadline = Deadline::after(this_reactor().now(), idle);
        CO_TRY(co_await room_wait.wait(to, deadline, Err::session_idle));
    }
    co_return Done{};
}

/// Both directions, which count into the session however they end.
class Relay {
public:
    Relay(ByteStream& client, ByteStream& pod, Duration idle, Session& session)
        : session_(session),
          from_client_(client, Err::client_gone, idle),
          from_pod_(pod, Err::response_cut, idle),
          to_client_(client, this_reactor().blocks(), Err::client_gone, Err::client_stalled),
          to_pod_(pod, this_reactor().blocks(), Err::response_cut, Err::upstream_send_timeout),
          client_(client),
          pod_(pod) {
        to_client_.begin(http1::BodyFraming::counted, idle);
        from_client_.excuse_by(to_client_.last_activity());
        from_pod_.excuse_by(to_pod_.last_activity());
    }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    ~Relay() {
        session_.from_client_bytes = from_client_.bytes();
        session_.to_client_bytes = to_client_.wire_bytes();
    }

    Task<Done> run(std::string_view preface, Duration idle) {
        if (preface.empty()) {
            to_pod_.begin(http1::BodyFraming::counted, idle);
        } else {
            std::ranges::copy(preface,
                              to_pod_.begin(preface.size(), http1::BodyFraming::counted, idle));
        }
        Done done = co_await both(pass_on(from_client_, to_pod_, pod_, idle),
                                  pass_on(from_pod_, to_client_, client_, idle));
        co_return done;
    }

private:
    Session& session_;
    Inflow from_client_;
    Inflow from_pod_;
    http1::MessageSink to_client_;
    http1::MessageSink to_pod_;
    ByteStream& client_;
    ByteStream& pod_;
};

/// Whoever is left must not take the other's failure for an end.
void pass_on_reset(Err why, ByteStream& client, ByteStream& pod) {
    if (why == Err::client_gone) reset_on_close(pod.watch().fd);
    if (why == Err::response_cut) reset_on_close(client.watch().fd);
}

}  // namespace

Task<Done> relay(ByteStream& client, ByteStream& pod, std::string_view preface, Duration idle,
                 Session& session) {
    Relay both_ways(client, pod, idle, session);
    Done done = co_await both_ways.run(preface, idle);
    if (!done) pass_on_reset(done.error().code, client, pod);
    co_return done;
}

}  // namespace breakwater::l4
