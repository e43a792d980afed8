// Requests that two hops may read differently, or that are no HTTP/1.1 at all: refused with one answer
// and the end of the connection, and no pod hears of them. Whole, and byte by byte.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

using namespace std::string_view_literals;

struct HostileCase {
    const char* name;
    const char* source;
    std::string_view bytes;
    int status = 400;
};

constexpr HostileCase kFraming[] = {
    {"cl_and_te", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"te_and_cl", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
     "8\r\nGET /x H\r\n0\r\n\r\n"},
    {"te_twice", "RFC 9112 6.3 (4)",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
     "identity\r\n\r\n"},
    {"te_same_twice", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
     "chunked\r\n\r\n"},
    {"te_identity", "RFC 9112 6.3 (4)",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"},
    {"te_chunked_not_last", "RFC 9112 6.3 (4)",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"},
    {"te_chunked_in_list_twice", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n"},
    {"te_misspelt", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"},
    {"te_quoted", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"},
    {"te_with_parameter", "RFC 9112 7.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n"},
    {"te_empty", "RFC 9112 6.1", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"},
    {"te_vertical_tab", "RFC 9110 5.5",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \vchunked\r\n\r\n"},
    {"te_space_before_colon", "RFC 9112 5.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n"},
    {"te_folded", "RFC 9112 5.2",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n"},
    {"te_behind_bare_lf", "RFC 9112 2.2",
     "POST / HTTP/1.1\r\nHost: a\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n"},
    {"te_behind_bare_cr", "RFC 9112 2.2",
     "POST / HTTP/1.1\r\nHost: a\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n"},
    {"te_in_http_1_0", "RFC 9112 6.1",
     "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"te_unknown_coding", "RFC 9112 6.1",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"cl_plus", "RFC 9110 8.6", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello"},
    {"cl_minus", "RFC 9110 8.6", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello"},
    {"cl_hex", "RFC 9110 8.6", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello"},
    {"cl_point", "RFC 9110 8.6", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5.0\r\n\r\nhello"},
    {"cl_empty", "RFC 9110 8.6", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"},
    {"cl_space_inside", "RFC 9110 8.6",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 2\r\n\r\n"},
    {"cl_list", "RFC 9112 6.3 (5)",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello"},
    {"cl_twice", "RFC 9112 6.3 (5)",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"},
    {"cl_same_twice", "RFC 9112 6.3 (5): may be refused",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
    {"cl_overflow", "RFC 9110 8.6",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551621\r\n\r\nhello"},
};

constexpr HostileCase kHosts[] = {
    {"no_host", "RFC 9112 3.2", "GET / HTTP/1.1\r\nX: y\r\n\r\n"},
    {"two_hosts", "RFC 9112 3.2", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"same_host_twice", "RFC 9112 3.2", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
    {"host_list", "RFC 9110 7.2", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    {"host_with_path", "RFC 9110 7.2", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {"host_with_user", "RFC 9110 4.2.4", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
    {"host_with_bad_port", "RFC 9110 7.2", "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n"},
    {"host_with_space", "RFC 9110 7.2", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {"absolute_form_without_host", "RFC 9112 3.2", "GET http://a/ HTTP/1.1\r\n\r\n"},
    {"absolute_form_with_wrong_host", "RFC 9112 3.2.2",
     "GET http://a/ HTTP/1.1\r\nHost: b/c\r\n\r\n"},
    {"absolute_form_with_user", "RFC 9110 4.2.4", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"absolute_form_without_name", "RFC 9110 4.2.1", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n"},
};

constexpr HostileCase kLines[] = {
    {"bare_lf_everywhere", "RFC 9112 2.2", "GET / HTTP/1.1\nHost: a\n\n"},
    {"bare_lf_at_the_end", "RFC 9112 2.2", "GET / HTTP/1.1\r\nHost: a\r\n\n"},
    {"bare_cr_in_target", "RFC 9112 2.2", "GET /\rx HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"bare_cr_at_the_end", "RFC 9112 2.2", "GET / HTTP/1.1\r\nHost: a\r\n\rX"},
    {"nul_in_value", "RFC 9110 5.5", "GET / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n"sv},
    {"nul_in_target", "RFC 9112 3.2", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"nul_in_name", "RFC 9110 5.1", "GET / HTTP/1.1\r\nHost: a\r\nX\0: y\r\n\r\n"sv},
    {"delete_in_value", "RFC 9110 5.5", "GET / HTTP/1.1\r\nHost: a\r\nX: y\x7fz\r\n\r\n"},
    {"folded_value", "RFC 9112 5.2", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"},
    {"folded_by_tab", "RFC 9112 5.2", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n"},
    {"space_before_first_field", "RFC 9112 2.2", "GET / HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n"},
    {"space_before_colon", "RFC 9112 5.1", "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n"},
    {"no_colon", "RFC 9112 5", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"},
    {"no_name", "RFC 9110 5.1", "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n"},
    {"name_with_bracket", "RFC 9110 5.1", "GET / HTTP/1.1\r\nHost: a\r\nX[]: y\r\n\r\n"},
    {"name_beyond_ascii", "RFC 9110 5.1", "GET / HTTP/1.1\r\nHost: a\r\nX\xc3\xa4: y\r\n\r\n"},
    {"method_no_token", "RFC 9110 9.1", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"method_behind_space", "RFC 9112 3", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"two_spaces", "RFC 9112 3", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"tab_for_space", "RFC 9112 3", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"space_behind_version", "RFC 9112 3", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
    {"space_in_target", "RFC 9112 3.2", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"fragment_in_target", "RFC 9112 3.2", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"target_without_slash", "RFC 9112 3.2", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"other_scheme", "RFC 9112 3.2.2", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"asterisk_for_get", "RFC 9112 3.2.4", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"connect", "RFC 9110 9.3.6", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405},
    {"version_in_small_letters", "RFC 9112 2.3", "GET / http/1.1\r\nHost: a\r\n\r\n"},
    {"version_of_two_digits", "RFC 9112 2.3", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
    {"version_2", "RFC 9110 15.6.6", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"no_version", "RFC 9112 3", "GET /\r\n\r\n"},
    {"http_0_9", "RFC 9112 2.2", "GET /\r\n"},
    {"empty_lines", "RFC 9112 2.2",
     "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n"},
    {"client_hello", "RFC 8446 4.1.2", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03"sv},
    {"another_protocol", "RFC 4253 4.2", "SSH-2.0-OpenSSH_9.2\r\n"},
};

class Hostile : public testing::TestWithParam<HostileCase> {
protected:
    // One for all cases: none may have an effect on the next.
    static void SetUpTestSuite() {
        pod = new Pod;
        proxy = new Proxy(table_to({pod->address()}));
    }
    static void TearDownTestSuite() {
        delete proxy;
        delete pod;
    }

    /// @param answer  everything until the connection's end
    void expect_refusal(const std::string& answer) const {
        const std::string start = "HTTP/1.1 " + std::to_string(GetParam().status) + ' ';
        EXPECT_TRUE(answer.starts_with(start)) << answer;
        EXPECT_EQ(answer.rfind("HTTP/1.1 "), 0U) << "more than one answer: " << answer;
        EXPECT_EQ(field_of(answer, "Connection"), "close");
        EXPECT_FALSE(pod->has_visitor());
    }

    static Pod* pod;
    static Proxy* proxy;
};

Pod* Hostile::pod = nullptr;
Proxy* Hostile::proxy = nullptr;

TEST_P(Hostile, Whole) {
    SCOPED_TRACE(GetParam().source);
    Peer client = proxy->connect();
    client.send(GetParam().bytes);
    expect_refusal(client.read_to_end());
}

TEST_P(Hostile, ByteByByte) {
    SCOPED_TRACE(GetParam().source);
    Peer client = proxy->connect();
    for (const char byte : GetParam().bytes) {
        client.send({&byte, 1});
        proxy->server().settle();
    }
    expect_refusal(client.read_to_end());
}

std::string hostile_name(const testing::TestParamInfo<HostileCase>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Framing, Hostile, testing::ValuesIn(kFraming), hostile_name);
INSTANTIATE_TEST_SUITE_P(Hosts, Hostile, testing::ValuesIn(kHosts), hostile_name);
INSTANTIATE_TEST_SUITE_P(Lines, Hostile, testing::ValuesIn(kLines), hostile_name);

TEST(AnotherProtocol, IsClosedWithoutAWord) {
    Pod pod;
    Proxy proxy(table_to({pod.address()}));
    Peer client = proxy.connect();
    client.send("INVALID CONNECTION PREFACE\r\n\r\n");
    EXPECT_EQ(client.read_to_end(), "");
    const std::string line = proxy.next_log_line();
    EXPECT_TRUE(line.contains("\"status\":400")) << line;
    EXPECT_TRUE(line.contains("\"malformed\"")) << line;
    EXPECT_FALSE(pod.has_visitor());
}

}  // namespace
}  // namespace breakwater::test
