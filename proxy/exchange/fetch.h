#pragma once
// What we ask: one request of ours to a backend, with the record of its attempts.
//
// An exchange owns one. A filter that asks an auth service makes another; a cache entry owns the one
// that fills it (its own copied head, its own pin of the table) and so outlives the client that began
// it. One worker.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "proxy/base/address.h"
#include "proxy/base/clock.h"
#include "proxy/exchange/response.h"
#include "proxy/exchange/routes.h"
#include "proxy/exchange/transport.h"
#include "proxy/http/body.h"
#include "proxy/http/head.h"
#include "proxy/table/policy.h"

namespace breakwater::exchange {

struct ConnectionFacts;

/// Takes 1xx responses as they come (RFC 9110 section 15.2).
class InterimSink {
public:
    virtual ~InterimSink() = default;
    /// Passes it on, or drops it where the client would not understand it.
    virtual Task<Done> send_interim(const http::ResponseHead& head) = 0;
};

/// One try at one endpoint: what the log says of it.
struct Attempt {
    SocketAddress endpoint;
    Duration connect_time{};   ///< zero on a kept connection
    Duration header_time{};    ///< until the final head was there
    Duration response_time{};  ///< until the last body byte was there
    std::uint64_t body_bytes = 0;
    int status = 0;               ///< 0: no answer; the error says why
    const char* error = nullptr;  ///< token of the error's row, or null
};

/// The attempts of one fetch, first to last. More than kRecorded are counted, not recorded.
class AttemptRecord {
public:
    static constexpr std::size_t kRecorded = 8;

    Attempt& add(const SocketAddress& endpoint);
    /// The last was nobody's try.
    void take_back() { --count_; }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::span<const Attempt> recorded() const {
        return {at(0), std::min(count_, kRecorded)};
    }
    [[nodiscard]] bool has_tried(const SocketAddress& endpoint) const;
    /// Null while there is none.
    [[nodiscard]] Attempt* last();

private:
    [[nodiscard]] Attempt* at(std::size_t index) {
        return reinterpret_cast<Attempt*>(memory_.data()) + index;
    }
    [[nodiscard]] const Attempt* at(std::size_t index) const {
        return reinterpret_cast<const Attempt*>(memory_.data()) + index;
    }

    std::size_t count_ = 0;
    /// Of those that are counted alone: most requests make one, and nobody writes zeros for the rest.
    alignas(Attempt) std::array<std::byte, kRecorded * sizeof(Attempt)> memory_;
};

struct Fetch {
    Fetch(Arena& scratch, Reactor& loop) : arena(&scratch), reactor(&loop), head(scratch) {}
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;

    Arena* arena;      ///< for what lives as long as this fetch
    Reactor* reactor;  ///< of the worker that everything here runs on
    TablePin table;    ///< keeps backend and policies

    http::RequestHead head;  ///< what is asked; hop-by-hop fields are the protocol's affair
    http::BodySource* body = nullptr;  ///< null: the request has no body. Outlives the fetch
    /// Of the route; the shared pointer itself is borrowed, so that its count is not touched.
    const std::shared_ptr<const table::Backend>* backend = nullptr;
    /// How its pods are spoken to; borrowed in the same way.
    const TransportPtr* transport = nullptr;
    const table::Policies* policies = nullptr;
    Deadline deadline;  ///< for all attempts together
    /// What the request came over; null: it is one of ours. Outlives the fetch.
    const ConnectionFacts* connection = nullptr;
    InterimSink* interim = nullptr;  ///< null: 1xx responses are dropped
    bool trailers = false;  ///< the client takes trailers (`TE: trailers`): gRPC asks for it
    std::string_view
        upgrade;  ///< protocol that the client asks for (RFC 9110 section 7.8), or empty

    /// Until when the head of an answer must be there: the pod's time runs once it has the whole request.
    /// @param since  when it had; the present, while some of it is still on its way
    [[nodiscard]] Deadline answer_deadline(Time since) const {
        return std::min(Deadline::after(since, policies->timeouts.read), deadline);
    }

    AttemptRecord attempts;
    /// After a 101: where the client's bytes go, while the response's body gives the pod's. Lives with
    /// the response's body.
    http::BodySink* tunnel = nullptr;
};

/// Answers a Fetch: the pods, a cache in front of them. One object a worker, used on its thread.
class Fetcher {
public:
    virtual ~Fetcher() = default;
    /// @param fetch outlives the task and the response's body.
    /// @return the final response; its head lives in fetch.arena. Whatever had to be said in between
    ///         went to fetch.interim.
    virtual Task<Result<Response>> fetch(Fetch& fetch) = 0;
};

}  // namespace breakwater::exchange
