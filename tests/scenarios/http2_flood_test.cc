// What a client can send without end over HTTP/2, and where we stop listening: RFC 9113 section 10.5. A
// second client is served in time meanwhile.

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

constexpr std::size_t kAtOnce = 100;
constexpr std::uint32_t kProtocolError = 1;
constexpr std::uint32_t kEnhanceYourCalm = 11;

struct Flood {
    const char* name;
    const char* source;
    /// What opens it; may be empty.
    std::function<std::string(H2Client&)> first;
    /// One piece of the flood.
    std::function<std::string(H2Client&)> piece;
    std::uint32_t code;       ///< of the GOAWAY that ends it
    std::size_t most_pieces;  ///< that are listened to
};

std::string no_bytes(H2Client&) { return {}; }

std::string headers(H2Client& client, StreamId stream, const H2Fields& fields, std::uint8_t flags) {
    return H2Client::bytes_of({FrameType::headers, flags, stream, client.block(fields)});
}

std::string open_upload(H2Client& client) {
    return headers(client, 1, H2Client::post("/"), flag::kEndHeaders);
}

std::string empty_data(H2Client&) { return H2Client::bytes_of({FrameType::data, 0, 1, ""}); }

std::string padding(H2Client&) {
    constexpr std::uint8_t kPadded = 0x8;
    return H2Client::bytes_of({FrameType::data, kPadded, 1, std::string(1, '\0')});
}

std::string malformed(H2Client& client) {
    return headers(client, client.next_stream(), H2Client::get("/", {{"te", "gzip"}}),
                   flag::kEndHeaders | flag::kEndStream);
}

std::string ping(H2Client&) { return H2Client::bytes_of({FrameType::ping, 0, 0, "12345678"}); }

std::string settings(H2Client&) {
    return H2Client::bytes_of({FrameType::settings, 0, 0, std::string("\0\3\0\0\0\1", 6)});
}

std::string priority(H2Client&) {
    return H2Client::bytes_of({FrameType::priority, 0, 9, std::string("\0\0\0\0\1", 5)});
}

std::string unknown_frame(H2Client&) {
    return H2Client::bytes_of({static_cast<FrameType>(99), 0, 0, ""});
}

std::string credit(H2Client&) {
    return H2Client::bytes_of({FrameType::window_update, 0, 0, std::string("\0\0\0\1", 4)});
}

std::string open_and_reset(H2Client& client) {
    const StreamId stream = client.next_stream();
    return headers(client, stream, H2Client::get("/"), flag::kEndHeaders | flag::kEndStream) +
           H2Client::bytes_of({FrameType::rst_stream, 0, stream, std::string("\0\0\0\x8", 4)});
}

std::string open_head(H2Client& client) { return headers(client, 1, H2Client::get("/"), 0); }

std::string continuation(H2Client& client) {
    return H2Client::bytes_of({FrameType::continuation, 0, 1, client.block({{"a", "b"}})});
}

const Flood kFloods[] = {
    {"pings", "CVE-2019-9512", no_bytes, ping, kEnhanceYourCalm, 1'500},
    {"settings", "CVE-2019-9515", no_bytes, settings, kEnhanceYourCalm, 1'500},
    {"empty_frames", "CVE-2019-9518", open_upload, empty_data, kEnhanceYourCalm, 1'500},
    {"padding", "CVE-2019-9518", open_upload, padding, kEnhanceYourCalm, 1'500},
    {"malformed", "CVE-2025-8671", no_bytes, malformed, kEnhanceYourCalm, 1'000},
    {"priorities", "CVE-2019-9513", no_bytes, priority, kEnhanceYourCalm, 1'500},
    {"unknown_frames", "RFC 9113 10.5", no_bytes, unknown_frame, kEnhanceYourCalm, 1'500},
    {"credit", "RFC 9113 10.5", no_bytes, credit, kEnhanceYourCalm, 1'500},
    {"rapid_reset", "CVE-2023-44487", no_bytes, open_and_reset, kEnhanceYourCalm, 1'000},
    {"continuations", "CVE-2024-28182", open_head, continuation, kProtocolError, 1'000},
};

class Http2Flood : public testing::TestWithParam<Flood> {};

TEST_P(Http2Flood, IsEndedAndNobodyElseWaits) {
    const Flood& flood = GetParam();
    SCOPED_TRACE(flood.source);
    Pod pod;
    pod.serve([](const std::string&) { return ok("served"); });
    Proxy proxy(table_to({pod.address()}));
    H2Client honest(proxy.connect());
    EXPECT_EQ(honest.ask(H2Client::get("/before")).body, "served");

    H2Client client(proxy.connect());
    client.peer().send(flood.first(client));
    std::size_t pieces = 0;
    for (; !client.goaway() && pieces < 4 * flood.most_pieces; pieces += kAtOnce) {
        std::string bytes;
        for (std::size_t i = 0; i < kAtOnce; ++i) bytes += flood.piece(client);
        if (client.peer().send_some(bytes) < bytes.size()) break;
        EXPECT_EQ(honest.ask(H2Client::get("/meanwhile")).body, "served");
        while (client.peer().has_news() && client.read_frame()) {
        }
    }
    EXPECT_LT(pieces, flood.most_pieces);
    EXPECT_EQ(client.read_goaway(), flood.code);
    EXPECT_EQ(honest.ask(H2Client::get("/after")).body, "served");
}

INSTANTIATE_TEST_SUITE_P(Kinds, Http2Flood, testing::ValuesIn(kFloods),
                         [](const auto& info) { return info.param.name; });

class Http2Bound : public OnePod {};

TEST_F(Http2Bound, StreamsAtOnce) {
    publish([](auto& table) { table.settings.http2.concurrent_streams = 4; });
    H2Client client(proxy.connect());
    client.read_frame();  // SETTINGS, which say four
    client.settings({});  // and are in force from the acknowledgement on
    for (int i = 0; i < 4; ++i) client.request(H2Client::get("/"));
    client.request(H2Client::get("/one-too-many"));
    EXPECT_EQ(client.read_goaway(), kProtocolError);  // RFC 9113 section 5.1.2
    for (int i = 0; i < 4; ++i) {
        const std::string line = proxy.next_log_line();
        EXPECT_FALSE(line.contains("one-too-many")) << line;
    }
}

TEST_F(Http2Bound, AHeadThatIsTooLargeIsAnsweredAndTheNextIsServed) {
    pod.serve([](const std::string&) { return ok("served"); });
    H2Client client(proxy.connect());
    H2Fields fields = H2Client::get("/");
    for (int i = 0; i < 12; ++i)
        fields.emplace_back("x-" + std::to_string(i), std::string(3000, 'x'));
    const StreamId stream = client.next_stream();
    const std::string block = client.block(fields);
    ASSERT_LT(block.size(), 3 * 16'384U);
    client.send({FrameType::headers, flag::kEndStream, stream, block.substr(0, 16'000)})
        .send({FrameType::continuation, 0, stream, block.substr(16'000, 10'000)})
        .send({FrameType::continuation, flag::kEndHeaders, stream, block.substr(26'000)});
    EXPECT_EQ(client.read_answer(stream).status, 431);
    EXPECT_EQ(client.ask(H2Client::get("/")).body, "served");
}

TEST_F(Http2Bound, AHeadThatNeverEndsIsGivenItsTime) {
    H2Client client(proxy.connect());
    const StreamId stream = client.next_stream();
    client.send({FrameType::headers, 0, stream, client.block(H2Client::get("/"))});
    while (proxy.server().connections() == 0) {
    }
    client.send({FrameType::continuation, 0, stream, ""});
    proxy.advance(std::chrono::seconds(61));
    EXPECT_EQ(client.read_goaway(), kEnhanceYourCalm);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"status\":408"), std::string::npos) << line;
}

TEST_F(Http2Bound, AClientThatReadsNothingIsCutInTheEnd) {
    H2Client client(proxy.connect());
    client.withhold_credit();
    const StreamId stream = client.request(H2Client::get("/"));
    Peer visitor = pod.accept();
    visitor.read_head();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    visitor.send_some(std::string(1'000'000, 'x'));
    std::size_t got = 0;
    while (got < 65'535) got += client.read_data(stream).size();  // all that its window allows
    proxy.advance(std::chrono::seconds(61));
    EXPECT_EQ(client.read_answer(stream).reset, 2);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("client_stalled"), std::string::npos) << line;
}

}  // namespace
}  // namespace breakwater::test
