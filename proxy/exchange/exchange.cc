#include "proxy/exchange/exchange.h"

#include "proxy/base/ascii.h"
#include "proxy/exchange/grpc.h"
#include "proxy/exchange/page.h"

namespace breakwater::exchange {

Exchange::Exchange(Lender& lends, Arena& scratch, Downstream& downstream)
    : lender(lends),
      arena(scratch),
      down(downstream),
      table(lends.table),
      fetcher(lends.fetcher),
      received(scratch),
      fetch(scratch, lends.reactor) {
    fetch.table = table;
    fetch.interim = &down;
}

bool Exchange::client_speaks_http() const {
    return client ? equals_ignoring_case(client->scheme, "http") : !down.facts().tls;
}

Reply& Exchange::reply(int reply_status) {
    Reply* made = arena.make<Reply>(arena);
    made->head.status = reply_status;
    made->head.reason = http::reason_phrase(reply_status);
    return *made;
}

bool Exchange::speaks_grpc() const {
    // A call is a POST (PROTOCOL-HTTP2.md); to a CONNECT an error that comes as a 200 would be a success.
    return received.method == http::Method::post &&
           grpc::is_content(route ? fetch.head.fields : received.fields);
}

Reply& Exchange::page(int reply_status) {
    constexpr int kFirstError = 400;
    if (reply_status < kFirstError || !speaks_grpc()) return html_page(reply_status);
    return grpc_page(grpc::status_for(reply_status), reply_status);
}

Reply& Exchange::page(const Error& why) {
    const ErrorRow& said = row(why);
    return speaks_grpc() ? grpc_page(said.grpc_status, said.status) : html_page(said.status);
}

Reply& Exchange::html_page(int reply_status) {
    Reply& made = reply(reply_status);
    made.head.fields.set_view("Content-Type", kPageType);
    made.body = page_of(reply_status);
    return made;
}

/// `Trailers-Only` in PROTOCOL-HTTP2.md.
Reply& Exchange::grpc_page(int code, int reply_status) {
    Reply& made = reply(200);
    made.head.fields.set_view("Content-Type", "application/grpc");
    made.head.fields.set_view("grpc-status", arena.decimal(static_cast<std::uint64_t>(code)));
    made.head.fields.set_view("grpc-message", http::reason_phrase(reply_status));
    grpc_status = code;
    return made;
}

}  // namespace breakwater::exchange
