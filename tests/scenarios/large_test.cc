// Bodies that are large enough to be spliced from one plain socket to the other: they pass whole, what
// follows them is kept apart, and both connections serve the next request.

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

constexpr std::size_t kBytes = 5'000'000;

/// Bytes of which none may be missing, doubled or misplaced without a difference.
std::string pattern() {
    std::string bytes;
    bytes.reserve(kBytes + 16);
    for (std::uint64_t i = 0; bytes.size() < kBytes; ++i) bytes += std::to_string(i * 2654435761U);
    bytes.resize(kBytes);
    return bytes;
}

std::string length_field() { return "Content-Length: " + std::to_string(kBytes) + "\r\n\r\n"; }

class Large : public testing::Test {
protected:
    Large() {
        auto table = table_to({pod.address()});
        location_of(*table).policies.body_size.max_bytes = 0;
        proxy.publish(table);
    }

    /// Begins a request and has the pod take its head.
    void begin(const std::string& head) {
        client.send(head);
        if (visitor.fd() < 0) visitor = pod.accept();
        visitor.read_head();
    }
    void get_something_small() {
        begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        visitor.send(ok("small"));
        EXPECT_EQ(body_of(client.read_message()), "small");
    }

    const std::string bytes = pattern();
    Pod pod;
    Proxy proxy{table_to({pod.address()})};
    Peer client = proxy.connect();
    Peer visitor{Descriptor()};
};

TEST_F(Large, AnswersPassWholeAndBothConnectionsAreKept) {
    for (int i = 0; i < 3; ++i) {
        begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        std::thread sending([&] { visitor.send("HTTP/1.1 200 OK\r\n" + length_field() + bytes); });
        EXPECT_EQ(body_of(client.read_message()), bytes);
        sending.join();
        const std::string line = proxy.next_log_line();
        const std::string passed = std::to_string(kBytes);
        EXPECT_NE(line.find("\"body_bytes\":" + passed), std::string::npos) << line;
        EXPECT_NE(line.find("\"bytes\":" + passed), std::string::npos) << line;
        get_something_small();
        (void)proxy.next_log_line();
    }
    EXPECT_FALSE(pod.has_visitor()) << "one connection has served them all";
}

TEST_F(Large, ARequestBehindAnUploadIsTheNextOne) {
    for (int i = 0; i < 3; ++i) {
        std::thread sending([&] {
            client.send("POST / HTTP/1.1\r\nHost: a\r\n" + length_field() + bytes +
                        "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
        });
        if (visitor.fd() < 0) visitor = pod.accept();
        visitor.read_head();
        EXPECT_EQ(visitor.read_exactly(kBytes), bytes);
        sending.join();
        visitor.send(ok("stored"));
        EXPECT_EQ(body_of(client.read_message()), "stored");
        EXPECT_TRUE(visitor.read_head().starts_with("GET /next HTTP/1.1\r\n"));
        visitor.send(ok("next"));
        EXPECT_EQ(body_of(client.read_message()), "next");
    }
    EXPECT_FALSE(pod.has_visitor());
}

TEST_F(Large, BytesBehindAnAnswerAreNobodys) {
    begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    std::thread sending([&] {
        visitor.send("HTTP/1.1 200 OK\r\n" + length_field() + bytes + "HTTP/1.1 200 OK\r\n\r\n");
    });
    EXPECT_EQ(body_of(client.read_message()), bytes);
    sending.join();
    EXPECT_TRUE(visitor.sees_end()) << "such a connection is not used again";
    visitor.close();
    get_something_small();
}

TEST_F(Large, PartsThatComeSlowlyArePassedOnAsTheyCome) {
    begin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    visitor.send("HTTP/1.1 200 OK\r\n" + length_field());
    client.read_head();
    for (std::size_t at = 0; at < kBytes;) {
        const std::string part = bytes.substr(at, at < 100'000 ? 20'000 : 700'000);
        std::thread sending([&] { visitor.send(part); });
        EXPECT_EQ(client.read_exactly(part.size()), part);
        sending.join();
        at += part.size();
    }
    get_something_small();
}

}  // namespace
}  // namespace breakwater::test
