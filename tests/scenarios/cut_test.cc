// A body of 100 MB whose reader is slow, or one of whose ends leaves in the middle: memory stays within
// its bound, the other side can tell a cut from an end, and the log line says what happened.

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/support/held_loop.h"
#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

constexpr std::uint64_t kBody = 100'000'000;
/// Of one request, whatever waits: a block that was read into, one that is written, the head's.
constexpr std::size_t kMostBlocksHeld = 6;

std::string download_head() {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n";
}

class Cut : public testing::Test {
protected:
    Cut() {
        auto table = table_to({pod.address()});
        location_of(*table).policies.body_size.max_bytes = 0;
        proxy.publish(table);
    }

    /// Begins a request and has the pod take its head.
    void begin(const std::string& head) {
        client.send(head);
        visitor = pod.accept();
        visitor.read_head();
    }
    void begin_upload() {
        begin("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kBody) +
              "\r\n\r\n");
    }
    void begin_chunked_upload() {
        begin("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        visitor.read_until("hello\r\n");
    }
    void begin_download(const std::string& head) {
        begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        visitor.send(head + "hello");
        client.read_head();
    }

    std::uint64_t fill(Peer& from) { return proxy.fill(from, std::string(1 << 20, 'x'), kBody); }
    static void send_rest(Peer& from, std::uint64_t bytes) {
        const std::string piece(1 << 20, 'x');
        for (; bytes > 0; bytes -= std::min<std::uint64_t>(bytes, piece.size())) {
            from.send(std::string_view(piece).substr(0, bytes));
        }
    }

    void expect_logged(const std::string& status, const std::string& error) {
        const std::string line = proxy.next_log_line();
        EXPECT_NE(line.find("\"status\":" + status), std::string::npos) << line;
        // The request's own: attempts have theirs.
        const std::string whole = "\"error\":\"" + error + "\",\"error_detail\"";
        EXPECT_NE(line.find(whole), std::string::npos) << line;
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()})};
    Peer client = proxy.connect();
    Peer visitor{Descriptor()};
};

TEST_F(Cut, ASlowClientSlowsThePod) {
    begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    visitor.send(download_head());
    const std::uint64_t sent = fill(visitor);
    EXPECT_LT(sent, kBody / 2) << "the pod was not slowed";
    EXPECT_LE(proxy.server().blocks_in_use(), kMostBlocksHeld);

    std::thread rest([&] { send_rest(visitor, kBody - sent); });
    client.read_head();
    EXPECT_EQ(client.drain(kBody), kBody);
    rest.join();
    expect_logged("200", "");
}

TEST_F(Cut, ASlowPodSlowsTheClient) {
    begin_upload();
    const std::uint64_t sent = fill(client);
    EXPECT_LT(sent, kBody / 2) << "the client was not slowed";
    EXPECT_LE(proxy.server().blocks_in_use(), kMostBlocksHeld);

    std::thread rest([&] { send_rest(client, kBody - sent); });
    EXPECT_EQ(visitor.drain(kBody), kBody);
    rest.join();
    visitor.send(ok("stored"));
    EXPECT_EQ(body_of(client.read_message()), "stored");
    expect_logged("200", "");
}

TEST_F(Cut, AClientThatLeavesADownloadEndsIt) {
    for (const bool by_reset : {false, true}) {
        SCOPED_TRACE(by_reset);
        client = proxy.connect();
        begin_download(download_head());
        fill(visitor);
        by_reset ? client.reset() : client.shutdown_write();
        EXPECT_EQ(visitor.drain(), 0U);
        expect_logged("200", "client_gone");
    }
}

// Nobody writes meanwhile: the client's end alone must be news enough.
TEST_F(Cut, AClientThatLeavesASilentDownloadEndsIt) {
    begin_download("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n");
    client.close();
    EXPECT_EQ(visitor.drain(), 0U);
    expect_logged("200", "client_gone");
}

TEST_F(Cut, AClientThatLeavesBeforeTheAnswerIs499) {
    for (const bool by_reset : {false, true}) {
        SCOPED_TRACE(by_reset);
        client = proxy.connect();
        begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        by_reset ? client.reset() : client.close();
        EXPECT_EQ(visitor.drain(), 0U);
        expect_logged("499", "client_gone");
    }
}

TEST_F(Cut, AClientThatLeavesAnUploadCutsIt) {
    for (const bool by_reset : {false, true}) {
        SCOPED_TRACE(by_reset);
        client = proxy.connect();
        begin_upload();
        const std::uint64_t sent = fill(client);
        by_reset ? client.reset() : client.shutdown_write();
        EXPECT_LE(visitor.drain(), sent);
        expect_logged("499", "client_gone");
    }
}

TEST_F(Cut, AChunkedUploadThatIsCutHasNoLastChunk) {
    begin_chunked_upload();
    client.close();
    EXPECT_EQ(visitor.drain(), 0U);
    expect_logged("499", "client_gone");
}

TEST_F(Cut, APodThatDiesInADownloadCutsTheAnswer) {
    for (const bool by_reset : {false, true}) {
        SCOPED_TRACE(by_reset);
        client = proxy.connect();
        begin_download(download_head());
        EXPECT_EQ(client.read_exactly(5), "hello");
        by_reset ? visitor.reset() : visitor.close();
        EXPECT_EQ(client.drain(), 0U);
        expect_logged("200", "response_cut");
    }
}

TEST_F(Cut, APodThatDiesInAChunkedAnswerLeavesNoLastChunk) {
    begin_download("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n");
    client.read_until("hello");
    visitor.close();
    EXPECT_FALSE(client.read_to_end().contains("0\r\n"));
    expect_logged("200", "response_cut");
}

TEST_F(Cut, AnAnswerThatEndsWithTheConnectionIsCutByAReset) {
    begin("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello");
    client.read_until("hello");
    visitor.close();
    EXPECT_TRUE(client.sees_reset());
    expect_logged("200", "response_cut");
}

TEST_F(Cut, AResetIsNoEndOfAnAnswerUntilClose) {
    begin_download("HTTP/1.1 200 OK\r\n\r\n");
    client.read_until("hello\r\n");
    visitor.reset();
    EXPECT_FALSE(client.read_to_end().contains("0\r\n"));
    expect_logged("200", "response_cut");
}

TEST_F(Cut, APodThatDiesInAnUploadIs502) {
    for (const bool by_reset : {false, true}) {
        SCOPED_TRACE(by_reset);
        client = proxy.connect();
        begin_upload();
        fill(client);
        by_reset ? visitor.reset() : visitor.close();
        const std::string answer = client.read_message();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
        EXPECT_EQ(field_of(answer, "Connection"), "close");
        expect_logged("502", "upstream_reset");
    }
}

TEST_F(Cut, AnUploadThatFailsOpensNoTunnel) {
    begin(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n"
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    visitor.read_until("hello\r\n");
    {
        const HeldLoop loop(proxy.server());  // so that both are there when it looks
        client.send("no size\r\n");
        visitor.send("HTTP/1.1 101 Go on\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
    }
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 400 "));
    expect_logged("400", "bad_body");
}

TEST_F(Cut, APodMayAnswerBeforeTheUploadIsComplete) {
    begin_upload();
    fill(client);
    visitor.send(
        "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    const std::string answer = client.read_message();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_EQ(field_of(answer, "Connection"), "close");
    EXPECT_TRUE(client.sees_end());
    expect_logged("413", "");
}

TEST_F(Cut, AnAnswerOutlivesAnUploadThatNobodyReads) {
    begin_upload();
    fill(client);
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    client.read_until("hello\r\n");
    for (int i = 0; i < 3; ++i) {
        proxy.advance(std::chrono::seconds(40));
        visitor.send("5\r\nagain\r\n");
        client.read_until("again\r\n");
    }
    visitor.send("0\r\n\r\n");
    client.read_until("0\r\n\r\n");
    expect_logged("200", "");
}

TEST_F(Cut, AnAnswerOutlivesAnUploadThatItsClientGivesUp) {
    begin_chunked_upload();
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    EXPECT_EQ(field_of(client.read_until("hello\r\n"), "Connection"), "close");
    for (int i = 0; i < 3; ++i) {
        proxy.advance(std::chrono::seconds(40));
        visitor.send("5\r\nagain\r\n");
        client.read_until("again\r\n");
    }
    visitor.send("0\r\n\r\n");
    client.read_until("0\r\n\r\n");
    EXPECT_TRUE(client.sees_end());
    expect_logged("200", "");
}

TEST_F(Cut, APodThatReadsAnUploadAllTheTimeIsNotSilent) {
    begin_chunked_upload();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    client.read_head();
    for (int i = 0; i < 3; ++i) {
        proxy.advance(std::chrono::seconds(40));
        client.send("5\r\nagain\r\n");
        visitor.read_until("again\r\n");
    }
    client.send("0\r\n\r\n");
    visitor.read_until("0\r\n\r\n");
    visitor.send("ok");
    EXPECT_EQ(client.read_exactly(2), "ok");
    expect_logged("200", "");
}

TEST_F(Cut, AClientThatReadsSlowlyButSteadilyIsNotStalled) {
    begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    visitor.send("HTTP/1.1 200 OK\r\n\r\n");  // until the pod closes: never spliced
    fill(visitor);
    client.read_head();
    // In a minute more than the sixteenth of its buffer by which the client's kernel opens its window, and less than
    // the third by which ours speaks of room.
    constexpr std::size_t kLittle = 128 * 1024;
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(client.read_exactly(kLittle).size(), kLittle) << i;
        proxy.advance(std::chrono::seconds(10));
    }
    visitor.close();
    client.read_until("\r\n0\r\n\r\n");
    expect_logged("200", "");
}

TEST_F(Cut, APodThatFallsSilentInADownloadCutsIt) {
    begin_download(download_head());
    EXPECT_EQ(client.read_exactly(5), "hello");
    proxy.advance(std::chrono::seconds(59));
    visitor.send("again");
    EXPECT_EQ(client.read_exactly(5), "again");
    proxy.advance(std::chrono::seconds(61));
    EXPECT_EQ(client.drain(), 0U);
    EXPECT_EQ(visitor.drain(), 0U);
    expect_logged("200", "upstream_timeout");
}

TEST_F(Cut, APodThatDoesNotReadAnUploadIs504) {
    begin_upload();
    fill(client);
    proxy.advance_until_news(client, std::chrono::seconds(61));
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 504 "));
    expect_logged("504", "upstream_send_timeout");
}

TEST_F(Cut, AClientThatDoesNotReadADownloadIsCut) {
    begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    visitor.send(download_head());
    fill(visitor);
    proxy.advance_until_news(visitor, std::chrono::seconds(61));
    EXPECT_EQ(visitor.drain(), 0U);
    EXPECT_LT(client.drain(), kBody);
    expect_logged("200", "client_stalled");
}

}  // namespace
}  // namespace breakwater::test
