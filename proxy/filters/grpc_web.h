#pragma once
// gRPC-Web to the client, gRPC to the pod: `breakwater.dev/grpc-web`. Browsers reach neither trailers nor
// frames, so trailers are the last frame of the body, and the body may be Base64.
// github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md; docs/grpc_web.md.
//
// Two filters, because of their places in the chain: what is said to the client has to be in its form
// whoever refuses it, and limits count what the client sends. Other content passes both unchanged.

#include "proxy/exchange/filter.h"

namespace breakwater::filters {

/// The heads both ways, and the body of the answer.
class GrpcWebFilter final : public exchange::Filter {
public:
    [[nodiscard]] std::string_view name() const override { return "grpc_web"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;
    exchange::Verdict on_response(exchange::Exchange& ex,
                                  exchange::Response& response) const override;
};

/// The body of a request in `application/grpc-web-text`.
class GrpcWebTextFilter final : public exchange::Filter {
public:
    [[nodiscard]] std::string_view name() const override { return "grpc_web_text"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;
};

}  // namespace breakwater::filters
