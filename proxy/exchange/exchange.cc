#include "proxy/exchange/exchange.h"

#include "proxy/base/ascii.h"
#include "proxy/exchange/page.h"

namespace breakwater::exchange {

Exchange::Exchange(Lender& lender, Arena& scratch, Downstream& downstream)
    : arena(scratch),
      down(downstream),
      table(lender.table),
      fetcher(lender.fetcher),
      received(scratch),
      fetch(scratch, lender.reactor) {
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

Reply& Exchange::page(int reply_status) {
    Reply& made = reply(reply_status);
    made.head.fields.set_view("Content-Type", kPageType);
    made.body = page_of(reply_status);
    return made;
}

}  // namespace breakwater::exchange
