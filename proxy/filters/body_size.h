#pragma once
// `proxy-body-size`: 413 for a request whose Content-Length says too much, at once; for one that does
// not say, as soon as too much has come.

#include <cstdint>

#include "proxy/exchange/filter.h"
#include "proxy/http/body.h"
#include "proxy/table/policy.h"

namespace breakwater::filters {

class BodySizeFilter final : public exchange::Filter {
public:
    /// @param policy  with a limit.
    explicit BodySizeFilter(table::BodySizePolicy policy) : policy_(policy) {}
    [[nodiscard]] std::string_view name() const override { return "body_size"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;

private:
    table::BodySizePolicy policy_;
};

/// A body that fails with body_too_large once more than `max_bytes` have come.
class BoundedBody final : public http::BodySource {
public:
    BoundedBody(http::BodySource& from, std::uint64_t max_bytes)
        : from_(from), rest_bytes_(max_bytes) {}
    http::Pull try_pull() override;
    Task<Done> wait() override { return from_.wait(); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return from_.length(); }

private:
    http::BodySource& from_;
    std::uint64_t rest_bytes_;
};

}  // namespace breakwater::filters
