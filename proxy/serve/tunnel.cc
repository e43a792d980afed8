#include "proxy/serve/tunnel.h"

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/http/websocket_frames.h"

namespace breakwater::serve {

using exchange::Exchange;
using http::BodySink;
using http::BodySource;

namespace {

/// The route with its host's node, and none of the table around it.
void let_go_of_table(Exchange& ex) {
    auto* kept = ex.arena.own<exchange::Route>(*ex.route);
    kept->filters.clear();
    kept->backend = nullptr;
    ex.route = kept;
    ex.fetch.backend = &kept->backend;
    ex.fetch.transport = nullptr;
    ex.fetch.table.reset();
    ex.table.reset();
}

/// One direction of a tunnel: knows where what has been handed on stands among the frames of a WebSocket.
class CountedSource final : public BodySource {
public:
    explicit CountedSource(BodySource& inner) : inner_(inner) {}

    http::Pull try_pull() override {
        http::Pull pull = inner_.try_pull();
        const auto* chunk = std::get_if<http::Chunk>(&pull);
        if (chunk) frames_.pass(chunk->bytes);
        in_hand_ = chunk != nullptr;
        return pull;
    }
    Task<Done> wait() override { return inner_.wait(); }

    /// Whether a frame may follow what the sink has taken: all that was pulled, and no half of a frame.
    [[nodiscard]] bool between_frames() const {
        return !in_hand_ && frames_.between_frames() && !frames_.closed();
    }

private:
    BodySource& inner_;
    http::WebSocketFrames frames_;
    bool in_hand_ = false;  ///< the last chunk may not have been pushed yet
};

/// Until one of two copies has ended, or all that is open is to end.
class [[nodiscard]] FirstEnd final : private Waiter {
public:
    FirstEnd(Task<Done>& a, Task<Done>& b, Broadcast& over) : a_(a), b_(b), over_(over) {}
    FirstEnd(const FirstEnd&) = delete;
    FirstEnd& operator=(const FirstEnd&) = delete;
    ~FirstEnd() { forget(); }

    bool await_ready() const { return a_.done() || b_.done() || over_.raised(); }
    void await_suspend(std::coroutine_handle<> waiting) {
        coroutine = waiting;
        a_.continue_with(waiting);
        b_.continue_with(waiting);
        over_.tell(*this);
    }
    void await_resume() { forget(); }

private:
    void forget() {
        unlink();
        a_.continue_with({});
        b_.continue_with({});
    }

    Task<Done>& a_;
    Task<Done>& b_;
    Broadcast& over_;
};

/// Ends one direction of a WebSocket with a Close frame, where one may be said and leaves at once.
bool take_leave(const CountedSource& said, BodySink& to, std::string_view close) {
    return said.between_frames() && to.try_push({close, {}}) && to.try_finish(nullptr);
}

}  // namespace

Task<Done> run_tunnel(Exchange& ex, BodySource& from_pod) {
    let_go_of_table(ex);
    BodySink& client = ex.down.sink();
    BodySink& pod = *ex.fetch.tunnel;
    CO_TRY(co_await client.flush());  // the 101
    CountedSource pods(from_pod);
    CountedSource clients(ex.down.tunnel());
    Task<Done> to_client = http::copy_body(pods, client);
    Task<Done> to_pod = http::copy_body(clients, pod);
    to_client.start();
    to_pod.start();
    co_await FirstEnd(to_client, to_pod, ex.lender.over);
    // Whichever side leaves ends both, as with nginx; what it had sent has been passed on by then.
    if (to_client.done()) co_return to_client.take();
    if (to_pod.done()) co_return to_pod.take();

    // docs/decisions/tunnels_at_the_end.md
    to_client.reset();
    to_pod.reset();
    if (!equals_ignoring_case(ex.fetch.upgrade, "websocket")) co_return fail(Err::shutting_down);
    take_leave(clients, pod, http::kClientGoesAway);
    if (!take_leave(pods, client, http::kServerGoesAway)) co_return fail(Err::shutting_down);
    co_return Done{};
}

}  // namespace breakwater::serve
