// What a client can send without end over HTTP/2, and where we stop listening: RFC 9113 section 10.5. A
// second client is served meanwhile, and what we hold does not grow.

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/allocated.h"
#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

constexpr std::uint32_t kNoError = 0;
constexpr std::uint32_t kProtocolError = 1;
constexpr std::uint32_t kEnhanceYourCalm = 11;

struct Flood {
    const char* name;
    const char* source;
    /// What opens it; may be empty.
    std::function<std::string(H2Client&)> first;
    /// One piece of the flood.
    std::function<std::string(H2Client&)> piece;
    std::uint32_t code;         ///< of the GOAWAY that ends it
    std::size_t most_pieces;    ///< that are listened to
    bool reads = true;          ///< what we say, and so acknowledges our SETTINGS
    int streams = 128;          ///< http2-max-concurrent-streams
    int requests = 1000;        ///< keep-alive-requests
    bool after_goaway = false;  ///< the flood begins when what opened it has made us say one
    int at_once = 100;          ///< pieces that are sent together
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

constexpr std::size_t kLarge = 60'000;

/// Asks for what is large, and gives no credit for it.
std::string large_without_credit(H2Client& client) {
    client.withhold_credit();
    constexpr char kInitialWindow = 4;
    return H2Client::bytes_of(
               {FrameType::settings, 0, 0, std::string{0, kInitialWindow, 0, 0, 0, 0}}) +
           headers(client, client.next_stream(), H2Client::get("/large"),
                   flag::kEndHeaders | flag::kEndStream);
}

/// For one byte.
std::string credit_for_stream(H2Client&) {
    return H2Client::bytes_of({FrameType::window_update, 0, 1, std::string("\0\0\0\1", 4)});
}

std::string byte_and_pings(H2Client& client) {
    return H2Client::bytes_of({FrameType::data, 0, 1, "x"}) + ping(client) + ping(client);
}

std::string open_and_reset(H2Client& client) {
    const StreamId stream = client.next_stream();
    return headers(client, stream, H2Client::get("/"), flag::kEndHeaders | flag::kEndStream) +
           H2Client::bytes_of({FrameType::rst_stream, 0, stream, std::string("\0\0\0\x8", 4)});
}

std::string end_of_first(H2Client&) {
    return H2Client::bytes_of({FrameType::data, flag::kEndStream, 1, ""});
}

std::string get_on(H2Client& client, StreamId stream) {
    return headers(client, stream, H2Client::get("/"), flag::kEndHeaders | flag::kEndStream);
}

std::string get_on_first(H2Client& client) { return get_on(client, 1); }

std::string get_on_next(H2Client& client) { return get_on(client, client.next_stream()); }

std::string upload_on_next(H2Client& client) {
    return headers(client, client.next_stream(), H2Client::post("/"), flag::kEndHeaders);
}

std::string many(const std::function<std::string(H2Client&)>& piece, H2Client& client, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += piece(client);
    return bytes;
}

/// More than are known by number: AbandonedStreams::kKnown.
std::string many_malformed(H2Client& client) { return many(malformed, client, 40); }

constexpr int kStreams = 8;

/// One more than may be open, so that it is refused.
std::string too_many_uploads(H2Client& client) {
    return many(upload_on_next, client, kStreams + 1);
}

std::string get_on_refused(H2Client& client) { return get_on(client, 2 * kStreams + 1); }

constexpr int kRequests = 30;

/// As many requests as a connection carries, the first of which does not end.
std::string last_requests(H2Client& client) {
    return upload_on_next(client) + many(get_on_next, client, kRequests - 1);
}

/// A head of so many bytes of fields, all but the first of which are one byte on the wire: RFC 7541 section 7.3.
std::string long_list(H2Client& client, std::size_t bytes) {
    const std::string value(2'900, 'x');
    const H2Fields more(bytes / value.size(), {"a", value});
    return headers(client, client.next_stream(), H2Client::get("/", more),
                   flag::kEndHeaders | flag::kEndStream);
}

std::string too_long_list(H2Client& client) { return long_list(client, 64 * 1024); }

std::string endless_list(H2Client& client) { return long_list(client, 256 * 1024); }

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
    {.name = "credit_for_a_byte",
     .source = "CVE-2019-9511",
     .first = large_without_credit,
     .piece = credit_for_stream,
     .code = kEnhanceYourCalm,
     .most_pieces = 1'500,
     .at_once = 1},  // each is answered by a frame
    {"byte_and_pings", "CVE-2019-9512", open_upload, byte_and_pings, kEnhanceYourCalm, 750},
    {"rapid_reset", "CVE-2023-44487", no_bytes, open_and_reset, kEnhanceYourCalm, 1'000},
    {"continuations", "CVE-2024-28182", open_head, continuation, kProtocolError, 1'000},
    {"ends_of_a_reset_stream", "CVE-2019-9518", malformed, end_of_first, kEnhanceYourCalm, 1'500},
    {"heads_of_old_streams", "RFC 9113 5.1", many_malformed, get_on_first, kEnhanceYourCalm, 1'500},
    {.name = "heads_after_goaway",
     .source = "RFC 9113 6.8",
     .first = last_requests,
     .piece = get_on_next,
     .code = kEnhanceYourCalm,
     .most_pieces = 1'500,
     .requests = kRequests,
     .after_goaway = true},
    {.name = "heads_of_a_refused_stream",
     .source = "RFC 9113 5.1.2",
     .first = too_many_uploads,
     .piece = get_on_refused,
     .code = kEnhanceYourCalm,
     .most_pieces = 1'500,
     .reads = false,
     .streams = kStreams},
    {.name = "streams",
     .source = "CVE-2025-8671",
     .first = no_bytes,
     .piece = upload_on_next,
     .code = kEnhanceYourCalm,
     .most_pieces = 1'000,
     .reads = false,
     .streams = kStreams},
    {"header_lists", "RFC 9113 10.5.1", no_bytes, too_long_list, kNoError, 1'500},
    {"endless_header_lists", "RFC 7541 7.3", no_bytes, endless_list, kEnhanceYourCalm, 200},
    {.name = "pings_unread",
     .source = "CVE-2019-9512",
     .first = no_bytes,
     .piece = ping,
     .code = kEnhanceYourCalm,
     .most_pieces = 1'500,
     .reads = false},
    {.name = "settings_unread",
     .source = "CVE-2019-9515",
     .first = no_bytes,
     .piece = settings,
     .code = kEnhanceYourCalm,
     .most_pieces = 1'500,
     .reads = false},
};

/// Of all connections and their requests: a hundred pieces that kept a block each would be above it.
constexpr std::size_t kMostBlocks = 16;
/// Some of it are answers that the scenario's own clients keep; the lists of header_lists come to 60 MB.
constexpr std::size_t kMostGrown = 2 * 1024 * 1024;

class Http2Flood : public testing::TestWithParam<Flood> {
protected:
    Http2Flood() {
        pod.serve([](const std::string& request) {
            return ok(request.contains("/large") ? std::string(kLarge, 'x') : "served");
        });
        auto table = table_to({pod.address()});
        table->settings.http2.concurrent_streams = GetParam().streams;
        table->settings.client.keep_alive_requests = GetParam().requests;
        proxy.publish(table);
    }
    void expect_bounded(std::size_t before) {
        EXPECT_LE(proxy.server().blocks_in_use(), kMostBlocks);  // of a loop that has come to rest
        EXPECT_LE(allocated_bytes(), before + kMostGrown);
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()})};
};

TEST_P(Http2Flood, IsEndedAndNobodyElseWaits) {
    const Flood& flood = GetParam();
    SCOPED_TRACE(flood.source);
    H2Client honest(proxy.connect());
    EXPECT_EQ(honest.ask(H2Client::get("/before")).body, "served");
    const std::size_t before = allocated_bytes();

    H2Client client(proxy.connect());
    client.peer().send(flood.first(client));
    if (flood.after_goaway) {
        ASSERT_TRUE(client.read_announced_goaway());
        proxy.advance(std::chrono::seconds(2));
        ASSERT_EQ(client.read_goaway(), 0);
    }
    std::size_t pieces = 0;
    std::size_t heard = 0;
    for (; client.goaway() != flood.code && pieces < 2 * flood.most_pieces;
         pieces += static_cast<std::size_t>(flood.at_once)) {
        const std::string bytes = many(flood.piece, client, flood.at_once);
        if (client.peer().send_some(bytes) < bytes.size()) break;
        H2Client another(proxy.connect());
        EXPECT_EQ(another.ask(H2Client::get("/meanwhile")).body, "served");
        expect_bounded(before);
        while (flood.reads && client.peer().has_news() && client.read_frame()) {
        }
        // Until its second GOAWAY requests are served; it comes with time.
        if (client.goaway_announced() && !client.goaway()) proxy.advance(std::chrono::seconds(1));
    }
    // Who reads while it sends sees when it is no longer listened to; the others from what they are told.
    while (client.goaway() != flood.code && client.read_frame()) ++heard;
    EXPECT_LT(flood.reads ? pieces : heard, flood.most_pieces);
    EXPECT_EQ(client.goaway(), flood.code);
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

// Go's: each 4 KiB that are read give credit, to the stream and to the connection.
TEST_F(Http2Bound, AReaderThatGivesCreditOftenIsServedToTheEnd) {
    constexpr std::size_t kBytes = 20'000'000;
    constexpr std::uint32_t kEach = 4096;
    pod.serve([](const std::string&) { return ok(std::string(kBytes, 'x')); });
    H2Client client(proxy.connect());
    client.withhold_credit();
    const StreamId stream = client.request(H2Client::get("/"));
    std::size_t got = 0;
    for (std::size_t credited = 0; got < kBytes;) {
        const std::size_t more = client.read_data(stream).size();
        if (more == 0) break;
        for (got += more; credited + kEach <= got; credited += kEach) {
            client.window_update(0, kEach).window_update(stream, kEach);
        }
    }
    EXPECT_EQ(got, kBytes);
    EXPECT_EQ(client.goaway(), std::nullopt);
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
