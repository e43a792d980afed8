// HTTP/2 where one side is slow: who is given how much time, who goes first, and what a client that reads
// nothing can make us hold.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/allocated.h"
#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kCalm = 11;
constexpr std::int64_t kFirstWindow = 65'535;

class Http2Pressure : public OnePod {
protected:
    /// Opens all windows, asks for a large answer and reads nothing of it, until nothing more goes out.
    Peer clog(H2Client& client) {
        open_windows(client);
        client.request(H2Client::get("/large"));
        Peer visitor = begin_large_answer();
        proxy.fill(visitor);
        return visitor;
    }
    /// Until that much DATA has come, of whichever stream.
    static void take(H2Client& client, std::size_t bytes) {
        while (bytes > 0) {
            const auto frame = client.read_frame();
            ASSERT_TRUE(frame);
            if (frame->type == FrameType::data) bytes -= std::min(bytes, frame->payload.size());
        }
    }
    Peer begin_large_answer() {
        Peer visitor = pod.accept();
        visitor.read_head();
        visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        return visitor;
    }
    static void open_windows(H2Client& client) {
        client.withhold_credit();
        client.settings({{setting::kInitialWindowSize, 0x7fff'ffff}}).window_update(0, 0x7fff'0000);
    }
};

TEST_F(Http2Pressure, InterimAnswersWaitForRoomToo) {
    constexpr std::size_t kRequests = 20;
    H2Client client(proxy.connect());
    const Peer large = clog(client);
    const std::size_t before = allocated_bytes();
    const std::string hint =
        "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(15'000, 'a') + "\r\n\r\n";
    std::vector<Peer> visitors;
    for (std::size_t i = 0; i < kRequests; ++i) {
        client.request(H2Client::get("/"));
        visitors.push_back(pod.accept());
        visitors.back().read_head();
        for (int k = 0; k < 16; ++k) visitors.back().send(hint);
    }
    for (int turn = 0; turn < 5; ++turn) proxy.server().settle();
    EXPECT_LE(allocated_bytes(), before + kRequests * 150'000) << "what waits is held by its pod";
}

TEST_F(Http2Pressure, AClientThatReadsSlowlyButSteadilyIsNotStalled) {
    H2Client client(proxy.connect());
    client.withhold_credit();
    const StreamId stream = client.request(H2Client::get("/"));
    Peer visitor = begin_large_answer();
    visitor.send_some(std::string(1'000'000, 'x'));
    take(client, kFirstWindow);
    for (int i = 0; i < 12; ++i) {
        proxy.advance(10s);
        client.window_update(0, 100).window_update(stream, 100);
        take(client, 100);
    }
}

TEST_F(Http2Pressure, AStreamThatWasQuietIsNotStalledByAnother) {
    publish([](auto& table) { location_of(table).policies.timeouts.read = 3600s; });
    H2Client client(proxy.connect());
    const StreamId quiet = client.request(H2Client::get("/events"));
    Peer events = pod.accept();
    events.read_head();
    events.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    EXPECT_EQ(client.read_data(quiet), "a");
    proxy.advance(70s);
    const Peer large = clog(client);
    events.send("1\r\nb\r\n0\r\n\r\n");
    const H2Answer answer = client.read_answer(quiet);
    EXPECT_EQ(answer.reset, std::nullopt);
    EXPECT_EQ(answer.body, "b");
    EXPECT_TRUE(answer.ended);
}

TEST_F(Http2Pressure, AStreamThatOthersGoBeforeIsNotStalled) {
    H2Client client(proxy.connect(), {{setting::kInitialWindowSize, 0x7fff'ffff},
                                      {setting::kNoRfc7540Priorities, 1}});
    client.withhold_credit();
    const StreamId urgent = client.request(H2Client::get("/large", {{"priority", "u=0"}}));
    Peer visitor = begin_large_answer();
    visitor.send_some(std::string(1'000'000, 'x'));
    take(client, kFirstWindow);
    const StreamId patient = client.request(H2Client::get("/other", {{"priority", "u=7"}}));
    Peer second = pod.accept();
    second.read_head();
    // A little of it leaves where the urgent one has nothing at hand.
    const std::string body(1'000, 'y');
    second.send(ok(body));
    for (int i = 0; i < 12; ++i) {
        proxy.advance(10s);
        client.window_update(0, 100);
        take(client, 100);
    }
    client.reset(urgent).window_update(0, 10'000);
    const H2Answer answer = client.read_answer(patient);
    EXPECT_EQ(answer.reset, std::nullopt);
    EXPECT_EQ(answer.body, body);
}

/// What an upload may send, as the proxy gives it credit.
struct Credit {
    std::int64_t stream = kFirstWindow;
    std::int64_t all = kFirstWindow;

    [[nodiscard]] std::int64_t left() const { return std::min(stream, all); }
    void count(const H2Frame& frame) {
        if (frame.type != FrameType::window_update) return;
        std::int64_t bytes = 0;
        for (const char c : frame.payload) bytes = bytes << 8U | static_cast<std::uint8_t>(c);
        (frame.stream == 0 ? all : stream) += bytes;
    }
};

TEST_F(Http2Pressure, AClientThatWeHeldBackIsGivenItsTimeAgain) {
    publish([](auto& table) {
        table.settings.client.body_timeout = 5s;
        location_of(table).policies.body_size.max_bytes = 0;
    });
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"), false);
    Peer visitor = pod.accept();
    visitor.read_head();
    Credit credit;
    for (int quiet = 0; quiet < 5;) {  // until the pod, which reads nothing, holds us back
        while (client.peer().has_news()) credit.count(client.read_frame().value_or(H2Frame{}));
        const auto most = std::min<std::int64_t>(credit.left(), 16'384);
        quiet = most > 0 ? 0 : quiet + 1;
        if (most > 0) {
            client.data(stream, std::string(static_cast<std::size_t>(most), 'x'));
            credit.stream -= most;
            credit.all -= most;
        }
        proxy.server().settle();
    }
    proxy.advance(10s);  // more than a client is given, less than a pod is
    std::thread reading([&] {
        visitor.read_until("0\r\n\r\n");
        visitor.send(ok("thanks"));
    });
    while (credit.left() <= 0) credit.count(client.read_frame().value_or(H2Frame{}));
    client.data(stream, "end", true);
    EXPECT_EQ(client.read_answer(stream).status, 200);
    reading.join();
}

TEST_F(Http2Pressure, AnAnswerBesideManyLargeOnesLeaves) {
    Peer narrow{Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
    const int room = 8 * 1024;
    setsockopt(narrow.fd(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    narrow.connect_to(proxy.address());
    H2Client client(std::move(narrow));
    open_windows(client);
    std::vector<Peer> visitors;
    for (int i = 0; i < 12; ++i) {
        client.request(H2Client::get("/large"));
        visitors.push_back(begin_large_answer());
    }
    std::atomic<bool> ending = false;
    std::thread sending([&] {
        const std::string piece(1 << 20, 'x');
        while (!ending) {
            for (Peer& visitor : visitors) visitor.send_some(piece);
            std::this_thread::yield();
        }
    });
    const StreamId other = client.request(H2Client::get("/other"));
    Peer second = pod.accept();
    second.read_head();
    second.send(ok("served"));
    std::size_t before = 0;
    for (bool seen = false; !seen && before < 100'000'000;) {
        const auto frame = client.read_frame();
        if (!frame) break;
        seen = frame->stream == other;
        before += frame->payload.size();
    }
    ending = true;
    sending.join();
    EXPECT_LT(before, 30'000'000U);
}

TEST_F(Http2Pressure, RefusedStreamsOfAClientThatReadsNothingAreNotKept) {
    H2Client client(
        proxy.connect());  // never acknowledges SETTINGS, so that it is not held to them
    const Peer large = clog(client);
    for (int i = 0; i < 130; ++i) client.request(H2Client::get("/held"));
    for (int i = 0; i < 1'000; ++i) client.request(H2Client::get("/one-too-many"));
    EXPECT_EQ(client.read_goaway(), kCalm);
}

TEST_F(Http2Pressure, WhoTakesNothingIsServedNothingMore) {
    H2Client client(proxy.connect());
    const Peer large = clog(client);
    proxy.advance_until_news(large, 61s);  // it has been given up, and lingers
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("client_stalled"), std::string::npos) << line;
    client.request(H2Client::get("/more"));
    proxy.advance(61s);
    EXPECT_FALSE(pod.has_visitor());
    EXPECT_EQ(proxy.server().connections(), 0U);
}

TEST_F(Http2Pressure, AHeadOfReferencesToALargeFieldIsNotReadToItsEnd) {
    H2Client client(proxy.connect());
    // RFC 7541 section 6: GET, http, `/`, an authority and a field that go into the table, references to it.
    constexpr std::size_t kValueBytes = 3'900;
    std::string block("\x82\x86\x84\x41\x06", 5);
    block += "a.test";
    block += std::string("\x40\x01", 2) + 'a';
    block += '\x7f';
    block += static_cast<char>(((kValueBytes - 127) & 0x7f) | 0x80);
    block += static_cast<char>((kValueBytes - 127) >> 7U);
    block += std::string(kValueBytes, 'v');
    block.resize(16'384, '\xbe');
    client.send(
        {FrameType::headers, flag::kEndHeaders | flag::kEndStream, client.next_stream(), block});
    EXPECT_EQ(client.read_goaway(), kCalm);
}

}  // namespace
}  // namespace breakwater::test
