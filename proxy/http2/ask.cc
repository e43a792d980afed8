// One attempt on one stream: send the request, read the head of the answer.

#include <utility>

#include "proxy/http2/answer_body.h"
#include "proxy/http2/client_connection.h"

namespace breakwater::http2 {

using exchange::Attempt;
using exchange::Fetch;
using exchange::Response;

Task<Result<Response>> ask(Ref<ClientConnection> connection, Fetch& fetch, Attempt& attempt) {
    auto body = fetch.arena->make_owned<AnswerBody>(std::move(connection), fetch, attempt);
    for (;;) {
        const Result<http::ResponseHead*> head = body->take_head();
        if (!head) co_return fail(head.error());
        if (!*head) {
            Done waited = co_await body->wait_for_head();
            if (!waited) co_return fail(waited.error());
            continue;
        }
        if ((*head)->status >= 200) {
            body->begin(**head);
            co_return Response(**head, http::BodyPtr(body.release()));
        }
        if (fetch.interim) {
            Done passed_on = co_await fetch.interim->send_interim(**head);
            if (!passed_on) co_return fail(passed_on.error());
        }
    }
}

}  // namespace breakwater::http2
