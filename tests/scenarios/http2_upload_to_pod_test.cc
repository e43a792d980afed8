// A large upload to a pod of HTTP/2 that reads no more: how the request and its neighbours end.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/h2_pod.h"
#include "tests/support/one_h2_pod.h"

namespace breakwater::test {
namespace {

/// A large upload to a pod that gives much credit and reads nothing more.
class Http2UploadToPod : public OneH2Pod {
protected:
    Http2UploadToPod() {
        speak_http2([](table::RoutingTable& table) {
            table::Policies& policies = location_of(table).policies;
            policies.body_size.max_bytes = 0;
            policies.timeouts.read = std::chrono::hours(1);
        });
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
        served.emplace(pod.accept(), H2Settings{{setting::kInitialWindowSize, kMuch}});
        served->window_update(0, kMuch);
        stream = served->next_head().stream;
    }

    static constexpr std::uint32_t kMuch = 1U << 30;
    Peer client = proxy.connect();
    std::optional<H2Pod> served;
    StreamId stream = 0;
};

/// A pod that has said its last word and reads on, as one does that closes in order.
TEST_F(Http2UploadToPod, NothingOfARequestLeavesBehindItsOwnEnd) {
    proxy.fill(client);
    served->peer().shutdown_write();
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 502 "));
    EXPECT_EQ(served->read_reset(stream), 8U);  // CANCEL, behind what was written already
}

TEST_F(Http2UploadToPod, APodThatTakesNothingIsTimedOut) {
    proxy.fill(client);
    proxy.advance_until_news(client, std::chrono::seconds(61));
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 504 "));
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("upstream_send_timeout"), std::string::npos) << line;
}

TEST_F(Http2UploadToPod, AnotherRequestOnThatConnectionIsSentAgain) {
    H2Client other(proxy.connect());
    const StreamId asked = other.request(H2Client::get("/other"));
    (void)served->next_request();
    proxy.fill(client);
    proxy.advance_until_news(client, std::chrono::seconds(61));
    H2Pod again(pod.accept());
    again.answer(again.next_request().stream, "other");
    EXPECT_EQ(other.read_answer(asked).body, "other");
}

}  // namespace
}  // namespace breakwater::test
