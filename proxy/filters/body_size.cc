#include "proxy/filters/body_size.h"

#include "proxy/exchange/exchange.h"

namespace breakwater::filters {

exchange::Verdict BodySizeFilter::on_request(exchange::Exchange& ex) const {
    if (!ex.fetch.body) return {};
    const auto length = ex.fetch.body->length();
    if (!length) {
        ex.fetch.body = ex.arena.own<BoundedBody>(*ex.fetch.body, policy_.max_bytes);
    } else if (*length > policy_.max_bytes) {
        return fail(Err::body_too_large);
    }
    return {};
}

http::Pull BoundedBody::try_pull() {
    http::Pull pull = from_.try_pull();
    const auto* chunk = std::get_if<http::Chunk>(&pull);
    if (!chunk) return pull;
    if (chunk->bytes.size() > rest_bytes_) return Error{Err::body_too_large};
    rest_bytes_ -= chunk->bytes.size();
    return pull;
}

}  // namespace breakwater::filters
