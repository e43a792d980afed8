// gRPC-Web to the client, gRPC to the pod: `breakwater.dev/grpc-web`. Browsers reach neither trailers nor
// frames, so trailers are the last frame of the body, and the body may be Base64.
// github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md; docs/grpc_web.md.
//
// Two filters, because of their places in the chain: what is said to the client has to be in its form
// whoever refuses it, and limits count what the client sends. Other content passes both unchanged.

#include <array>
#include <optional>

#include "proxy/base/ascii.h"
#include "proxy/exchange/exchange.h"
#include "proxy/exchange/grpc.h"
#include "proxy/filters/chain.h"
#include "proxy/filters/grpc_web_body.h"

namespace breakwater::filters {

using exchange::Exchange;
using exchange::Response;
using exchange::Verdict;
using http::FieldName;

namespace {

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

struct WebType {
    std::string_view name;
    bool text;
};

constexpr WebType kText{"application/grpc-web-text", true};
constexpr WebType kBinary{"application/grpc-web", false};
constexpr std::array kTypes{kText, kBinary, WebType{"application/grpc-web-text-base64", true}};

/// Null where `type` is none of gRPC-Web.
const WebType* web_type(std::string_view type) {
    for (const WebType& known : kTypes) {
        if (exchange::grpc::behind_type(type, known.name)) return &known;
    }
    return nullptr;
}

/// What the client has sent its message in. A request of gRPC is a POST, and no other may get a body that
/// the pod has not sent.
const WebType* asked_in(const http::RequestHead& received) {
    if (received.method != http::Method::post) return nullptr;
    return web_type(received.fields.get(FieldName::content_type).value_or(""));
}

/// What it wants the answer in: by Accept, else the same.
const WebType& answered_in(const http::RequestHead& received, const WebType& asked) {
    const WebType* accepted = nullptr;
    for (const http::Field& field : received.fields) {
        if (!equals_ignoring_case(field.name(), "accept")) continue;
        http::for_each_token(field.value(), [&](std::string_view type) {
            if (!accepted) accepted = web_type(type);
        });
    }
    return (accepted ? *accepted : asked).text ? kText : kBinary;
}

Verdict GrpcWebFilter::on_request(Exchange& ex) const {
    const WebType* asked = asked_in(ex.received);
    if (!asked) return {};
    http::Fields& fields = ex.fetch.head.fields;
    const auto type = ex.received.fields.get(FieldName::content_type);
    const auto rest = exchange::grpc::behind_type(*type, asked->name);
    fields.set_view(FieldName::content_type, ex.arena.concat(exchange::grpc::kType, *rest));
    ex.fetch.trailers = true;
    return {};
}

Verdict GrpcWebFilter::on_response(Exchange& ex, Response& response) const {
    const WebType* asked = asked_in(ex.received);
    if (!asked) return {};
    http::Fields& fields = response.head->fields;
    const auto type = fields.get(FieldName::content_type);
    const auto rest = exchange::grpc::behind_type(type.value_or(""), exchange::grpc::kType);
    if (!rest) return {};  // a page, or a pod that has answered in something else
    const WebType& form = answered_in(ex.received, *asked);
    fields.set_view(FieldName::content_type, ex.arena.concat(form.name, *rest));
    fields.remove(FieldName::trailer);  // none will come

    // One of ours that is trailers alone: they stay in the head, as the protocol says.
    if (response.body->length() == 0) return {};
    if (!http::status_has_body(response.head->status)) return {};
    const auto own = [&](auto body) { response.body = http::BodyPtr(body.release()); };
    own(ex.arena.make_owned<FramedTrailers>(ex.arena, std::move(response.body)));
    if (!form.text) return {};
    own(ex.arena.make_owned<Base64Text>(ex.fetch.reactor->blocks(), std::move(response.body)));
    return {};
}

Verdict GrpcWebTextFilter::on_request(Exchange& ex) const {
    const WebType* asked = asked_in(ex.received);
    if (!asked || !asked->text || !ex.fetch.body) return {};
    ex.fetch.body = ex.arena.own<DecodedText>(ex.fetch.reactor->blocks(), *ex.fetch.body);
    return {};
}

bool wants_grpc_web(const ChainParts& parts) {
    const table::Policies& policies = parts.location.policies;
    return policies.grpc_web.enabled && policies.backend_protocol.speaks_grpc();
}

}  // namespace

FilterPtr make_grpc_web(const ChainParts& parts) {
    return wants_grpc_web(parts) ? std::make_shared<GrpcWebFilter>() : nullptr;
}

FilterPtr make_grpc_web_text(const ChainParts& parts) {
    return wants_grpc_web(parts) ? std::make_shared<GrpcWebTextFilter>() : nullptr;
}

}  // namespace breakwater::filters
