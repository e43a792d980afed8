// What a client's HTTP/2 connection promises of any bytes: it comes to an end, each request that it takes
// is read by a pod of HTTP/1.1 as the same request, and nothing is kept behind.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/http1/request_parser.h"
#include "proxy/http1/serialise.h"
#include "proxy/http2/server_connection.h"
#include "tests/support/scripted_stream.h"

namespace {

using namespace breakwater;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

void check_read_by_http1(const http::RequestHead& head) {
    std::string sent(http1::size_of(head), '\0');
    http1::write(head, sent.data());
    Arena arena;
    http::RequestHead again(arena);
    const auto read = http1::parse_request_head(sent, again);
    CHECK(read && *read == sent.size());
    CHECK(again.method_text == head.method_text && again.path == head.path);
    CHECK(again.query == head.query && again.host == head.host);
    CHECK(std::ranges::equal(again.fields, head.fields, [](const auto& a, const auto& b) {
        return equals_ignoring_case(a.name(), b.name()) && a.value() == b.value();
    }));
}

/// Reads each request and answers it with as many bytes as it had.
class Echo final : public http2::Handler {
public:
    Task<bool> serve(exchange::Downstream& stream) override {
        Arena arena;
        http::RequestHead head(arena);
        const Done read = co_await stream.read_head(head);
        if (read) {
            head.fields.set("host", head.authority);
            check_read_by_http1(head);
        } else if (row(read.error()).status == 0) {
            co_return false;
        }
        http::ResponseHead answer(arena);
        stream.send_head(answer);
        http::TextBody nothing("");
        http::BodySource* const body = read && stream.body() ? stream.body() : &nothing;
        const Done copied = co_await http::copy_body(*body, stream.sink());
        if (!copied) stream.abort(copied.error());
        co_return false;
    }
};

class Nobody final : public exchange::Fetcher {
public:
    Task<Result<exchange::Response>> fetch(exchange::Fetch& /*fetch*/) override {
        co_return fail(Err::internal);
    }
};

exchange::TablePin standard_table() {
    auto routes = std::make_shared<exchange::Routes>();
    routes->table = std::make_shared<table::RoutingTable>();
    return exchange::TablePin(new exchange::TableInForce(std::move(routes)));
}

Task<void> serve(Reactor& reactor, std::string_view bytes, std::size_t piece) {
    Nobody nobody;
    exchange::Lender lender{reactor, nobody, standard_table()};
    const exchange::ConnectionFacts facts;
    Echo echo;
    test::ScriptedStream client(reactor, bytes, piece);
    {
        http2::ServerConnection connection(client, lender, facts, echo);
        co_await connection.serve(std::string(kPreface));
    }
    CHECK(reactor.blocks().in_use() == 0);
    reactor.stop();
}

}  // namespace

/// The first byte says in what pieces the rest comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    const std::size_t piece = bytes[0] == 0 ? 16'384 : bytes[0];
    Reactor reactor;
    reactor.spawn(serve(reactor, rest, piece));
    reactor.run();
    return 0;
}
