// `proxy-body-size`: 413 for a request whose Content-Length says too much, at once; for one that does
// not say, as soon as too much has come.

#include <cstdint>

#include "proxy/exchange/exchange.h"
#include "proxy/filters/chain.h"
#include "proxy/http/body.h"

namespace breakwater::filters {
namespace {

/// A body that fails with body_too_large once more than `max_bytes` have come.
class BoundedBody final : public http::BodySource {
public:
    BoundedBody(http::BodySource& from, std::uint64_t max_bytes)
        : from_(from), rest_bytes_(max_bytes) {}
    Task<Done> wait() override { return from_.wait(); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return from_.length(); }

    http::Pull try_pull() override {
        http::Pull pull = from_.try_pull();
        const auto* chunk = std::get_if<http::Chunk>(&pull);
        if (!chunk) return pull;
        if (chunk->bytes.size() > rest_bytes_) return Error{Err::body_too_large};
        rest_bytes_ -= chunk->bytes.size();
        return pull;
    }

private:
    http::BodySource& from_;
    std::uint64_t rest_bytes_;
};

class BodySizeFilter final : public exchange::Filter {
public:
    explicit BodySizeFilter(table::BodySizePolicy policy) : policy_(policy) {}
    [[nodiscard]] std::string_view name() const override { return "body_size"; }

    exchange::Verdict on_request(exchange::Exchange& ex) const override {
        if (!ex.fetch.body) return {};
        const auto length = ex.fetch.body->length();
        if (!length) {
            ex.fetch.body = ex.arena.own<BoundedBody>(*ex.fetch.body, policy_.max_bytes);
        } else if (*length > policy_.max_bytes) {
            return fail(Err::body_too_large);
        }
        return {};
    }

private:
    table::BodySizePolicy policy_;
};

}  // namespace

FilterPtr make_body_size(const ChainParts& parts) {
    const table::BodySizePolicy& policy = parts.location.policies.body_size;
    return policy.max_bytes > 0 ? std::make_shared<BodySizeFilter>(policy) : nullptr;
}

}  // namespace breakwater::filters
