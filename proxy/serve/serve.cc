#include "proxy/serve/serve.h"

#include "proxy/base/try.h"
#include "proxy/reactor/unless_gone.h"
#include "proxy/serve/access_log_exchange.h"
#include "proxy/serve/final_recipient.h"
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

Done find_route(Exchange& ex) {
    if (ex.received.path.starts_with('/')) {
        LET(normalised, table::normalise_path(ex.received.path, ex.arena));
        ex.received.normalised_path = normalised;
    } else {
        ex.received.normalised_path = "/";  // OPTIONS *: asked of the host as a whole
    }
    ex.route = &ex.table->routes().match(ex.received.host, ex.received.normalised_path);
    ex.fetch.body = ex.down.body();
    ex.fetch.backend = &ex.route->backend;
    ex.fetch.policies = &ex.route->location->policies;
    upstream::begin_fetch(ex);
    return {};
}

// What answers this request: a filter, the cache, a pod. Any step may fail; none of them sends.
Task<Result<Response>> answer(Exchange& ex) {
    CO_TRY(co_await ex.down.read_head(ex.received));
    CO_TRY(find_route(ex));
    CO_LET(final_answer, answer_here(ex));
    if (final_answer) co_return Response(*final_answer);

    for (const auto& filter : ex.route->filters) {
        ++ex.filters_seen;
        Verdict verdict = filter->on_request(ex);
        CO_LET(now, verdict.now());
        Reply* reply = now;
        if (verdict.waits()) {
            Task<Result<Reply*>> deciding = verdict.settle();
            CO_LET(later, co_await UnlessGone(deciding, ex.down.presence()));
            reply = later;
        }
        if (reply) co_return Response(*reply);
    }

    Task<Result<Response>> asking = ex.fetcher.fetch(ex.fetch);
    Result<Response> fetched = co_await UnlessGone(asking, ex.down.presence());
    co_return fetched;
}

Response error_response(Exchange& ex, const Error& error) {
    return Response(ex.refusal ? *ex.refusal : ex.page(row(error).status));
}

// The one way out: the only place that sends, and the only one that makes error pages.
Task<Done> respond(Exchange& ex, Result<Response> answered) {
    if (!answered) ex.error = answered.error();
    if (!answered && row(*ex.error).status == 0)
        co_return fail(*ex.error);  // nobody is left to answer
    Response response = answered ? std::move(*answered) : error_response(ex, *ex.error);

    const std::size_t seen = ex.filters_seen;  // they see the response from the inside out
    for (std::size_t i = seen; i > 0; --i) {
        ex.filters_seen = i - 1;  // should this one fail, the page passes only those further out
        Verdict verdict = ex.route->filters[i - 1]->on_response(ex, response);
        CO_LET(now, verdict.now());
        Reply* reply = now;
        if (verdict.waits()) {
            CO_LET(later, co_await verdict.settle());
            reply = later;
        }
        if (reply) response = Response(*reply);
    }
    ex.filters_seen = seen;

    finish_head(ex, response);
    ex.status = response.head->status;
    ex.down.send_head(*response.head);  // held back: it leaves with the first body bytes
    if (ex.fetch.tunnel && ex.status == 101) {
        Done ended = co_await run_tunnel(ex, *response.body);
        co_return ended;
    }
    Task<Done> copying = http::copy_body(*response.body, ex.down.sink());
    Done sent = co_await UnlessGone(copying, ex.down.presence());
    co_return sent;
}

// A filter of the response, or a body's source, may fail while the head has not left: the page of
// that failure goes out in its place, once.
bool may_explain(const Exchange& ex, const Done& sent) {
    return !sent && !ex.down.head_left() && row(sent.error()).status != 0;
}

}  // namespace

Task<bool> serve_request(WorkerContext& worker, Downstream& down) {
    Served served(worker, down);  // pins the table in force now
    Exchange& ex = served.ex;

    Result<Response> answered = co_await answer(ex);
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
