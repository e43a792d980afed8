#include "proxy/serve/final_recipient.h"

#include <charconv>
#include <cstdint>
#include <string>

namespace breakwater::serve {

Result<exchange::Reply*> answer_here(exchange::Exchange& ex) {
    if (ex.received.method == http::Method::trace) return fail(Err::method_refused);
    if (ex.received.method != http::Method::options) return nullptr;
    const auto limit = ex.received.fields.get("max-forwards");
    if (!limit) return nullptr;

    std::uint32_t hops = 0;
    const auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), hops);
    if (error != std::errc() || end != limit->data() + limit->size()) {
        return fail(Err::bad_field, "Max-Forwards");
    }
    if (hops == 0) {
        exchange::Reply& reply = ex.reply(200);
        reply.head.fields.set_view("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH");
        return &reply;
    }
    ex.fetch.head.fields.set("Max-Forwards", std::to_string(hops - 1));
    return nullptr;
}

}  // namespace breakwater::serve
