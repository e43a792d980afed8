#pragma once
// What we were asked, and how far we are with it: one request from its head to its log line.
//
// Lives on the frame of serve_request() and ends with it, however that ends. `received` is the head as it
// came and is never changed (matched, logged, keyed); `fetch.head` is the one that filters rewrite.
// No field per feature: what a filter has to remember is a struct of its own in the arena.
//
// One worker.

#include <cstddef>
#include <optional>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/exchange/client.h"
#include "proxy/exchange/downstream.h"
#include "proxy/exchange/fetch.h"
#include "proxy/exchange/routes.h"
#include "proxy/reactor/broadcast.h"

namespace breakwater::exchange {

/// What a worker lends to its exchanges.
struct Lender {
    Reactor& reactor;
    Fetcher& fetcher;       ///< the cache, or the pods
    TablePin table;         ///< in force now
    bool draining = false;  ///< the process is about to end: connections are closed politely
    bool stopping = false;  ///< no connection waits for another request any more
    Broadcast over{};       ///< what would go on for ever, a tunnel, takes its leave
};

class Exchange {
public:
    /// @param lends    outlives this. @param scratch  empty; this exchange's alone while it lives.
    Exchange(Lender& lends, Arena& scratch, Downstream& downstream);
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// An answer made here: status, its usual reason, no field and no body yet.
    [[nodiscard]] Reply& reply(int status);
    /// The same, with the small page of that status; an error to whoever speaks gRPC is told in gRPC.
    [[nodiscard]] Reply& page(int status);
    /// The page of an error.
    [[nodiscard]] Reply& page(const Error& why);

    /// What a filter keeps of this request, from its on_request to its on_response: made empty where
    /// it is first asked for, found again by the filter's address. One type a filter.
    template <class State>
    [[nodiscard]] State& state_of(const Filter& filter);

    /// Whom the request comes from: what the log, limits and access rules mean by the client.
    [[nodiscard]] const SocketAddress& client_address() const {
        return client ? client->address : down.facts().peer;
    }
    /// Whether the client speaks http to whomever it has reached first, and should speak https.
    [[nodiscard]] bool client_speaks_http() const;
    /// The host that the client has asked, as RequestHead::host; a trusted proxy may have asked another.
    [[nodiscard]] std::string_view asked_host() const {
        return client ? client->host : received.host;
    }

    Lender& lender;
    Arena& arena;
    Downstream& down;
    TablePin table;
    Fetcher& fetcher;

    /// What a trusted proxy in front says of the client; null: what the connection says holds.
    const Client* client = nullptr;

    http::RequestHead received;
    const Route* route = nullptr;  ///< null until the head has been read
    Fetch fetch;
    std::size_t filters_seen = 0;

    /// Why there is no answer, or why it was cut. The log line's last word.
    std::optional<Error> error;
    /// The page of a late refusal (a filter that read the response's body), in the arena: sent in the
    /// place of a response whose source failed, if the head has not left.
    Reply* refusal = nullptr;
    int status = 0;  ///< of the answer, as sent; 0 while there is none
    std::string_view request_id;
    std::string_view user;           ///< as authenticated here; empty: nobody
    std::optional<int> grpc_status;  ///< of an answer in gRPC, once it is known

private:
    [[nodiscard]] bool speaks_grpc() const;
    [[nodiscard]] Reply& html_page(int status);
    [[nodiscard]] Reply& grpc_page(int code, int status);

    struct FilterState {
        const Filter* filter;
        void* state;
        FilterState* next;
    };
    FilterState* states_ = nullptr;  ///< few filters keep one
};

template <class State>
State& Exchange::state_of(const Filter& filter) {
    for (FilterState* known = states_; known; known = known->next) {
        if (known->filter == &filter) return *static_cast<State*>(known->state);
    }
    auto* made = arena.own<State>();
    states_ = arena.make<FilterState>(FilterState{&filter, made, states_});
    return *made;
}

}  // namespace breakwater::exchange
