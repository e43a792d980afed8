#include "proxy/serve/log_format.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "proxy/serve/access_log_pack.h"
#include "proxy/serve/access_log_record_example.h"

namespace breakwater::serve {
namespace {

constexpr const char* kOrder = "ingress-nginx, log-format-upstream: its default";
constexpr const char* kDash = "nginx, ngx_http_log_module: a variable without value is -";
constexpr const char* kEscape = "nginx, log_format escape=default";
constexpr const char* kOurs = "docs/logs.md";

struct Case {
    const char* name;
    const char* source;
    void (*change)(LogRecord&);
    const char* text;  ///< a part of the line
};

const Case kTextCases[] = {
    {"order", kOrder, [](LogRecord&) {},
     "192.0.2.7 - - [12/Nov/2026:10:00:00 +0000] \"GET /a?b=c HTTP/1.1\" 200 612 \"-\" "
     "\"curl/8.0\" 211 0.038 [shop-web-80] [] 10.0.0.1:8080, [fd00::2]:8080 0, 612 "
     "0.005, 0.031 502, 200 0123456789abcdef\n"},
    {"user", kOrder, [](LogRecord& r) { r.user = "ann"; }, "192.0.2.7 - ann ["},
    {"no_attempt", kDash, [](LogRecord& r) { r.attempts = {}; }, "[shop-web-80] [] - - - - 0123"},
    {"no_request", kDash, [](LogRecord& r) { r.method = r.target = r.protocol = {}; },
     "] \"-\" 200"},
    {"no_id", kDash, [](LogRecord& r) { r.request_id = {}; }, "502, 200 -\n"},
    {"default_backend", "ingress-nginx, $proxy_upstream_name", [](LogRecord& r) { r.service = {}; },
     " [upstream-default-backend] [] "},
    {"refused_before_its_route", "ingress-nginx, $proxy_upstream_name",
     [](LogRecord& r) {
         r.service = {};
         r.routed = false;
     },
     " [-] [] "},
    {"quote", kEscape, [](LogRecord& r) { r.user_agent = "a\"b\\c"; }, "\"a\\x22b\\x5Cc\""},
    {"control", kEscape, [](LogRecord& r) { r.referer = "a\nb\x1F\x7F"; }, "\"a\\x0Ab\\x1F\\x7F\""},
    {"not_ascii", kEscape, [](LogRecord& r) { r.target = "/\xC3\xA9"; }, "GET /\\xC3\\xA9 HTTP"},
    {"timeout_of_a_pod", kOrder,
     [](LogRecord& r) {
         static const std::array<exchange::Attempt, 1> late = [] {
             std::array<exchange::Attempt, 1> one;
             one[0].error = row(Err::upstream_timeout).token.data();
             one[0].response_time = std::chrono::seconds(60);
             return one;
         }();
         r.attempts = late;
     },
     " 0.0.0.0:0 0 60.000 504 "},
    {"nobody_answered", "nginx: $status has three digits", [](LogRecord& r) { r.status = 0; },
     "\" 000 612 "},
};

class LogTextTest : public testing::TestWithParam<Case> {
protected:
    static void SetUpTestSuite() {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

TEST_P(LogTextTest, Line) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    LogRecord record = example_record();
    c.change(record);
    std::string line;
    LineFormat(log::Format::text).append(line, record);
    EXPECT_NE(line.find(c.text), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1);
}

INSTANTIATE_TEST_SUITE_P(Rules, LogTextTest, testing::ValuesIn(kTextCases),
                         [](const auto& info) { return info.param.name; });

const Case kJsonCases[] = {
    {"whole", kOurs, [](LogRecord&) {},
     R"({"time":"2026-11-12T10:00:00.042Z","remote_addr":"192.0.2.7","remote_port":40000,)"
     R"("remote_user":"","method":"GET","scheme":"https","host":"shop.example.com",)"
     R"("uri":"/a?b=c","protocol":"HTTP/1.1","referer":"","user_agent":"curl/8.0",)"
     R"("request_id":"0123456789abcdef","status":200,"request_bytes":211,)"
     R"("response_bytes":840,"body_bytes":612,"request_time":0.037750,"namespace":"shop",)"
     R"("ingress":"front","service":"web","service_port":"80","route_host":"*.example.com",)"
     R"("route_path":"/","upstreams":[{"addr":"10.0.0.1:8080","status":0,)"
     R"("connect_time":0.000000,"header_time":0.000000,"response_time":0.005000,"bytes":0,)"
     R"("error":"connect_failed"},{"addr":"[fd00::2]:8080","status":200,)"
     R"("connect_time":0.001000,"header_time":0.030000,"response_time":0.031000,)"
     R"("bytes":612,"error":""}],"error":"","error_detail":""})"
     "\n"},
    {"error", kOurs,
     [](LogRecord& r) {
         r.error = Err::bad_host;
         r.error_detail = "two Host fields";
     },
     R"("error":"bad_host","error_detail":"two Host fields"})"},
    {"quotes", "RFC 8259 7", [](LogRecord& r) { r.target = "/\"\n\xFF"; },
     R"("uri":"/\"\n\ufffd")"},
    {"no_attempt", kOurs, [](LogRecord& r) { r.attempts = {}; }, R"("upstreams":[],)"},
};

class LogJsonTest : public testing::TestWithParam<Case> {};

TEST_P(LogJsonTest, Line) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    LogRecord record = example_record();
    c.change(record);
    std::string line;
    LineFormat(log::Format::json).append(line, record);
    EXPECT_NE(line.find(c.text), std::string::npos) << line;
}

INSTANTIATE_TEST_SUITE_P(Rules, LogJsonTest, testing::ValuesIn(kJsonCases),
                         [](const auto& info) { return info.param.name; });

/// ingress-nginx's default of `log-format-stream`: reference 5.6.
TEST(LogFormat, ASessionIsALineOfItsOwn) {
    LogRecord record = example_record();
    record.session = true;
    record.protocol = "UDP";
    std::string line;
    LineFormat(log::Format::text).append(line, record);
    EXPECT_EQ(line, "[192.0.2.7] [12/Nov/2026:10:00:00 +0000] UDP 200 840 211 0.038\n");
}

TEST(LogFormat, LocalTimeFollowsTheZone) {
    setenv("TZ", "XYZ-05:30", 1);  // POSIX: east of Greenwich is negative
    tzset();
    std::string line;
    LineFormat(log::Format::text).append(line, example_record());
    EXPECT_NE(line.find("[12/Nov/2026:15:30:00 +0530]"), std::string::npos) << line;
    setenv("TZ", "UTC", 1);
    tzset();
}

std::vector<char> packed(const LogRecord& record) {
    std::vector<char> entry(kMaxPackedBytes);
    entry.resize(pack(record, entry.data()));
    return entry;
}

TEST(LogPack, GivesBackWhatWasPacked) {
    LogRecord record = example_record();
    record.error = Err::response_cut;
    const std::vector<char> entry = packed(record);
    LineFormat format(log::Format::json);
    std::string before;
    std::string after;
    format.append(before, record);
    format.append(after, unpack(entry));
    EXPECT_EQ(after, before);
}

TEST(LogPack, CutsEveryTextAtItsBound) {
    const std::string endless(100'000, 'x');
    LogRecord record;
    for (const TextRow& row : kTexts) record.*row.text = endless;
    const std::vector<char> entry = packed(record);
    EXPECT_LE(entry.size(), kMaxPackedBytes);
    const LogRecord cut = unpack(entry);
    for (const TextRow& row : kTexts) {
        EXPECT_EQ(cut.*row.text, std::string(row.max_bytes, 'x'));
    }
    EXPECT_LT(entry.size(), 16u * 1024);
}

}  // namespace
}  // namespace breakwater::serve
