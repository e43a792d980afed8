// Nothing that a client can say over HTTP/2 makes a pod of HTTP/1.1 read another request than the one that
// was routed: RFC 9113 section 10.3. Each row is a stream, and what the pod saw of it.

#include <gtest/gtest.h>

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/h2_client.h"
#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

struct Case {
    const char* name;
    const char* source;
    H2Fields head;
    std::vector<std::string> data = {};  ///< one frame each, the last ends the stream
    H2Fields trailers = {};              ///< end the stream in the place of the last frame
    int status = 0;                      ///< of the answer; 0: the stream is reset
    std::string seen = {};   ///< by the pod: first line and body, and what else the case is about
    std::string field = {};  ///< a field that the pod is looked at for
};

/// A request of which nothing reaches the pod: it is reset as malformed (RFC 9113 section 8.1.1).
const int kReset = 0;

H2Fields with(H2Fields fields, std::size_t at, std::pair<std::string, std::string> field) {
    fields.insert(fields.begin() + static_cast<std::ptrdiff_t>(at), std::move(field));
    return fields;
}

H2Fields without(H2Fields fields, std::size_t at) {
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at));
    return fields;
}

H2Fields get(const H2Fields& more = {}) { return H2Client::get("/x", more); }
H2Fields post(const H2Fields& more = {}) { return H2Client::post("/x", more); }

const Case kCases[] = {
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
     .field = "Authorization"},
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
};

class Http2Hostile : public testing::TestWithParam<Case> {};

TEST_P(Http2Hostile, ThePodSeesTheRequestThatWasRoutedOrNone) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    Pod pod;
    std::mutex guard;
    std::vector<std::string> seen;
    pod.serve([&](const std::string& asked) {
        const std::lock_guard lock(guard);
        seen.push_back(asked);
        return ok("");
    });
    Proxy proxy(table_to({pod.address()}));
    H2Client client(proxy.connect());
    const StreamId stream = client.request(c.head, c.data.empty() && c.trailers.empty());
    for (std::size_t i = 0; i < c.data.size(); ++i) {
        client.data(stream, c.data[i], i + 1 == c.data.size() && c.trailers.empty());
    }
    if (!c.trailers.empty()) client.headers(stream, c.trailers, true);
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.reset.has_value(), c.status == kReset);

    // The connection to the pod carries the next request as if nothing had been.
    EXPECT_EQ(client.ask(H2Client::get("/next")).status, 200);
    const std::lock_guard lock(guard);
    ASSERT_FALSE(seen.empty());
    EXPECT_TRUE(seen.back().starts_with("GET /next HTTP/1.1\r\n")) << seen.back();
    if (c.status != 200) {
        for (const std::string& asked : seen) {
            const bool routed = asked.starts_with("POST /x ") || asked.starts_with("GET /next ");
            EXPECT_TRUE(routed) << asked;
        }
        return;
    }
    ASSERT_EQ(seen.size(), 2U);
    const std::string first_line = seen.front().substr(0, seen.front().find("\r\n"));
    EXPECT_EQ(first_line + "|" + decoded_body_of(seen.front()), c.seen);
    if (!c.field.empty()) EXPECT_EQ(field_of(seen.front(), c.field), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Streams, Http2Hostile, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::test
