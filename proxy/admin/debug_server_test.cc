#include "proxy/admin/debug_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <string>

#include "proxy/admin/debug_client.h"

namespace breakwater::admin {
namespace {

DebugPages pages() {
    DebugPages made;
    made.routes = [] { return std::string("{\"hosts\":[]}"); };
    made.findings = [] { return std::string("[]"); };
    made.version = [] { return std::string("breakwater 1\n"); };
    made.match = [](const std::string& host, const std::string& path) {
        return "\"" + host + " " + path + "\"";
    };
    made.explain = [](const Query& query) {
        Answer answer;
        for (const auto& [name, value] : query) answer.body += name + "=" + value + ";";
        return answer;
    };
    return made;
}

class DebugServerTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(server_.start(0).has_value()); }
    httplib::Result get(const char* path) {
        return httplib::Client("127.0.0.1", server_.address().port).Get(path);
    }
    DebugServer server_{pages()};
};

struct Case {
    const char* name;
    const char* path;
    int status;
    const char* body;
};

const Case kCases[] = {
    {"routes", "/debug/routes", 200, "{\"hosts\":[]}"},
    {"findings", "/debug/findings", 200, "[]"},
    {"version", "/debug/version", 200, "breakwater 1\n"},
    {"match", "/debug/match?host=a.example.com&path=%2Fb%20c", 200, "\"a.example.com /b c\""},
    {"match_the_root", "/debug/match?host=a", 200, "\"a /\""},
    {"match_the_catch_all", "/debug/match?host=", 200, "\" /\""},
    {"match_nothing", "/debug/match", 400, "which host? ?host=…&path=…\n"},
    {"other", "/debug", 404, "no such page\n"},
};

TEST_F(DebugServerTest, Pages) {
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.name);
        const auto answer = get(c.path);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, c.status);
        EXPECT_EQ(answer->body, c.body);
    }
}

TEST_F(DebugServerTest, AnswersItsClient) {
    const auto answer = ask_debug_port(
        server_.address().port, "/debug/explain",
        {{"url", "http://a.example/?b=c&d"}, {"header", "A: b"}, {"header", "C: d"}});
    ASSERT_TRUE(answer.has_value()) << answer.error();
    EXPECT_EQ(*answer, "header=A: b;header=C: d;url=http://a.example/?b=c&d;");
}

TEST_F(DebugServerTest, TheClientSaysWhatWentWrong) {
    const std::uint16_t port = server_.address().port;
    EXPECT_EQ(ask_debug_port(port, "/debug/none", {}).error(), "404: no such page");
    server_.stop();
    EXPECT_EQ(ask_debug_port(port, "/debug/none", {}).error(),
              "nobody answers at 127.0.0.1:" + std::to_string(port) + " (--admin-port)");
}

TEST_F(DebugServerTest, IsOnLoopbackOnly) { EXPECT_TRUE(server_.address().ip.is_loopback()); }

TEST_F(DebugServerTest, NamesItsFlag) {
    DebugServer other(pages());
    const auto started = other.start(server_.address().port);
    ASSERT_FALSE(started.has_value());
    EXPECT_TRUE(started.error().ends_with("(--admin-port)")) << started.error();
}

}  // namespace
}  // namespace breakwater::admin
