#include "proxy/serve/grpc_status.h"

#include <utility>

#include "proxy/exchange/grpc.h"

namespace breakwater::serve {

using exchange::Exchange;
using exchange::Response;

namespace {

/// Looks at the trailers of the body that it passes on.
class StatusReader final : public http::BodySource {
public:
    StatusReader(Exchange& ex, http::BodyPtr body) : ex_(ex), body_(std::move(body)) {}

    http::Pull try_pull() override {
        http::Pull pull = body_->try_pull();
        const auto* end = std::get_if<http::End>(&pull);
        if (end && end->trailers) ex_.grpc_status = exchange::grpc::status_in(*end->trailers);
        return pull;
    }
    Task<Done> wait() override { return body_->wait(); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return body_->length(); }

private:
    Exchange& ex_;
    http::BodyPtr body_;
};

}  // namespace

void watch_grpc_status(Exchange& ex, Response& response) {
    if (!exchange::grpc::is_content(response.head->fields)) return;
    ex.grpc_status = exchange::grpc::status_in(response.head->fields);
    if (ex.grpc_status) return;
    response.body =
        http::BodyPtr(ex.arena.make_owned<StatusReader>(ex, std::move(response.body)).release());
}

}  // namespace breakwater::serve
