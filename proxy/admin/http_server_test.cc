#include "proxy/admin/http_server.h"

#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "proxy/admin/connection_stream.h"

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
    EXPECT_LT(std::chrono::steady_clock::now() - began, ConnectionStream::kReadLimit / 2);
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
