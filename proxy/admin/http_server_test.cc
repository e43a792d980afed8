#include "proxy/admin/http_server.h"

#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "proxy/admin/connection.h"
#include "proxy/base/crypto/issue.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::admin {
namespace {

const SocketAddress kLoopback{IpAddress::v4({127, 0, 0, 1}), 0};

Pages hello() {
    Pages pages;
    pages["/hello"] = [](const Query& query) {
        const auto name = query.find("name");
        Answer answer;
        answer.body = "hello " + (name == query.end() ? "you" : name->second);
        return answer;
    };
    return pages;
}

/// A client that connects, says `bytes` and leaves it at that.
Descriptor slow_client(const SocketAddress& at, std::string_view bytes) {
    sockaddr_storage native{};
    const socklen_t length = at.to_native(native);
    Descriptor fd(socket(native.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&native), length), 0);
    EXPECT_EQ(send(fd.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    return fd;
}

class HttpServerTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(server_.start(kLoopback, 3).has_value());
        client_ = std::make_unique<httplib::Client>("127.0.0.1", server_.address().port);
    }
    HttpServer server_{"test", hello()};
    std::unique_ptr<httplib::Client> client_;
};

TEST_F(HttpServerTest, AnswersItsPages) {
    const auto answer = client_->Get("/hello?name=a%20b");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hello a b");
    EXPECT_EQ(answer->get_header_value("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answer->get_header_value("Connection"), "close");
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
    const httplib::Headers plain{{"Accept-Encoding", "identity"}};  // newer libraries compress
    const auto answer = client_->Head("/hello", plain);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->get_header_value("Content-Length"), "9");
}

TEST_F(HttpServerTest, KnowsNoOtherPageAndNoOtherMethod) {
    const auto missing = client_->Get("/hello/x");
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->status, 404);
    const auto post = client_->Post("/hello", "x", "text/plain");
    ASSERT_TRUE(post);
    EXPECT_EQ(post->status, 405);
}

TEST_F(HttpServerTest, AnswersWhileOthersAreSlow) {
    const Descriptor silent = slow_client(server_.address(), "");
    const Descriptor half = slow_client(server_.address(), "GET /hello HTTP/1.1\r\nHost:");
    for (int i = 0; i < 20; ++i) {
        const auto answer = client_->Get("/hello");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->body, "hello you");
    }
}

TEST_F(HttpServerTest, StopsAtOnceWhateverClientsDo) {
    std::vector<Descriptor> clients;
    for (int i = 0; i < 6; ++i) clients.push_back(slow_client(server_.address(), "GET /he"));
    const auto began = std::chrono::steady_clock::now();
    server_.stop();
    server_.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - began, Connection::kReadLimit / 2);
}

TEST(HttpServer, SaysThatAPortIsInUse) {
    HttpServer first("test", hello());
    ASSERT_TRUE(first.start(kLoopback, 1).has_value());
    HttpServer second("test", hello());
    const auto started = second.start(first.address(), 1);
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error(),
              "cannot listen on " + first.address().to_string() + ": Address already in use");
}

/// Says how long a body was, over TLS, and takes ten bytes at most.
class InboxTest : public testing::Test {
protected:
    InboxTest()
        : server_("test", {},
                  {.take =
                       [](const std::string& body) {
                           return Answer{.body = std::to_string(body.size()) + " bytes"};
                       },
                   .largest_bytes = 10},
                  [this] { return shown(); }) {
        const auto pair = test::make_certificate_for({"first.example"});
        show(pair.chain_pem, pair.key_pem);
    }
    void SetUp() override {
        ASSERT_TRUE(server_.start(kLoopback, 2).has_value());
        client_ = std::make_unique<httplib::SSLClient>("127.0.0.1", server_.address().port);
        client_->enable_server_certificate_verification(false);
    }
    void show(const std::string& chain_pem, const std::string& key_pem) {
        const auto loaded = tls::ServerCertificate::load(chain_pem, key_pem);
        const std::scoped_lock lock(mutex_);
        shown_ = std::make_shared<const tls::SocketContext>(**loaded);
    }
    void show_none() {
        const std::scoped_lock lock(mutex_);
        shown_ = nullptr;
    }
    std::shared_ptr<const tls::SocketContext> shown() const {
        const std::scoped_lock lock(mutex_);
        return shown_;
    }

    mutable std::mutex mutex_;  // the server's thread asks for what is shown
    std::shared_ptr<const tls::SocketContext> shown_;
    HttpServer server_;
    std::unique_ptr<httplib::SSLClient> client_;
};

TEST_F(InboxTest, TakesABodyAtAnyPath) {
    const auto answer = client_->Post("/any/path?timeout=10s", "0123456789", "application/json");
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "10 bytes");
}

TEST_F(InboxTest, RefusesALargerOne) {
    const auto answer = client_->Post("/", "01234567890", "application/json");
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->status, 413);
}

TEST_F(InboxTest, RefusesChunks) {
    const auto answer = client_->Post(
        "/",
        [](std::size_t offset, httplib::DataSink& sink) {
            if (offset < 30) return sink.write("0123456789", 10);
            sink.done();
            return true;
        },
        "application/json");
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->status, 411);
}

TEST_F(InboxTest, ShowsTheCertificateThatIsThereNow) {
    const crypto::PemPair trusted = crypto::make_authority("test", std::chrono::hours(1));
    const std::string path = testing::TempDir() + "trusted.pem";
    std::ofstream(path) << trusted.chain_pem;
    httplib::SSLClient careful("127.0.0.1", server_.address().port);
    careful.set_ca_cert_path(path.c_str());
    EXPECT_FALSE(careful.Post("/", "x", "text/plain")) << "shown is another's";
    const auto leaf = crypto::issue_certificate(trusted, {"IP:127.0.0.1"}, std::chrono::hours(1));
    show(leaf->chain_pem, leaf->key_pem);
    const auto taken = careful.Post("/", "x", "text/plain");
    EXPECT_TRUE(taken) << to_string(taken.error()) << " " << careful.get_openssl_verify_result();
}

TEST_F(InboxTest, ServesOthersWhileAHandshakeIsSlow) {
    const Descriptor silent = slow_client(server_.address(), "\x16\x03\x01");
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(client_->Post("/", "x", "text/plain"));
}

TEST_F(InboxTest, WithoutACertificateNobodyIsAnswered) {
    std::signal(SIGPIPE, SIG_IGN);  // of the clients, which may still speak when they are cut
    show_none();
    EXPECT_FALSE(client_->Post("/", "x", "text/plain"));
    httplib::Client plain("127.0.0.1", server_.address().port);
    EXPECT_FALSE(plain.Post("/", "x", "text/plain"));
}

TEST_F(InboxTest, PlainHttpGetsNothing) {
    httplib::Client plain("127.0.0.1", server_.address().port);
    EXPECT_FALSE(plain.Post("/", "x", "text/plain"));
}

TEST_F(InboxTest, AnswersBesideCrowdsThatSayNothing) {
    std::vector<Descriptor> silent;
    for (const char* first_bytes : {"", "\x16\x03\x01"}) {
        for (int i = 0; i < 200; ++i) silent.push_back(slow_client(server_.address(), first_bytes));
    }
    client_->set_read_timeout(Connection::kReadLimit / 2);  // nobody has been sent away by time yet
    for (int i = 0; i < 5; ++i) {
        const auto answer = client_->Post("/", "x", "text/plain");
        ASSERT_TRUE(answer) << to_string(answer.error());
        EXPECT_EQ(answer->status, 200);
    }
}

/// Everything that comes until the end.
std::string read_all(const Descriptor& from) {
    std::string all;
    std::array<char, 4096> buffer;
    ssize_t count = 0;
    while ((count = recv(from.get(), buffer.data(), buffer.size(), 0)) > 0) {
        all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return all;
}

bool has_ended(const Descriptor& client) {
    char byte = 0;
    const ssize_t count = recv(client.get(), &byte, 1, MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN);
}

TEST_F(HttpServerTest, RefusesAHeadWithoutEnd) {
    const std::string endless =
        "GET /hello HTTP/1.1\r\nHost: a\r\nA: " + std::string(64 * 1024, 'a');
    const std::string answer = read_all(slow_client(server_.address(), endless));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n")) << answer;
}

TEST_F(HttpServerTest, AnswersRangesWithTheWhole) {
    std::string ranges = "bytes=0-";
    for (int i = 0; i < 500; ++i) ranges += ",0-";
    const auto answer = client_->Get("/hello", httplib::Headers{{"Range", ranges}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hello you");
}

TEST_F(HttpServerTest, TheOldestThatKeepsItWaitingMakesRoom) {
    std::vector<Descriptor> clients;
    for (std::size_t i = 0; i < Clients::kMostConnections; ++i) {
        clients.push_back(slow_client(server_.address(), "GET /he"));
    }
    ASSERT_TRUE(client_->Get("/hello"));
    EXPECT_TRUE(has_ended(clients.front()));
    EXPECT_FALSE(has_ended(clients.back()));
}

TEST(HttpServer, BoundsWhatAllBodiesHold) {
    constexpr std::size_t kBody = 4UL * 1024 * 1024;
    HttpServer server(
        "test", {}, {.take = [](const std::string&) { return Answer(); }, .largest_bytes = kBody});
    ASSERT_TRUE(server.start(kLoopback, 1).has_value());
    const std::string head =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n";
    const std::string almost = head + std::string(kBody - 1, 'x');
    std::vector<Descriptor> clients;
    for (std::size_t i = 0; i < Clients::kMostBytes / kBody + 2; ++i) {
        clients.push_back(slow_client(server.address(), almost));
    }
    EXPECT_EQ(read_all(clients.front()), "") << "cut, and not by time";
    const std::string end = "x";
    ASSERT_EQ(send(clients.back().get(), end.data(), end.size(), 0), 1);
    EXPECT_TRUE(read_all(clients.back()).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpServer, SaysThatAPageCouldNotBeMade) {
    Pages pages;
    pages["/broken"] = [](const Query&) -> Answer { throw std::runtime_error("broken"); };
    HttpServer server("test", std::move(pages));
    ASSERT_TRUE(server.start(kLoopback, 1).has_value());
    const auto answer = httplib::Client("127.0.0.1", server.address().port).Get("/broken");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 500);
    EXPECT_EQ(answer->body, "500 Internal Server Error\n") << "why is for the log";
}

/// A connection's two ends, without a server.
class ConnectionTest : public testing::Test {
protected:
    ConnectionTest() {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        client_ = Descriptor(ends[0]);
        connection_ = std::make_unique<Connection>(Descriptor(ends[1]), nullptr, 0, now_);
    }
    void say(std::string_view text) {
        EXPECT_EQ(send(client_.get(), text.data(), text.size(), 0), std::ssize(text));
    }
    Time now_ = system_clock().now();
    Descriptor client_;
    std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, TricklingGainsNoTime) {
    const Deadline deadline = connection_->deadline();
    EXPECT_EQ(deadline.at(), now_ + Connection::kReadLimit);
    say("GET / HTTP/1.1\r\n");
    for (int i = 1; i < 5; ++i) {
        say("a: b\r\n");
        connection_->advance(now_ + std::chrono::seconds(i));
        EXPECT_EQ(connection_->deadline(), deadline);
    }
    say("Host: a\r\n\r\n");
    connection_->advance(now_ + std::chrono::seconds(4));
    EXPECT_EQ(connection_->phase(), Connection::Phase::asked);
    EXPECT_TRUE(connection_->deadline().is_never()) << "it is ours to answer";
}

TEST_F(ConnectionTest, ReadingSlowlyGainsNoTime) {
    say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    connection_->advance(now_);
    connection_->answer(std::string(8UL * 1024 * 1024, 'x'), now_);
    EXPECT_EQ(connection_->phase(), Connection::Phase::writing);
    const Deadline deadline = connection_->deadline();
    std::array<char, 4096> buffer;
    EXPECT_GT(recv(client_.get(), buffer.data(), buffer.size(), 0), 0);
    connection_->advance(now_ + std::chrono::seconds(1));
    EXPECT_EQ(connection_->deadline(), deadline);
}

TEST(HttpServer, ServesALargeAnswer) {
    Pages pages;
    pages["/large"] = [](const Query&) {
        Answer answer;
        answer.body.assign(8 * 1024 * 1024, 'x');
        return answer;
    };
    HttpServer server("test", std::move(pages));
    ASSERT_TRUE(server.start(kLoopback, 1).has_value());
    httplib::Client client("127.0.0.1", server.address().port);
    const auto answer = client.Get("/large");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body.size(), 8u * 1024 * 1024);
}

}  // namespace
}  // namespace breakwater::admin
