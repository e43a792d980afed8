#include "proxy/fastcgi/ask.h"

#include <utility>

#include "proxy/base/try.h"
#include "proxy/fastcgi/answer_body.h"
#include "proxy/fastcgi/cgi_params.h"

namespace breakwater::fastcgi {

using exchange::Response;

Task<Result<Response>> ask(http1::Lease lease, exchange::Fetch& fetch, exchange::Attempt& attempt) {
    CO_LET(params, cgi_params(fetch));
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
