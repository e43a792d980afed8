#include "proxy/serve/serve.h"

#include "proxy/base/try.h"
#include "proxy/exchange/grpc.h"
#include "proxy/reactor/unless_gone.h"
#include "proxy/serve/access_log_exchange.h"
#include "proxy/serve/client.h"
#include "proxy/serve/final_recipient.h"
#include "proxy/serve/grpc_status.h"
#include "proxy/serve/response_head.h"
#include "proxy/serve/tunnel.h"
#include "proxy/table/path.h"
#include "proxy/upstream/forwarded.h"

namespace breakwater::serve {

using exchange::Downstream;
using exchange::Exchange;
using exchange::Reply;
using exchange::Response;
using exchange::Verdict;

namespace {

/// One exchange in an arena of its own, and what is said and counted of it at its end: by a destructor,
/// so that a cancelled request is logged too.
class Served {
public:
    Served(WorkerContext& worker, Downstream& down)
        : worker_(worker), arena_(worker.arenas), ex(worker, *arena_, down) {
        worker_.counters.request_began();
    }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;
    ~Served() {
        if (!complete && !ex.error) ex.error = Error{Err::shutting_down};
        const LogRecord record = record_of(ex);
        worker_.counters.request_ended(record, worker_.reactor.now());
        if (should_log(ex)) worker_.log.add(worker_.index, record);
    }

private:
    WorkerContext& worker_;
    ArenaPool::Loan arena_;

public:
    Exchange ex;
    bool complete = false;  ///< else it was cancelled
};

/// gRPC comes from nobody else.
bool speaks_http2(const exchange::Fetch& fetch) {
    return fetch.transport && (*fetch.transport)->protocol == exchange::PodProtocol::http2;
}

/// It is an extended CONNECT: over HTTP/2 nothing else asks for another protocol. Any success tells its client
/// that the stream speaks that protocol from now on (RFC 8441 section 5).
bool has_to_switch(const Exchange& ex) {
    return ex.received.version == http::Version::v2 && !ex.fetch.upgrade.empty();
}

bool is_success(int status) { return status >= 200 && status < 300; }

bool can_switch(const exchange::Fetch& fetch) {
    return (*fetch.transport)->protocol == exchange::PodProtocol::http1;
}

/// The client's own, which the pod is told of too: whoever is first to see that it is over says so.
void keep_deadline(Exchange& ex) {
    if (!exchange::grpc::is_content(ex.received.fields)) return;
    const auto timeout = exchange::grpc::timeout_in(ex.received.fields);
    if (timeout) ex.fetch.deadline = Deadline::after(ex.fetch.reactor->now(), *timeout);
}

using Answering = Task<Result<Response>>;

/// A reply of ours, or an error.
Answering at_once(Result<Reply*> decided) {
    CO_LET(reply, decided);
    co_return Response(*reply);
}

Answering ask_on(Exchange& ex);

/// A filter waits: for its verdict, then for all that comes behind it.
Answering ask_on_once_decided(Exchange& ex, Task<Result<Reply*>> deciding) {
    CO_LET(reply, co_await deciding);
    if (reply) co_return Response(*reply);
    Result<Response> answered = co_await ask_on(ex);
    co_return answered;
}

/// The filters that have not seen the request, then the pods.
Answering ask_on(Exchange& ex) {
    const auto& filters = ex.route->filters;
    while (ex.filters_seen < filters.size()) {
        Verdict verdict = filters[ex.filters_seen++]->on_request(ex);
        if (verdict.waits()) return ask_on_once_decided(ex, verdict.settle());
        const Result<Reply*> reply = verdict.now();
        if (!reply || *reply) return at_once(reply);
    }
    if (has_to_switch(ex) && !can_switch(ex.fetch)) return at_once(fail(Err::upgrade_unsupported));
    return ex.fetcher.fetch(ex.fetch);
}

// What answers this request: a filter, the cache, a pod. Any step may fail; none of them sends.
// Not a coroutine itself: it leads to the one that waits.
Answering answer(Exchange& ex, const Done& received) {
    if (!received) return at_once(fail(received.error()));
    if (const Done routed = find_route(ex); !routed) return at_once(fail(routed.error()));
    const Result<Reply*> reply = answer_here(ex);
    if (!reply || *reply) return at_once(reply);
    return ask_on(ex);
}

Response error_response(Exchange& ex, const Error& error) {
    return Response(ex.refusal ? *ex.refusal : ex.page(error));
}

/// Carries on with a body that was not all at hand.
Task<Done> send_body(Exchange& ex, Response response, Task<Done> copying) {
    Done sent = co_await UnlessGone(copying, ex.down.presence());
    co_return sent;
}

Task<Done> send_tunnel(Exchange& ex, Response response) {
    Done ended = co_await run_tunnel(ex, *response.body);
    co_return ended;
}

Eventual<Done> send(Exchange& ex, Response response) {
    if (has_to_switch(ex) && is_success(response.head->status)) {
        return fail(Err::bad_response, "success without the switch of protocol");
    }
    finish_head(ex, response);
    ex.status = response.head->status;
    ex.down.send_head(*response.head);  // held back: it leaves with the first body bytes
    if (ex.fetch.tunnel && ex.status == 101) return send_tunnel(ex, std::move(response));
    Task<Done> copying = http::begin_copy(*response.body, ex.down.sink());
    if (!copying) return Done{};
    return send_body(ex, std::move(response), std::move(copying));
}

Eventual<Done> send_through(Exchange& ex, Response response, std::size_t filters);

/// @param filter  its place in the chain. The page of its failure passes only those further out.
std::unexpected<Error> failed_in(Exchange& ex, std::size_t filter, const Error& error) {
    ex.filters_seen = filter;
    return fail(error);
}

/// A filter waits: for its verdict, then through those further out.
Task<Done> send_once_decided(Exchange& ex, Response response, Task<Result<Reply*>> deciding,
                             std::size_t filter) {
    const Result<Reply*> reply = co_await deciding;
    if (!reply) co_return failed_in(ex, filter, reply.error());
    if (*reply) response = Response(**reply);
    Done sent = co_await send_through(ex, std::move(response), filter);
    co_return sent;
}

/// @param filters  of the chain, from its beginning, that have not seen the response.
Eventual<Done> send_through(Exchange& ex, Response response, std::size_t filters) {
    while (filters > 0) {
        Verdict verdict = ex.route->filters[--filters]->on_response(ex, response);
        const Result<Reply*> reply = verdict.now();
        if (!reply) return failed_in(ex, filters, reply.error());
        if (verdict.waits())
            return send_once_decided(ex, std::move(response), verdict.settle(), filters);
        if (*reply) response = Response(**reply);
    }
    return send(ex, std::move(response));
}

// The one way out: the only place that sends, and the only one that makes error pages.
Eventual<Done> respond(Exchange& ex, Result<Response> answered) {
    if (!answered) {
        ex.error = answered.error();
        if (row(*ex.error).status == 0) return fail(*ex.error);  // nobody is left to answer
    }
    Response response = answered ? std::move(*answered) : error_response(ex, *ex.error);
    // Before a filter gives it another form.
    if (speaks_http2(ex.fetch)) watch_grpc_status(ex, response);
    return send_through(ex, std::move(response), ex.filters_seen);
}

// A filter of the response, or a body's source, may fail while the head has not left: the page of
// that failure goes out in its place, once.
bool may_explain(const Exchange& ex, const Done& sent) {
    return !sent && !ex.down.head_left() && row(sent.error()).status != 0;
}

}  // namespace

Done find_route(Exchange& ex) {
    if (ex.table->settings().forwarded.believes()) learn_client(ex);
    if (ex.received.path.starts_with('/')) {
        LET(normalised, table::normalise_path(ex.received.path, ex.arena));
        ex.received.normalised_path = normalised;
    } else {
        ex.received.normalised_path = "/";  // OPTIONS *: asked of the host as a whole
    }
    ex.route = &ex.table->routes().match(ex.received.host, ex.received.normalised_path);
    ex.fetch.body = ex.down.body();
    ex.fetch.backend = &ex.route->backend;
    ex.fetch.transport = &ex.route->transports.of(ex.down.facts().tls);
    ex.fetch.policies = &ex.route->location->policies;
    upstream::begin_fetch(ex);
    if (speaks_http2(ex.fetch)) keep_deadline(ex);
    return {};
}

Task<bool> serve_request(WorkerContext& worker, Downstream& down) {
    Served served(worker, down);  // pins the table in force now
    Exchange& ex = served.ex;

    const Done received = co_await down.read_head(ex.received);
    Answering answering = answer(ex, received);
    Result<Response> answered = co_await UnlessGone(answering, down.presence());
    answering.reset();  // no frame of it while a body flows
    Done sent = co_await respond(ex, std::move(answered));
    if (may_explain(ex, sent)) {
        ex.down.discard();
        sent = co_await respond(ex, fail(sent.error()));
    }
    if (!sent) {
        ex.error = sent.error();   // the log line says what cut it
        down.abort(sent.error());  // http1: cut, no last chunk
    }
    served.complete = true;
    co_return down.reusable();
}

}  // namespace breakwater::serve
