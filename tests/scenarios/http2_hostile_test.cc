// Nothing that a client can say over HTTP/2 makes a pod of HTTP/1.1 read another request than the one that
// was routed: RFC 9113 section 10.3. Each row is a stream, and the requests that the pod saw of it, if any.

#include <gtest/gtest.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/h2_client.h"
#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

struct Http2HostileCase {
    const char* name;
    const char* source;
    H2Fields head;
    std::vector<std::string> data = {};  ///< one frame each, the last ends the stream
    H2Fields trailers = {};              ///< end the stream in the place of the last frame
    int status = 0;                      ///< of the answer; 0: the stream is reset
    std::string seen = {};   ///< by the pod: first line and body; nothing: no whole request
    std::string field = {};  ///< of that request; what it says, nullopt where it is not there
    std::optional<std::string> value = {};
    std::string end = "0\r\n\r\n";  ///< of that request, where the stream has trailers
    bool ends = true;               ///< the stream, with the last of these
    bool by_frame = true;           ///< else the pod could answer before the fault has come
};

/// A request of which no whole one reaches the pod: it is reset as malformed (RFC 9113 section 8.1.1).
const int kReset = 0;

H2Fields with(H2Fields fields, std::size_t at, std::pair<std::string, std::string> field) {
    fields.insert(fields.begin() + static_cast<std::ptrdiff_t>(at), std::move(field));
    return fields;
}

H2Fields without(H2Fields fields, std::size_t at) {
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at));
    return fields;
}

H2Fields instead(H2Fields fields, std::size_t at, std::string value) {
    fields[at].second = std::move(value);
    return fields;
}

H2Fields get(const H2Fields& more = {}) { return H2Client::get("/x", more); }
H2Fields post(const H2Fields& more = {}) { return H2Client::post("/x", more); }

H2Fields head(const H2Fields& more = {}) { return instead(get(more), 0, "HEAD"); }
H2Fields connect(const H2Fields& more = {}) { return H2Client::connect("/x", more); }

const Http2HostileCase kHttp2HostileCases[] = {
    {.name = "plain",
     .source = "RFC 9113 8.3",
     .head = get(),
     .status = 200,
     .seen = "GET /x HTTP/1.1|"},
    // Where the message ends.
    {.name = "length_too_small",
     .source = "RFC 9113 8.1.1",
     .head = post({{"content-length", "3"}}),
     .data = {"abcdef"},
     .status = kReset},
    {.name = "length_too_large",
     .source = "RFC 9113 8.1.1",
     .head = post({{"content-length", "9"}}),
     .data = {"abc"},
     .status = kReset},
    {.name = "length_twice",
     .source = "RFC 9110 8.6",
     .head = post({{"content-length", "3"}, {"content-length", "3"}}),
     .data = {"abc"},
     .status = kReset},
    {.name = "length_signed",
     .source = "RFC 9110 8.6",
     .head = post({{"content-length", "+3"}}),
     .data = {"abc"},
     .status = kReset},
    {.name = "length_list",
     .source = "RFC 9110 8.6",
     .head = post({{"content-length", "3, 3"}}),
     .data = {"abc"},
     .status = kReset},
    {.name = "length_without_body",
     .source = "RFC 9113 8.1.1",
     .head = post({{"content-length", "3"}}),
     .status = kReset},
    {.name = "length_zero_of_get",
     .source = "RFC 9110 8.6",
     .head = get({{"content-length", "0"}}),
     .status = 200,
     .seen = "GET /x HTTP/1.1|",
     .field = "Transfer-Encoding"},
    {.name = "no_length",
     .source = "RFC 9112 6.3",
     .head = post(),
     .data = {"abc", "def"},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abcdef"},
    {.name = "body_of_get",
     .source = "RFC 9110 9.3.1",
     .head = get(),
     .data = {"GET /y HTTP/1.1\r\n\r\n"},
     .status = 200,
     .seen = "GET /x HTTP/1.1|GET /y HTTP/1.1\r\n\r\n"},
    {.name = "chunked_by_hand",
     .source = "RFC 9113 8.2.2",
     .head = post({{"transfer-encoding", "chunked"}}),
     .data = {"0\r\n\r\nGET /y HTTP/1.1\r\n\r\n"},
     .status = kReset},
    // Fields of a connection.
    {.name = "connection",
     .source = "RFC 9113 8.2.2",
     .head = get({{"connection", "close"}}),
     .status = kReset},
    {.name = "keep_alive",
     .source = "RFC 9113 8.2.2",
     .head = get({{"keep-alive", "1"}}),
     .status = kReset},
    {.name = "proxy_connection",
     .source = "RFC 9113 8.2.2",
     .head = get({{"proxy-connection", "close"}}),
     .status = kReset},
    {.name = "upgrade",
     .source = "RFC 9113 8.2.2",
     .head = get({{"upgrade", "websocket"}}),
     .status = kReset},
    {.name = "te_gzip",
     .source = "RFC 9113 8.2.2",
     .head = get({{"te", "gzip"}}),
     .status = kReset},
    // What HTTP/1.1 would take for framing.
    {.name = "te_trailers",
     .source = "RFC 9113 8.2.2",
     .head = get({{"te", "trailers"}}),
     .status = 200,
     .seen = "GET /x HTTP/1.1|",
     .field = "TE",
     .value = "trailers"},
    {.name = "http2_settings",
     .source = "RFC 9113 8.2.2",
     .head = get({{"http2-settings", "AAA"}}),
     .status = 200,
     .seen = "GET /x HTTP/1.1|",
     .field = "HTTP2-Settings"},
    {.name = "content_length_underscored",
     .source = "reference 5.3",
     .head = post({{"content_length", "1"}}),
     .data = {"abc"},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abc",
     .field = "content_length"},
    {.name = "transfer_encoding_underscored",
     .source = "reference 5.3",
     .head = post({{"transfer_encoding", "chunked"}}),
     .data = {"abc"},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abc",
     .field = "transfer_encoding"},
    {.name = "length_empty",
     .source = "RFC 9110 8.6",
     .head = post({{"content-length", ""}}),
     .data = {"abc"},
     .status = kReset},
    {.name = "length_beyond_64_bits",
     .source = "RFC 9110 8.6",
     .head = post({{"content-length", "18446744073709551619"}}),
     .data = {"abc"},
     .status = kReset},
    {.name = "length_zero_with_data",
     .source = "RFC 9113 8.1.1",
     .head = post({{"content-length", "0"}}),
     .data = {"abc"},
     .status = kReset,
     .by_frame = false},
    {.name = "body_of_head",
     .source = "RFC 9110 9.3.2",
     .head = head(),
     .data = {"GET /y HTTP/1.1\r\n\r\n"},
     .status = 200,
     .seen = "HEAD /x HTTP/1.1|GET /y HTTP/1.1\r\n\r\n"},
    {.name = "expect",
     .source = "RFC 9110 10.1.1",
     .head = post({{"expect", "100-continue"}}),
     .data = {"abc"},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abc",
     .field = "Expect",
     .value = "100-continue"},
    // Lines in names and values.
    {.name = "line_in_value",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a", "b\r\nx-smuggled: 1"}}),
     .status = kReset},
    {.name = "bare_lf_in_value",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a", "b\nx-smuggled: 1"}}),
     .status = kReset},
    {.name = "nul_in_value",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a", std::string("b\0c", 3)}}),
     .status = kReset},
    {.name = "space_before_value",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a", " b"}}),
     .status = kReset},
    {.name = "line_in_name",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a\r\nx-smuggled", "1"}}),
     .status = kReset},
    {.name = "space_in_name",
     .source = "RFC 9113 8.2.1",
     .head = get({{"content-length ", "1"}}),
     .status = kReset},
    {.name = "colon_in_name",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a:b", "1"}}),
     .status = kReset},
    {.name = "upper_case_name",
     .source = "RFC 9113 8.2.1",
     .head = get({{"Content-Length", "1"}}),
     .status = kReset},
    {.name = "empty_name", .source = "RFC 9113 8.2.1", .head = get({{"", "1"}}), .status = kReset},
    {.name = "del_in_value",
     .source = "RFC 9110 5.5",
     .head = get({{"a", "b\x7f"}}),
     .status = kReset},
    {.name = "tab_in_value",
     .source = "RFC 9110 5.5",
     .head = get({{"a", "b\tc"}}),
     .status = 200,
     .seen = "GET /x HTTP/1.1|",
     .field = "a",
     .value = "b\tc"},
    {.name = "obs_text_in_value",
     .source = "RFC 9110 5.5",
     .head = get({{"a", "b\xff"}}),
     .status = 200,
     .seen = "GET /x HTTP/1.1|",
     .field = "a",
     .value = "b\xff"},
    {.name = "bare_cr_in_value",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a", "b\rx-smuggled: 1"}}),
     .status = kReset},
    {.name = "space_after_value",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a", "b "}}),
     .status = kReset},
    {.name = "line_at_end_of_name",
     .source = "RFC 9113 8.2.1",
     .head = get({{"a\r\n", "1"}}),
     .status = kReset},
    {.name = "nul_in_name",
     .source = "RFC 9113 8.2.1",
     .head = get({{std::string("a\0b", 3), "1"}}),
     .status = kReset},
    // Pseudo-fields.
    {.name = "line_in_path",
     .source = "RFC 9113 8.3.1",
     .head = H2Client::get("/x HTTP/1.1\r\nHost: evil\r\n\r\nGET /y"),
     .status = kReset},
    {.name = "space_in_path",
     .source = "RFC 9113 8.3.1",
     .head = H2Client::get("/x y"),
     .status = kReset},
    {.name = "fragment_in_path",
     .source = "RFC 9113 8.3.1",
     .head = H2Client::get("/x#y"),
     .status = 400},
    {.name = "absolute_path",
     .source = "RFC 9113 8.3.1",
     .head = H2Client::get("http://b.test/y"),
     .status = kReset},
    {.name = "empty_path", .source = "RFC 9113 8.3.1", .head = H2Client::get(""), .status = kReset},
    {.name = "line_in_method",
     .source = "RFC 9113 8.3.1",
     .head = with(without(get(), 0), 0, {":method", "GET /y HTTP/1.1\r\nA: "}),
     .status = kReset},
    {.name = "no_method", .source = "RFC 9113 8.3.1", .head = without(get(), 0), .status = kReset},
    {.name = "no_scheme", .source = "RFC 9113 8.3.1", .head = without(get(), 1), .status = kReset},
    {.name = "no_path", .source = "RFC 9113 8.3.1", .head = without(get(), 2), .status = kReset},
    {.name = "no_authority",
     .source = "RFC 9113 8.3.1",
     .head = without(get(), 3),
     .status = kReset},
    {.name = "path_twice",
     .source = "RFC 9113 8.3",
     .head = with(get(), 3, {":path", "/y"}),
     .status = kReset},
    {.name = "pseudo_field_late",
     .source = "RFC 9113 8.3",
     .head = get({{"a", "b"}, {":path", "/y"}}),
     .status = kReset},
    {.name = "pseudo_field_unknown",
     .source = "RFC 9113 8.3",
     .head = with(get(), 0, {":x", "y"}),
     .status = kReset},
    {.name = "status_of_request",
     .source = "RFC 9113 8.3",
     .head = with(get(), 0, {":status", "200"}),
     .status = kReset},
    {.name = "host_of_another",
     .source = "RFC 9113 8.3.1",
     .head = get({{"host", "b.test"}}),
     .status = 400},
    {.name = "host_of_two",
     .source = "RFC 9112 3.2",
     .head = get({{"host", "a.test"}, {"host", "a.test"}}),
     .status = kReset},
    {.name = "scheme_of_neither",
     .source = "RFC 9113 8.3.1",
     .head = with(without(get(), 1), 1, {":scheme", "gopher"}),
     .status = 400},
    {.name = "method_twice",
     .source = "RFC 9113 8.3",
     .head = with(get(), 1, {":method", "GET"}),
     .status = kReset},
    {.name = "scheme_twice",
     .source = "RFC 9113 8.3",
     .head = with(get(), 2, {":scheme", "http"}),
     .status = kReset},
    {.name = "authority_twice",
     .source = "RFC 9113 8.3",
     .head = with(get(), 4, {":authority", "a.test"}),
     .status = kReset},
    {.name = "empty_method",
     .source = "RFC 9113 8.3.1",
     .head = instead(get(), 0, ""),
     .status = kReset},
    {.name = "space_in_scheme",
     .source = "RFC 9113 8.3.1",
     .head = instead(get(), 1, "ht tp"),
     .status = kReset},
    {.name = "line_in_scheme",
     .source = "RFC 9113 8.3.1",
     .head = instead(get(), 1, "http\r\nx-smuggled: 1"),
     .status = kReset},
    {.name = "space_in_authority",
     .source = "RFC 9113 8.3.1",
     .head = instead(get(), 3, "a.test b"),
     .status = kReset},
    {.name = "line_in_authority",
     .source = "RFC 9113 8.3.1",
     .head = instead(get(), 3, "a.test\r\nx-smuggled: 1"),
     .status = kReset},
    {.name = "user_in_authority",
     .source = "RFC 9113 8.3.1",
     .head = instead(get(), 3, "u:p@a.test"),
     .status = 400},
    {.name = "empty_authority",
     .source = "RFC 9113 8.3.1",
     .head = instead(get({{"host", "a.test"}}), 3, ""),
     .status = kReset},
    {.name = "asterisk_of_get",
     .source = "RFC 9113 8.3.1",
     .head = H2Client::get("*"),
     .status = kReset},
    {.name = "two_slashes",
     .source = "RFC 9112 3.2.1",
     .head = H2Client::get("//x"),
     .status = 200,
     .seen = "GET //x HTTP/1.1|"},
    // Tunnels. The pod answers an upgrade with a page: 502.
    {.name = "connect_plain",
     .source = "RFC 9113 8.5",
     .head = {{":method", "CONNECT"}, {":authority", "a.test:443"}},
     .status = 405},
    {.name = "connect_with_length",
     .source = "RFC 8441 5",
     .head = connect({{"content-length", "3"}}),
     .data = {"abc"},
     .status = 502,
     .seen = "GET /x HTTP/1.1|",
     .field = "Content-Length"},
    {.name = "connect_and_data",
     .source = "RFC 8441 5",
     .head = connect(),
     .data = {"GET /y HTTP/1.1\r\n\r\n"},
     .status = 502,
     .seen = "GET /x HTTP/1.1|",
     .field = "Transfer-Encoding",
     .ends = false},
    {.name = "connect_of_another",
     .source = "RFC 8441 4",
     .head = instead(connect(), 1, "connect-udp"),
     .status = 405},
    {.name = "protocol_of_get",
     .source = "RFC 8441 4",
     .head = instead(connect(), 0, "GET"),
     .status = kReset},
    // Behind the body.
    {.name = "trailer_of_framing",
     .source = "RFC 9110 6.5.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"content-length", "1"}},
     .status = kReset},
    {.name = "trailer_of_routing",
     .source = "RFC 9110 6.5.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"x-forwarded-for", "1.2.3.4"}, {"authorization", "evil"}, {"a", "b"}},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abc",
     .field = "Authorization",
     .end = "0\r\na: b\r\n\r\n"},
    {.name = "trailer_with_line",
     .source = "RFC 9113 8.2.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"a", "b\r\n\r\nGET /y HTTP/1.1"}},
     .status = kReset},
    {.name = "trailer_pseudo_field",
     .source = "RFC 9113 8.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{":path", "/y"}},
     .status = kReset},
    {.name = "trailer_transfer_encoding",
     .source = "RFC 9113 8.2.2",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"transfer-encoding", "chunked"}},
     .status = kReset},
    {.name = "trailer_connection",
     .source = "RFC 9113 8.2.2",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"connection", "close"}},
     .status = kReset},
    {.name = "trailer_te",
     .source = "RFC 9113 8.2.2",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"te", "trailers"}},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abc",
     .field = "TE"},
    {.name = "trailer_host",
     .source = "RFC 9110 6.5.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"host", "b.test"}},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abc",
     .field = "Host",
     .value = "a.test"},
    {.name = "trailer_upper_case",
     .source = "RFC 9113 8.2.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"A", "b"}},
     .status = kReset},
    {.name = "trailer_of_certificate",
     .source = "RFC 9110 6.5.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"ssl-client-verify", "SUCCESS"}},
     .status = 200,
     .seen = "POST /x HTTP/1.1|abc",
     .field = "ssl-client-verify"},
    {.name = "trailer_that_ends_nothing",
     .source = "RFC 9113 8.1",
     .head = post(),
     .data = {"abc"},
     .trailers = {{"a", "b"}},
     .status = kReset,
     .ends = false},
    // What is one field in HTTP/1.1.
    {.name = "cookie_crumbs",
     .source = "RFC 9113 8.2.3",
     .head = get({{"cookie", "a=b"}, {"cookie", "c=d"}}),
     .status = 200,
     .seen = "GET /x HTTP/1.1|",
     .field = "Cookie",
     .value = "a=b; c=d"},
};

/// Whether its frames come one by one, each seen to before the next, or all in one piece.
enum class Pace : std::uint8_t { one_by_one, at_once };

std::vector<std::tuple<Http2HostileCase, Pace>> each_way() {
    std::vector<std::tuple<Http2HostileCase, Pace>> ways;
    for (const Http2HostileCase& c : kHttp2HostileCases) {
        if (c.by_frame) ways.emplace_back(c, Pace::one_by_one);
        ways.emplace_back(c, Pace::at_once);
    }
    return ways;
}

class Http2Hostile : public testing::TestWithParam<std::tuple<Http2HostileCase, Pace>> {
protected:
    Http2Hostile() {
        pod.serve([this](const std::string& asked) {
            const std::lock_guard lock(guard);
            seen.push_back(asked);
            return ok("");
        });
    }
    static std::vector<H2Frame> frames_of(const Http2HostileCase& c, H2Client& client,
                                          StreamId stream) {
        std::vector<H2Frame> frames;
        frames.push_back({FrameType::headers, flag::kEndHeaders, stream, client.block(c.head)});
        for (const std::string& bytes : c.data) {
            frames.push_back({FrameType::data, flag::kNone, stream, bytes});
        }
        if (!c.trailers.empty()) {
            frames.push_back(
                {FrameType::headers, flag::kEndHeaders, stream, client.block(c.trailers)});
        }
        if (c.ends) frames.back().flags |= flag::kEndStream;
        return frames;
    }
    StreamId send(const Http2HostileCase& c, H2Client& client) {
        const StreamId stream = client.next_stream();
        std::string at_once;
        for (const H2Frame& frame : frames_of(c, client, stream)) {
            if (std::get<Pace>(GetParam()) == Pace::at_once) {
                at_once += H2Client::bytes_of(frame);
            } else {
                client.send(frame);
                proxy.server().settle();
            }
        }
        client.peer().send(at_once);
        return stream;
    }

    std::mutex guard;
    std::vector<std::string> seen;
    Pod pod;
    Proxy proxy{table_to({pod.address()})};
};

TEST_P(Http2Hostile, ThePodSeesTheRequestThatWasRoutedOrNone) {
    const Http2HostileCase& c = std::get<Http2HostileCase>(GetParam());
    SCOPED_TRACE(c.source);
    H2Client client(proxy.connect());
    const H2Answer answer = client.read_answer(send(c, client));
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.reset.has_value(), c.status == kReset);

    // The connection to the pod carries the next request as if nothing had been.
    EXPECT_EQ(client.ask(H2Client::get("/next")).status, 200);
    const std::lock_guard lock(guard);
    ASSERT_FALSE(seen.empty());
    EXPECT_TRUE(seen.back().starts_with("GET /next HTTP/1.1\r\n")) << seen.back();
    seen.pop_back();
    ASSERT_EQ(seen.size(), c.seen.empty() ? 0U : 1U) << seen.front();
    if (c.seen.empty()) return;
    const std::string first_line = seen.front().substr(0, seen.front().find("\r\n"));
    EXPECT_EQ(first_line + "|" + decoded_body_of(seen.front()), c.seen);
    if (!c.field.empty()) EXPECT_EQ(field_of(seen.front(), c.field), c.value);
    if (!c.trailers.empty()) EXPECT_TRUE(seen.front().ends_with(c.end)) << seen.front();
}

INSTANTIATE_TEST_SUITE_P(Streams, Http2Hostile, testing::ValuesIn(each_way()),
                         [](const auto& info) {
                             const bool at_once = std::get<Pace>(info.param) == Pace::at_once;
                             return std::string(std::get<Http2HostileCase>(info.param).name) +
                                    (at_once ? "_at_once" : "");
                         });

}  // namespace
}  // namespace breakwater::test
