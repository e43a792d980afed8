// Handshakes with a real client: who is shown which certificate, what is agreed on, what is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "proxy/base/check.h"
#include "proxy/reactor/socket.h"
#include "proxy/tls/stream.h"
#include "tests/support/tls_client.h"
#include "tests/support/tls_pair.h"

namespace breakwater::tls {
namespace {

using test::Certificates;
using test::end_writing;
using test::TlsClient;
using test::TlsClientOptions;
using test::TlsPair;
using test::trickle;
using test::Wrap;
using test::write_all;
using testing::HasSubstr;

Task<void> accept_one(TlsPair& pair, Deadline deadline, Result<HandshakeFacts>& got) {
    got = co_await pair.stream->handshake(deadline);
    if (!got) {
        if (got.error().code != Err::plain_to_tls_port) pair.stream.reset();
        co_return;
    }
    Done written = co_await write_all(*pair.stream, "x", deadline);
    EXPECT_TRUE(written.has_value());
    Done ended = co_await end_writing(*pair.stream, deadline);
    EXPECT_TRUE(ended.has_value());
}

/// What both sides say of one handshake.
struct Outcome {
    Result<HandshakeFacts> server = fail(Err::internal);
    bool client = false;
    std::string client_error;
    std::string shown;  ///< the certificate
    std::string shown_key;
    std::string alpn;
};

class HandshakeTest : public testing::Test {
protected:
    Outcome shake(const TlsClientOptions& options, Wrap wrap = nullptr) {
        Outcome outcome;
        TlsPair pair(context, wrap);
        pair.run(accept_one(pair, pair.soon(), outcome.server), [&](Descriptor fd) {
            TlsClient client(std::move(fd), options);
            outcome.client = client.handshake();
            // In TLS 1.3 the client is done before the server has agreed.
            if (outcome.client) outcome.client = client.read_all() == "x";
            outcome.client_error = client.error();
            outcome.shown = client.certificate_name();
            outcome.shown_key = client.certificate_key();
            outcome.alpn = client.alpn();
        });
        return outcome;
    }

    /// A client that speaks no TLS.
    Result<HandshakeFacts> shake_raw(std::string_view bytes, bool leave = true) {
        Result<HandshakeFacts> got = fail(Err::internal);
        TlsPair pair(context);
        pair.run(accept_one(pair, pair.soon(), got), [&](Descriptor fd) {
            EXPECT_EQ(send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
            if (leave) shutdown(fd.get(), SHUT_WR);
            std::array<char, 64> rest;
            while (recv(fd.get(), rest.data(), rest.size(), 0) > 0) continue;
        });
        return got;
    }

    Certificates certificates{{"*.example", "a.example"}};
    ServerContext context{{}, TicketSeed::make(), certificates};
};

TEST_F(HandshakeTest, BothVersions) {
    const Outcome one_three = shake({.server_name = "a.example"});
    ASSERT_TRUE(one_three.server.has_value() && one_three.client) << one_three.client_error;
    EXPECT_STREQ(one_three.server->version, "TLSv1.3");
    EXPECT_STREQ(one_three.server->cipher, "TLS_AES_128_GCM_SHA256");
    EXPECT_FALSE(one_three.server->resumed);

    const Outcome one_two = shake({.server_name = "a.example", .version = TLS1_2_VERSION});
    ASSERT_TRUE(one_two.server.has_value() && one_two.client) << one_two.client_error;
    EXPECT_STREQ(one_two.server->version, "TLSv1.2");
    EXPECT_STREQ(one_two.server->cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
}

TEST_F(HandshakeTest, TheServersOrderOfSuites) {
    const Outcome outcome =
        shake({.version = TLS1_2_VERSION,
               .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384"});
    ASSERT_TRUE(outcome.server.has_value()) << outcome.client_error;
    EXPECT_STREQ(outcome.server->cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
}

TEST_F(HandshakeTest, WithoutAeadThereIsNothingToAgreeOn) {
    const Outcome outcome =
        shake({.version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA256"});
    ASSERT_FALSE(outcome.server.has_value());
    EXPECT_EQ(outcome.server.error().code, Err::tls_failed);
    EXPECT_STREQ(outcome.server.error().detail, "no shared cipher");
    EXPECT_FALSE(outcome.client);
}

TEST_F(HandshakeTest, OlderVersionsAreRefused) {
    const Outcome outcome = shake({.version = TLS1_1_VERSION, .ciphers = "ALL:@SECLEVEL=0"});
    ASSERT_FALSE(outcome.server.has_value());
    EXPECT_EQ(outcome.server.error().code, Err::tls_failed);
    EXPECT_STREQ(outcome.server.error().detail, "unsupported protocol");
    EXPECT_THAT(outcome.client_error, HasSubstr("alert protocol version"));
}

struct KeyCase {
    const char* name;
    TlsClientOptions client;
    std::string key;  ///< of the certificate shown
};

TEST_F(HandshakeTest, OfTwoCertificatesTheOneThatTheClientCanUse) {
    certificates.publish_pair("a.example");
    const KeyCase cases[] = {
        {"all", {.version = TLS1_3_VERSION}, "EC"},
        {"all_1_2", {.version = TLS1_2_VERSION}, "EC"},
        {"its_order_is_not_asked",
         {.version = TLS1_3_VERSION, .signatures = "rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256"},
         "EC"},
        {"rsa_only", {.version = TLS1_3_VERSION, .signatures = "rsa_pss_rsae_sha256"}, "RSA"},
        {"rsa_only_1_2",
         {.version = TLS1_2_VERSION, .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"},
         "RSA"},
    };
    for (const KeyCase& c : cases) {
        SCOPED_TRACE(c.name);
        TlsClientOptions options = c.client;
        options.server_name = "a.example";
        const Outcome outcome = shake(options);
        ASSERT_TRUE(outcome.server.has_value()) << outcome.client_error;
        EXPECT_EQ(outcome.shown_key, c.key);
    }
}

TEST_F(HandshakeTest, OnlyTheVersionsOfTheSettings) {  // ssl-protocols
    for (const auto& [settings, offered, refused] :
         {std::tuple(table::TlsSettings{.tls12 = false}, TLS1_3_VERSION, TLS1_2_VERSION),
          std::tuple(table::TlsSettings{.tls13 = false}, TLS1_2_VERSION, TLS1_3_VERSION)}) {
        context.follow(settings);
        const Outcome good = shake({.version = offered});
        EXPECT_TRUE(good.server.has_value()) << good.client_error;
        const Outcome bad = shake({.version = refused});
        ASSERT_FALSE(bad.server.has_value());
        EXPECT_THAT(bad.client_error, HasSubstr("alert protocol version"));
    }
}

TEST_F(HandshakeTest, OnlyTheSuitesAndGroupsOfTheSettings) {  // ssl-ciphers, ssl-ecdh-curve
    context.follow(
        {.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256", .groups = "P-384"});
    const Outcome one_two = shake({.version = TLS1_2_VERSION});
    ASSERT_TRUE(one_two.server.has_value()) << one_two.client_error;
    EXPECT_STREQ(one_two.server->cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
    const Outcome other = shake({.version = TLS1_3_VERSION, .groups = "X25519:P-256"});
    EXPECT_FALSE(other.server.has_value());
    const Outcome same = shake({.version = TLS1_3_VERSION, .groups = "X25519:P-384"});
    EXPECT_TRUE(same.server.has_value()) << same.client_error;
}

constexpr const char* kAes128 = "ECDHE-ECDSA-AES128-GCM-SHA256";
constexpr const char* kAes256 = "ECDHE-ECDSA-AES256-GCM-SHA384";
constexpr const char* kChaCha = "ECDHE-ECDSA-CHACHA20-POLY1305";

struct CipherCase {
    const char* name;
    const char* host;
    int version;
    std::string offered;
    std::string cipher;  ///< empty: none
};

// ssl-ciphers and ssl-prefer-server-ciphers of a host.
TEST_F(HandshakeTest, EachHostsSuitesAndOrder) {
    certificates.publish({"*.example", "a.example", "b.example", "c.example", "d.example"},
                         {{"*.example", {.ciphers = {kAes256, true}}},
                          {"b.example", {.ciphers = {std::string(kChaCha) + ":" + kAes128, true}}},
                          {"c.example", {.ciphers = {"", false}}},
                          {"d.example", {.ciphers = {kAes256, false}}}});
    context.follow({.ciphers = std::string(kAes128) + ":" + kChaCha});
    const std::string all = std::string(kAes256) + ":" + kChaCha + ":" + kAes128;
    const CipherCase cases[] = {
        {"a_host_without_a_list", "a.example", TLS1_2_VERSION, all, kAes128},
        {"no_host", "other.test", TLS1_2_VERSION, all, kAes128},
        {"no_name", "", TLS1_2_VERSION, all, kAes128},
        {"a_list_in_its_order", "b.example", TLS1_2_VERSION, all, kChaCha},
        {"a_list_of_a_wildcard", "x.example", TLS1_2_VERSION, all, kAes256},
        {"nothing_in_common", "x.example", TLS1_2_VERSION, kAes128, ""},
        {"nothing_in_common_elsewhere", "a.example", TLS1_2_VERSION, kAes256, ""},
        {"the_clients_order", "c.example", TLS1_2_VERSION, all, kChaCha},
        {"the_clients_order_reversed", "c.example", TLS1_2_VERSION,
         std::string(kAes128) + ":" + kChaCha, kAes128},
        {"a_list_in_the_clients_order", "d.example", TLS1_2_VERSION, all, kAes256},
        {"no_list_speaks_of_tls_1_3", "b.example", TLS1_3_VERSION, kAes256,
         "TLS_AES_128_GCM_SHA256"},
        {"an_order_does", "c.example", TLS1_3_VERSION, all, "TLS_AES_256_GCM_SHA384"},
    };
    for (const CipherCase& c : cases) {
        SCOPED_TRACE(c.name);
        const Outcome outcome =
            shake({.server_name = c.host, .version = c.version, .ciphers = c.offered});
        EXPECT_EQ(outcome.server.has_value(), !c.cipher.empty()) << outcome.client_error;
        if (!outcome.server) {
            EXPECT_THAT(outcome.client_error, HasSubstr("handshake failure"));
            continue;
        }
        EXPECT_EQ(outcome.server->cipher, c.cipher);
        EXPECT_EQ(outcome.server->server_name, c.host);
        EXPECT_TRUE(outcome.client) << outcome.client_error;
    }
}

/// Names another host in the hello that answers a HelloRetryRequest.
void name_another(int sent, int /*version*/, int type, const void* message, std::size_t /*size*/,
                  SSL* ssl, void* /*unused*/) {
    const bool retry = sent == 0 && type == SSL3_RT_HANDSHAKE &&
                       *static_cast<const unsigned char*>(message) == SSL3_MT_SERVER_HELLO;
    if (retry) SSL_set_tlsext_host_name(ssl, "b.example");
}

// RFC 8446 section 4.1.2 forbids it to a client; nothing of the first host may be left over.
TEST_F(HandshakeTest, ASecondHelloWithAnotherNameDecidesAnew) {
    certificates.publish({"a.example", "b.example"}, {{"a.example", {.ciphers = {kAes256, true}}}});
    for (const char* first : {"a.example", "b.example"}) {
        Outcome outcome;
        TlsPair pair(context);
        pair.run(accept_one(pair, pair.soon(), outcome.server), [&](Descriptor fd) {
            TlsClient client(
                std::move(fd),
                {.server_name = first, .version = TLS1_3_VERSION, .groups = "P-521:X25519"});
            SSL_set_msg_callback(client.ssl(), name_another);
            EXPECT_TRUE(client.handshake()) << client.error();
            EXPECT_EQ(client.read_all(), "x");
            outcome.shown = client.certificate_name();
        });
        ASSERT_TRUE(outcome.server.has_value());
        EXPECT_EQ(outcome.server->server_name, "b.example");
        EXPECT_EQ(outcome.shown, "b.example");
    }
}

TEST_F(HandshakeTest, GroupsThatCostManyTimesTheOthersAreNotOffered) {
    for (const char* group : {"P-521", "X448", "ffdhe2048"}) {
        EXPECT_FALSE(shake({.version = TLS1_3_VERSION, .groups = group}).server.has_value())
            << group;
    }
    EXPECT_TRUE(shake({.groups = "P-256"}).server.has_value());
}

// What the key of a certificate may be is another question than what keys are exchanged by.
TEST_F(HandshakeTest, ACertificateMayHaveAKeyOfAnyCurve) {
    certificates.publish_pair("a.example", "P-521");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Outcome outcome = shake({.server_name = "a.example", .version = version});
        ASSERT_TRUE(outcome.server.has_value()) << outcome.client_error;
        EXPECT_EQ(outcome.shown_key, "EC");
    }
}

TEST_F(HandshakeTest, UnknownNamesAreRefusedWhereTheSettingsSayIt) {  // ssl-reject-handshake
    context.follow({.reject_unknown_names = true});
    for (const char* name : {"other.test", "", "10.0.0.1"}) {
        const Outcome outcome = shake({.server_name = name});
        ASSERT_FALSE(outcome.server.has_value()) << name;
        EXPECT_THAT(outcome.client_error, HasSubstr("unrecognized name"));
    }
    EXPECT_EQ(shake({.server_name = "A.example."}).shown, "a.example");
}

TEST_F(HandshakeTest, AConnectionKeepsTheSettingsThatItBeganWith) {
    Outcome outcome;
    TlsPair pair(context);
    context.follow({.tls12 = false});
    pair.run(accept_one(pair, pair.soon(), outcome.server), [](Descriptor fd) {
        TlsClient client(std::move(fd), {.version = TLS1_2_VERSION});
        EXPECT_TRUE(client.handshake()) << client.error();
        EXPECT_EQ(client.read_all(), "x");
    });
    EXPECT_TRUE(outcome.server.has_value());
}

struct NameCase {
    const char* name;
    std::string sent;
    std::string shown;
    std::string known_as;
};

TEST_F(HandshakeTest, EachNameIsShownItsCertificate) {
    const NameCase cases[] = {
        {"exact", "a.example", "a.example", "a.example"},
        {"case", "A.Example", "a.example", "a.example"},
        {"dot", "a.example.", "a.example", "a.example"},
        {"wildcard", "b.example", "*.example", "b.example"},
        {"deeper", "x.b.example", "default.test", "x.b.example"},
        {"unknown", "other.test", "default.test", "other.test"},
        {"none", "", "default.test", ""},
        {"address", "10.0.0.1", "default.test", ""},
    };
    for (const NameCase& c : cases) {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            SCOPED_TRACE(c.name);
            const Outcome outcome = shake({.server_name = c.sent, .version = version});
            ASSERT_TRUE(outcome.server.has_value()) << outcome.client_error;
            EXPECT_EQ(outcome.shown, c.shown);
            EXPECT_EQ(outcome.server->server_name, c.known_as);
        }
    }
}

TEST_F(HandshakeTest, Alpn) {  // RFC 7301 section 3.2
    const auto agreed = [&](const std::vector<std::string>& offered) {
        const Outcome outcome = shake({.alpn = offered});
        if (!outcome.server) {
            EXPECT_THAT(outcome.client_error, HasSubstr("alert no application protocol"));
            return std::string("refused");
        }
        EXPECT_EQ(outcome.alpn, outcome.server->alpn);
        return outcome.alpn;
    };
    EXPECT_EQ(agreed({"http/1.1"}), "http/1.1");
    EXPECT_EQ(agreed({"h2", "http/1.1"}), "http/1.1");
    EXPECT_EQ(agreed({"http/1.0", "http/1.1"}), "http/1.1") << "our order";
    EXPECT_EQ(agreed({"http/1.0"}), "http/1.0");
    EXPECT_EQ(agreed({}), "");
    EXPECT_EQ(agreed({"h2", "spdy/3"}), "refused");
}

TEST_F(HandshakeTest, InFragmentsOfOneByte) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Outcome outcome = shake({.server_name = "a.example", .version = version}, trickle);
        ASSERT_TRUE(outcome.server.has_value() && outcome.client) << outcome.client_error;
        EXPECT_EQ(outcome.shown, "a.example");
    }
}

Task<void> is_plain(TlsPair& pair, std::string& received) {
    Result<HandshakeFacts> got = co_await pair.stream->handshake(pair.soon());
    EXPECT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, Err::plain_to_tls_port);
    PlainConnection plain = pair.stream->take_plain();
    pair.stream.reset();
    received = plain.received;
    plain.stream->try_write("HTTP/1.1 400 Bad Request\r\n\r\n");
}

TEST_F(HandshakeTest, PlainHttpIsHandedBackUntouched) {
    TlsPair pair(context);
    std::string received;
    std::string answer(1024, '\0');
    const std::string request = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
    pair.run(is_plain(pair, received), [&](Descriptor fd) {
        EXPECT_EQ(send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL),
                  std::ssize(request));
        const ssize_t got = recv(fd.get(), answer.data(), answer.size(), 0);
        answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    });
    EXPECT_EQ(received, request);
    EXPECT_EQ(answer, "HTTP/1.1 400 Bad Request\r\n\r\n");
}

TEST_F(HandshakeTest, BytesThatMeanNothingAreRefused) {
    const std::string_view garbage[] = {
        {"\x16\x03\x01\x00\x05hello", 10},                     // a record with no hello in it
        {"\x16\x03\x01\xff\xff garbage", 13},                  // longer than a record may be
        {"\x00\x00\x00\x00\x00\x00\x00\x00", 8},               // no record
        {"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10", 11},  // SSL 2
        {"\x17\x03\x03\x00\x05hello", 10},                     // data before a hello
        {"\x15\x03\x01\x00\x02\x02\x28", 7},                   // an alert before a hello
    };
    for (const std::string_view bytes : garbage) {
        SCOPED_TRACE(testing::PrintToString(bytes));
        const Result<HandshakeFacts> got = shake_raw(bytes);
        ASSERT_FALSE(got.has_value());
        EXPECT_EQ(got.error().code, Err::tls_failed);
        EXPECT_NE(got.error().detail, nullptr);
    }
}

TEST_F(HandshakeTest, AClientThatSaysNothingIsNoFailure) {
    const Result<HandshakeFacts> got = shake_raw("");
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, Err::io_closed);
}

TEST_F(HandshakeTest, AClientThatLeavesInTheMiddle) {
    const Result<HandshakeFacts> got = shake_raw({"\x16\x03\x01\x02\x00\x01", 6});
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, Err::tls_failed);
    EXPECT_STREQ(got.error().detail, "the peer left during the handshake");
}

TEST_F(HandshakeTest, ItsDeadlineEndsIt) {
    Result<HandshakeFacts> got = fail(Err::internal);
    TlsPair pair(context);
    const Deadline deadline = Deadline::after(pair.reactor.now(), std::chrono::milliseconds(20));
    pair.run(accept_one(pair, deadline, got), [&](Descriptor fd) {
        const std::string_view begun("\x16\x03\x01\x02\x00\x01", 6);
        EXPECT_EQ(send(fd.get(), begun.data(), begun.size(), MSG_NOSIGNAL), std::ssize(begun));
        char rest = 0;
        recv(fd.get(), &rest, 1, 0);  // until the server gives up
    });
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, Err::io_timeout);
}

/// Lets a handshake take `steps` bytes, each in a turn of its own, and ends it there.
Task<void> cancel_after(TlsPair& pair, int steps) {
    {
        Task<Result<HandshakeFacts>> handshake = pair.stream->handshake(pair.soon());
        handshake.start();
        for (int i = 0; i < steps && !handshake.done(); ++i) co_await NextTurn(pair.reactor);
    }
    pair.stream.reset();
}

TEST_F(HandshakeTest, ItCanBeEndedAnywhere) {
    for (int steps = 0; steps < 6; ++steps) {
        for (const Wrap wrap : {Wrap(nullptr), Wrap(trickle)}) {
            TlsPair pair(context, wrap);
            pair.make_narrow();
            pair.run(cancel_after(pair, steps), [](Descriptor fd) {
                TlsClient client(std::move(fd), {.server_name = "a.example"});
                if (client.handshake()) client.read_all();
            });
        }
    }
}

/// Many clients whose hellos are all there before the loop turns.
class HandshakeFlood : public HandshakeTest {
protected:
    HandshakeFlood() {
        for (std::size_t i = 0; i < kClients; ++i) {
            std::array<int, 2> fds{};
            CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds.data()) ==
                  0);
            clients.push_back(std::make_unique<TlsClient>(Descriptor(fds[1]), TlsClientOptions{}));
            EXPECT_FALSE(clients.back()->handshake()) << "no further than the hello";
            streams.push_back(std::make_unique<Stream>(
                make_socket(reactor, Descriptor(fds[0]), SocketState::accepted), context));
        }
    }

    Task<void> accept(Stream& stream) {
        Result<HandshakeFacts> facts = co_await stream.handshake(Deadline::never());
        EXPECT_FALSE(facts.has_value()) << "nobody finishes these";
    }
    [[nodiscard]] int answered() const {
        int count = 0;
        for (const auto& client : clients) {
            pollfd ready{client->fd(), POLLIN, 0};
            count += poll(&ready, 1, 0);
        }
        return count;
    }
    /// How many are answered in each turn, until all are.
    Task<void> watch_turns(std::vector<int>& by_turn) {
        constexpr std::size_t kMostTurns = 100;
        for (int before = 0; before < std::ssize(clients) && by_turn.size() < kMostTurns;) {
            co_await next_turn();
            const int now = answered();
            by_turn.push_back(now - before);
            before = now;
        }
        reactor.stop();
    }

    static constexpr std::size_t kClients = 30;
    Reactor reactor;
    std::vector<std::unique_ptr<TlsClient>> clients;
    std::vector<std::unique_ptr<Stream>> streams;
};

TEST_F(HandshakeFlood, EachTurnHasItsShare) {
    std::vector<int> by_turn;
    reactor.spawn(watch_turns(by_turn));  // first, so that in each turn it sees the one before
    for (const auto& stream : streams) reactor.spawn(accept(*stream));
    reactor.run();
    EXPECT_EQ(std::accumulate(by_turn.begin(), by_turn.end(), 0), std::ssize(clients));
    EXPECT_LE(*std::ranges::max_element(by_turn), HandshakeLine::kStepsPerTurn);
}

}  // namespace
}  // namespace breakwater::tls
