#include "proxy/filters/redirect.h"

#include "proxy/exchange/exchange.h"

namespace breakwater::filters {

exchange::Verdict RedirectFilter::on_request(exchange::Exchange& ex) const {
    exchange::Reply& reply = ex.page(policy_.status);
    reply.head.fields.set_view("Location", policy_.url);
    return reply;
}

}  // namespace breakwater::filters
