// Bytes through an established connection, its end, and what a hostile peer does with it.

#include "proxy/tls/stream.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "proxy/base/try.h"
#include "tests/support/tls_client.h"
#include "tests/support/tls_pair.h"

namespace breakwater::tls {
namespace {

using test::Certificates;
using test::end_writing;
using test::read_all;
using test::read_exactly;
using test::TlsClient;
using test::TlsClientOptions;
using test::TlsPair;
using test::trickle;
using test::write_all;

/// Bytes that differ everywhere, so that nothing lost or doubled goes unseen.
std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 1;
    for (char& c : text) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24);
    }
    return text;
}

class StreamTest : public testing::TestWithParam<int> {
protected:
    [[nodiscard]] TlsClientOptions options() const { return {.version = GetParam()}; }

    Certificates certificates{{"a.example"}};
    ServerContext context{{}, TicketSeed::make(), certificates};
};

INSTANTIATE_TEST_SUITE_P(Versions, StreamTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& info) {
                             return info.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

Task<void> accepted(TlsPair& pair) {
    Result<HandshakeFacts> facts = co_await pair.stream->handshake(pair.soon());
    EXPECT_TRUE(facts.has_value());
}

Task<void> both_ways(TlsPair& pair, std::string_view to_send, std::string& received) {
    co_await accepted(pair);
    Stream& stream = *pair.stream;
    Task<Done> pumps = both(write_all(stream, to_send, pair.soon()),
                            read_exactly(stream, to_send.size(), received, pair.soon()));
    Done done = co_await pumps;
    EXPECT_TRUE(done.has_value());
    Done ended = co_await end_writing(stream, pair.soon());
    EXPECT_TRUE(ended.has_value());
}

TEST_P(StreamTest, TenMegabytesBothWaysAtOnceThroughNarrowBuffers) {
    const std::string bytes = pattern(10'000'000);
    std::string at_server;
    std::string at_client;
    TlsPair pair(context);
    pair.make_narrow();
    pair.run(both_ways(pair, bytes, at_server), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        // One SSL is not for two threads: the client takes turns, the server has both in flight.
        constexpr std::size_t kPart = 100'000;
        for (std::size_t at = 0; at < bytes.size(); at += kPart) {
            ASSERT_TRUE(client.write(std::string_view(bytes).substr(at, kPart)));
            at_client += client.read(kPart);
        }
        EXPECT_EQ(client.read_all(), "");
        EXPECT_TRUE(client.closed_in_order());
    });
    EXPECT_TRUE(at_server == bytes);
    EXPECT_TRUE(at_client == bytes);
}

Task<void> echoes(TlsPair& pair, std::size_t bytes) {
    co_await accepted(pair);
    std::string text;
    Done read = co_await read_exactly(*pair.stream, bytes, text, pair.soon());
    EXPECT_TRUE(read.has_value());
    Done written = co_await write_all(*pair.stream, text, pair.soon());
    EXPECT_TRUE(written.has_value());
    Done ended = co_await end_writing(*pair.stream, pair.soon());
    EXPECT_TRUE(ended.has_value());
}

TEST_P(StreamTest, ByteByByte) {
    const std::string bytes = pattern(20'000);
    TlsPair pair(context, trickle);
    pair.run(echoes(pair, bytes.size()), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write(bytes));
        EXPECT_EQ(client.read_all(), bytes);
    });
}

// A short record in front of a long one: bytes must not stay behind in the socket or in OpenSSL when
// the reader awaits more, because no edge tells of them.
TEST_P(StreamTest, RecordsOfAnyLengthAreAllSeen) {
    const std::string bytes = pattern(300'000);
    TlsPair pair(context);
    pair.run(echoes(pair, bytes.size()), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        std::string_view rest = bytes;
        for (std::size_t size = 1; !rest.empty(); size = size * 3 % 20'011) {
            ASSERT_TRUE(client.write(rest.substr(0, size)));
            rest.remove_prefix(std::min(size, rest.size()));
        }
        EXPECT_TRUE(client.read_all() == bytes);
    });
}

Task<void> writes_two(TlsPair& pair, std::string_view head, std::string_view body,
                      std::size_t& taken) {
    co_await accepted(pair);
    const Tried put = pair.stream->try_write2(head, body);
    EXPECT_EQ(put.state, Tried::State::some);
    taken = put.bytes;
    pair.stream->try_shutdown_write();
}

/// Lengths of the records that the client gets until the end; what they hold goes to `text`.
std::vector<std::size_t> records(TlsClient& client, std::string& text) {
    std::vector<std::size_t> lengths;
    std::string room(32 * 1024, '\0');  // SSL_read() gives one record at most
    for (;;) {
        const int size = SSL_read(client.ssl(), room.data(), static_cast<int>(room.size()));
        if (size <= 0) return lengths;
        lengths.push_back(static_cast<std::size_t>(size));
        text.append(room, 0, lengths.back());
    }
}

TEST_P(StreamTest, HeadAndBodyShareRecordsThatBeginSmall) {
    struct Case {
        std::size_t head, body;
        std::vector<std::size_t> records;
    };
    std::vector<std::size_t> large(11, 1400);  // as RecordSize says
    large.insert(large.end(), {16'384, 16'384, 16'384, 65'536 - 11 * 1400 - 3 * 16'384});
    const Case cases[] = {{100, 1000, {1100}},       {100, 0, {100}},
                          {0, 100, {100}},           {1000, 2000, {1400, 1400, 200}},
                          {2000, 500, {1400, 1100}}, {100, 70'000, large}};
    for (const auto& [head_size, body_size, want] : cases) {
        const std::string all = pattern(head_size + body_size);
        std::size_t taken = 0;
        std::string text;
        TlsPair pair(context);
        pair.run(writes_two(pair, std::string_view(all).substr(0, head_size),
                            std::string_view(all).substr(head_size), taken),
                 [&](Descriptor fd) {
                     TlsClient client(std::move(fd), options());
                     ASSERT_TRUE(client.handshake()) << client.error();
                     EXPECT_EQ(records(client, text), want);
                 });
        EXPECT_EQ(taken, std::min<std::size_t>(all.size(), 65'536));
        EXPECT_TRUE(text == all.substr(0, taken));
    }
}

TEST_P(StreamTest, RecordsAreNoLongerThanTheClientTakes) {  // RFC 6066 section 4
    const std::string bytes = pattern(20'000);
    TlsPair pair(context);
    pair.run(echoes(pair, bytes.size()), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        SSL_set_tlsext_max_fragment_length(client.ssl(), TLSEXT_max_fragment_length_512);
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write(bytes));
        std::string text;
        const std::vector<std::size_t> lengths = records(client, text);
        EXPECT_TRUE(text == bytes);
        EXPECT_LE(*std::ranges::max_element(lengths), 512U);
    });
}

Task<void> reads_to_the_end(TlsPair& pair, std::string& text, Done& outcome) {
    co_await accepted(pair);
    outcome = co_await read_all(*pair.stream, text, pair.soon());
    if (outcome) {
        const Tried put = pair.stream->try_write("answer");
        EXPECT_EQ(put.state, Tried::State::some) << "the other direction is still open";
    } else {
        pair.stream.reset();
    }
}

TEST_P(StreamTest, CloseNotifyIsAnEndAndLeavesTheOtherDirectionOpen) {
    std::string text;
    Done outcome;
    TlsPair pair(context);
    pair.run(reads_to_the_end(pair, text, outcome), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write("question"));
        client.close_notify();
        EXPECT_EQ(client.read(6), "answer");
    });
    EXPECT_TRUE(outcome.has_value());
    EXPECT_EQ(text, "question");
}

TEST_P(StreamTest, ACutIsNoEnd) {  // RFC 8446 section 6.1
    std::string text;
    Done outcome;
    // Without tickets, which would be written behind the handshake and meet the cut.
    ServerContext silent({.session_tickets = false}, TicketSeed::make(), certificates);
    TlsPair pair(silent);
    pair.run(reads_to_the_end(pair, text, outcome), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write("half a quest"));
        client.cut();
    });
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, Err::io_reset);
    EXPECT_EQ(text, "half a quest");
}

Task<void> answers_and_reads(TlsPair& pair, Done& outcome) {
    co_await accepted(pair);
    std::string text;
    outcome = co_await write_all(*pair.stream, "answer", pair.soon());
    if (outcome) outcome = co_await read_all(*pair.stream, text, pair.soon());
}

TEST_P(StreamTest, AResetIsSaidAsOne) {
    Done outcome;
    ServerContext silent({.session_tickets = false}, TicketSeed::make(), certificates);
    TlsPair pair(silent);
    pair.run(answers_and_reads(pair, outcome), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        pollfd answer{.fd = client.fd(), .events = POLLIN, .revents = 0};
        EXPECT_EQ(poll(&answer, 1, 5000), 1);
        // Closed with something unread: the kernel resets.
    });
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, Err::io_reset);
}

TEST_P(StreamTest, GarbageBehindTheHandshakeIsAFailure) {
    std::string text;
    Done outcome;
    TlsPair pair(context);
    pair.run(reads_to_the_end(pair, text, outcome), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write("x"));
        const std::string_view record("\x17\x03\x03\x00\x20................................", 37);
        EXPECT_EQ(send(client.fd(), record.data(), record.size(), MSG_NOSIGNAL), 37);
        client.read_all();
    });
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(text, "x");
}

Task<void> lingers(TlsPair& pair, std::string& late) {
    co_await accepted(pair);
    pair.stream->try_shutdown_write();
    Done done = co_await read_all(*pair.stream, late, pair.soon());
    EXPECT_TRUE(done.has_value());
}

TEST_P(StreamTest, AfterOurEndThePeersBytesStillCome) {
    std::string late;
    TlsPair pair(context);
    pair.run(lingers(pair, late), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        EXPECT_EQ(client.read_all(), "");
        EXPECT_TRUE(client.closed_in_order());
        ASSERT_TRUE(client.write("too late"));
        client.close_notify();
    });
    EXPECT_EQ(late, "too late");
}

/// Until the server has closed, without reading what it sent.
void wait_for_the_end(int fd) {
    pollfd end{fd, POLLRDHUP, 0};
    poll(&end, 1, 20'000);
}

/// Writes more than anybody takes, for 50 ms. @return what ended it
Task<Err> fill(TlsPair& pair, std::string_view bytes) {
    const Deadline deadline = Deadline::after(pair.reactor.now(), std::chrono::milliseconds(50));
    Done done = co_await write_all(*pair.stream, bytes, deadline);
    pair.stream.reset();
    co_return done ? Err::internal : done.error().code;
}

Task<void> fills(TlsPair& pair, std::string_view bytes, Err& error) {
    co_await accepted(pair);
    error = co_await fill(pair, bytes);
}

TEST_P(StreamTest, APeerThatDoesNotReadMeetsTheDeadline) {
    const std::string bytes = pattern(10'000'000);
    Err error = Err::internal;
    TlsPair pair(context);
    pair.run(fills(pair, bytes, error), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        wait_for_the_end(client.fd());
    });
    EXPECT_EQ(error, Err::io_timeout);
}

Task<void> fills_after_the_end(TlsPair& pair, std::string_view bytes, Err& error) {
    co_await accepted(pair);
    std::string nothing;
    Done ended = co_await read_all(*pair.stream, nothing, pair.soon());
    EXPECT_TRUE(ended.has_value());
    while (!pair.stream->watch().hung_up) co_await NextTurn(pair.reactor);
    error = co_await fill(pair, bytes);
}

// The end of the client's direction is known, the socket is full: the writer must wait, not spin.
TEST_P(StreamTest, AfterTheClientsEndAWriterStillWaits) {
    const std::string bytes = pattern(10'000'000);
    Err error = Err::internal;
    TlsPair pair(context);
    pair.run(fills_after_the_end(pair, bytes, error), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        client.close_notify();
        shutdown(client.fd(), SHUT_WR);
        wait_for_the_end(client.fd());
    });
    EXPECT_EQ(error, Err::io_timeout);
}

Task<void> is_idle(TlsPair& pair) {
    co_await accepted(pair);
    std::string text;
    Done asked = co_await read_exactly(*pair.stream, 1, text, pair.soon());
    EXPECT_TRUE(asked.has_value());
    EXPECT_FALSE(pair.stream->idle_and_intact()) << "the rest of the record was not read";
    Done rest = co_await read_exactly(*pair.stream, 2, text, pair.soon());
    EXPECT_TRUE(rest.has_value());
    std::array<char, 8> room{};
    const Tried more = pair.stream->try_read(room);
    EXPECT_EQ(more.state, Tried::State::wait);
    EXPECT_TRUE(pair.stream->idle_and_intact());
    pair.stream->try_write("go");
    Done gone = co_await pair.stream->wait_readable(pair.soon());
    EXPECT_TRUE(gone.has_value());
    EXPECT_FALSE(pair.stream->idle_and_intact());
}

TEST_P(StreamTest, IdleAndIntact) {
    TlsPair pair(context);
    pair.run(is_idle(pair), [&](Descriptor fd) {
        TlsClient client(std::move(fd), options());
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write("abc"));
        EXPECT_EQ(client.read(2), "go");
        client.close_notify();
    });
}

Task<void> serves_while_published(TlsPair& pair, Certificates& certificates) {
    co_await accepted(pair);
    std::string text;
    Done first = co_await read_exactly(*pair.stream, 5, text, pair.soon());
    EXPECT_TRUE(first.has_value());
    certificates.publish({"b.example"});  // frees what this connection was shown
    Done answered = co_await write_all(*pair.stream, text, pair.soon());
    EXPECT_TRUE(answered.has_value());
    Done second = co_await read_exactly(*pair.stream, 5, text, pair.soon());
    EXPECT_TRUE(second.has_value());
    EXPECT_EQ(text, "firstagain");
    pair.stream->try_shutdown_write();
}

TEST_P(StreamTest, ANewCertificateDoesNotTouchAConnection) {
    TlsPair pair(context);
    pair.run(serves_while_published(pair, certificates), [&](Descriptor fd) {
        TlsClient client(std::move(fd), {.server_name = "a.example", .version = GetParam()});
        ASSERT_TRUE(client.handshake()) << client.error();
        EXPECT_EQ(client.certificate_name(), "a.example");
        ASSERT_TRUE(client.write("first"));
        EXPECT_EQ(client.read(5), "first");
        ASSERT_TRUE(client.write("again"));
        EXPECT_EQ(client.read_all(), "");
        EXPECT_TRUE(client.closed_in_order());
    });
}

TEST(StreamRenegotiation, IsRefused) {
    Certificates certificates({"a.example"});
    ServerContext context({}, TicketSeed::make(), certificates);
    TlsPair pair(context);
    std::string text;
    Done outcome;
    pair.run(reads_to_the_end(pair, text, outcome), [&](Descriptor fd) {
        TlsClient client(std::move(fd), {.version = TLS1_2_VERSION});
        ASSERT_TRUE(client.handshake()) << client.error();
        SSL_renegotiate(client.ssl());
        EXPECT_FALSE(client.handshake());
        EXPECT_NE(client.error().find("no renegotiation"), std::string::npos);
    });
}

TEST(StreamKeyUpdate, IsAnsweredInBothDirections) {  // RFC 8446 section 4.6.3
    Certificates certificates({"a.example"});
    ServerContext context({}, TicketSeed::make(), certificates);
    TlsPair pair(context);
    pair.run(echoes(pair, 10), [](Descriptor fd) {
        TlsClient client(std::move(fd), {});
        ASSERT_TRUE(client.handshake()) << client.error();
        ASSERT_TRUE(client.write("first"));
        ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
        ASSERT_TRUE(client.write("again"));
        EXPECT_EQ(client.read_all(), "firstagain");
    });
}

/// Sends so many updates before the server reads, and a text.
Done read_behind_updates(int count, std::string& text) {
    Certificates certificates({"a.example"});
    ServerContext context({}, TicketSeed::make(), certificates);
    TlsPair pair(context);
    std::atomic<bool> sent = false;
    struct Test {
        static Task<void> read(TlsPair& pair, std::atomic<bool>& sent, std::string& text,
                               Done& outcome) {
            Result<HandshakeFacts> facts = co_await pair.stream->handshake(pair.soon());
            EXPECT_TRUE(facts.has_value());
            while (!sent) co_await next_turn();
            outcome = co_await read_all(*pair.stream, text, pair.soon());
            pair.stream.reset();
        }
    };
    Done outcome;
    pair.run(Test::read(pair, sent, text, outcome), [&](Descriptor fd) {
        TlsClient client(std::move(fd), {.version = TLS1_3_VERSION});
        // Its records are OpenSSL's.
        ASSERT_EQ(SSL_set_tlsext_max_fragment_length(client.ssl(), TLSEXT_max_fragment_length_4096),
                  1);
        ASSERT_TRUE(client.handshake()) << client.error();
        for (int i = 0; i < count; ++i) {
            ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
            ASSERT_EQ(SSL_do_handshake(client.ssl()), 1);
        }
        ASSERT_TRUE(client.write("text"));
        client.close_notify();
        sent = true;
        client.read_all();
    });
    return outcome;
}

TEST(StreamKeyUpdate, MoreAtOnceThanAnybodyNeedsBreakTheConnection) {
    std::string text;
    EXPECT_TRUE(read_behind_updates(20, text).has_value());
    EXPECT_EQ(text, "text");
    text.clear();
    EXPECT_FALSE(read_behind_updates(200, text).has_value());
    EXPECT_EQ(text, "");
}

TEST(StreamKeyUpdate, AFloodThatIsNotReadBreaksTheConnection) {
    Certificates certificates({"a.example"});
    ServerContext context({}, TicketSeed::make(), certificates);
    TlsPair pair(context);
    pair.make_narrow();
    std::string text;
    Done outcome;
    pair.run(reads_to_the_end(pair, text, outcome), [](Descriptor fd) {
        TlsClient client(std::move(fd), {});
        ASSERT_TRUE(client.handshake()) << client.error();
        for (int i = 0; i < 100'000; ++i) {  // each asks for an answer of 22 bytes or more
            ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
            if (!client.write("x")) return;
        }
        ADD_FAILURE() << "the server has kept every answer";
    });
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, Err::io_failed);
}

}  // namespace
}  // namespace breakwater::tls
