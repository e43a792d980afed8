#include "proxy/fastcgi/ask.h"

#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/fastcgi/answer_body.h"
#include "proxy/fastcgi/cgi_params.h"

namespace breakwater::fastcgi {

using exchange::Fetch;
using exchange::Response;
using http::FieldName;

namespace {

/// Whether the client waits for a word before it sends its body: RFC 9110 section 10.1.1. A pod of FastCGI has
/// no way to say it.
bool awaits_continue(const Fetch& fetch) {
    const auto expected = fetch.head.fields.get(FieldName::expect);
    return fetch.interim && fetch.body && expected &&
           equals_ignoring_case(*expected, "100-continue");
}

/// Says it, once for all attempts.
Task<Done> say_continue(Fetch& fetch) {
    http::ResponseHead head(*fetch.arena);
    head.status = 100;
    head.reason = http::reason_phrase(head.status);
    fetch.head.fields.remove(FieldName::expect);
    Done said = co_await fetch.interim->send_interim(head);
    co_return said;
}

}  // namespace

Task<Result<Response>> ask(http1::Lease lease, Fetch& fetch, exchange::Attempt& attempt) {
    CO_LET(params, cgi_params(fetch));
    if (awaits_continue(fetch)) CO_TRY(co_await say_continue(fetch));
    lease->begin_request();
    auto body = fetch.arena->make_owned<AnswerBody>(std::move(lease), fetch, attempt, params);
    for (;;) {
        const Result<http::ResponseHead*> head = body->take_head();
        if (!head) co_return fail(head.error());
        if (*head) co_return Response(**head, http::BodyPtr(body.release()));
        CO_TRY(co_await body->wait_for_head());
    }
}

}  // namespace breakwater::fastcgi
