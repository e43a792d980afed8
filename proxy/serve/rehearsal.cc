#include "proxy/serve/rehearsal.h"

#include "proxy/base/check.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http1/request_parser.h"
#include "proxy/serve/final_recipient.h"
#include "proxy/serve/serve.h"

namespace breakwater::serve {
namespace {

using exchange::Exchange;
using exchange::Reply;

/// A stream of which only the head and the connection are asked: nothing is sent.
class Stage final : public exchange::Downstream {
public:
    explicit Stage(const Rehearsed& request) : request_(request) { facts_.tls = request.tls; }

    /// What the client's hello names.
    void name_host(std::string_view host) { facts_.sni = host; }

    const exchange::ConnectionFacts& facts() const override { return facts_; }
    Done parse(http::RequestHead& into) const {
        const auto length = http1::parse_request_head(request_.head, into);
        return length ? Done{} : fail(length.error());
    }
    Eventual<Done> read_head(http::RequestHead& into) override { return parse(into); }
    http::BodySource* body() override { return nullptr; }
    std::uint64_t received_bytes() const override { return request_.head.size(); }
    std::uint64_t sent_bytes() const override { return 0; }
    std::uint64_t sent_body_bytes() const override { return 0; }
    Time request_began() const override { return Time{}; }
    bool head_left() const override { return false; }
    bool reusable() const override { return false; }

    Task<Done> send_interim(const http::ResponseHead&) override { not_asked(); }
    void send_head(http::ResponseHead&) override { not_asked(); }
    void discard() override { not_asked(); }
    void abort(const Error&) override { not_asked(); }
    http::BodySink& sink() override { not_asked(); }
    http::BodySource& tunnel() override { not_asked(); }
    Presence& presence() override { not_asked(); }

private:
    [[noreturn]] static void not_asked() {
        check_failed("a rehearsal sends nothing", __FILE__, __LINE__);
    }

    const Rehearsed& request_;
    exchange::ConnectionFacts facts_;
};

class NoPods final : public exchange::Fetcher {
public:
    Task<Result<exchange::Response>> fetch(exchange::Fetch&) override {
        co_return fail(Err::no_endpoint);
    }
};

void note(Exchange& ex, const Result<Reply*>& decided, Outcome& outcome) {
    if (!decided) {
        const Error& error = decided.error();
        outcome.error = row(error).token;
        if (error.detail) outcome.detail = error.detail;
        outcome.status = row(error).status;
    }
    const Reply* const answer = decided ? *decided : ex.refusal;
    if (!answer) return;
    outcome.status = answer->head.status;
    outcome.location = answer->head.fields.get("location").value_or("");
}

/// Through the chain, as far as it comes.
void pass_filters(Exchange& ex, Outcome& outcome) {
    for (const auto& filter : ex.route->filters) {
        const exchange::Verdict verdict = filter->on_request(ex);
        if (verdict.waits()) continue;  // asks somebody else, who is not asked for this
        const Result<Reply*> decided = verdict.now();
        if (decided && !*decided) continue;
        outcome.answered_by = filter.get();
        return note(ex, decided, outcome);
    }
}

}  // namespace

Outcome rehearse(const std::shared_ptr<const exchange::Routes>& routes, const Rehearsed& request) {
    Reactor reactor;
    NoPods pods;
    Arena arena;
    Stage stage(request);
    exchange::Lender lender{.reactor = reactor,
                            .fetcher = pods,
                            .table = exchange::TablePin(new exchange::TableInForce(routes))};
    Exchange ex(lender, arena, stage);

    Outcome outcome;
    Done routed = stage.parse(ex.received);
    outcome.host = ex.received.host;
    stage.name_host(ex.received.host);
    if (routed) routed = find_route(ex);
    outcome.path = ex.received.normalised_path;
    outcome.route = ex.route;
    if (!routed) {
        note(ex, fail(routed.error()), outcome);
        return outcome;
    }
    const Result<Reply*> ours = answer_here(ex);
    if (!ours || *ours) {
        note(ex, ours, outcome);
    } else {
        pass_filters(ex, outcome);
    }
    return outcome;
}

}  // namespace breakwater::serve
