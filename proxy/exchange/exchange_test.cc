#include "proxy/exchange/fetch.h"

#include <gtest/gtest.h>

#include "proxy/exchange/verdict.h"
#include "proxy/http/head.h"

namespace breakwater::exchange {
namespace {

SocketAddress pod(std::uint8_t last) { return {IpAddress::v4({10, 0, 0, last}), 80}; }

TEST(AttemptRecord, RemembersWhomItTriedAndTheLatest) {
    AttemptRecord record;
    EXPECT_EQ(record.last(), nullptr);
    record.add(pod(1)).status = 502;
    record.add(pod(2)).status = 200;
    EXPECT_TRUE(record.has_tried(pod(1)));
    EXPECT_FALSE(record.has_tried(pod(3)));
    EXPECT_EQ(record.last()->status, 200);
}

TEST(AttemptRecord, CountsMoreThanItKeeps) {
    AttemptRecord record;
    for (std::uint8_t i = 0; i < 20; ++i) record.add(pod(i));
    EXPECT_EQ(record.count(), 20U);
    EXPECT_EQ(record.last()->endpoint, pod(19));
}

TEST(Verdict, SaysOnWithReplyOrError) {
    Arena arena;
    EXPECT_EQ(*Verdict().now(), nullptr);
    Reply reply(arena);
    EXPECT_EQ(*Verdict(reply).now(), &reply);
    EXPECT_EQ(Verdict(fail(Err::body_too_large)).now().error().code, Err::body_too_large);
    EXPECT_FALSE(Verdict().waits());
}

TEST(RequestHead, ADeepCopyOutlivesWhatItWasMadeFrom) {
    Arena longer;
    http::RequestHead copy(longer);
    {
        Arena shorter;
        http::RequestHead head(shorter);
        head.path = shorter.copy("/a");
        head.host = shorter.copy("a.example");
        head.fields.add("X-One", "1");
        copy.copy_deep(head);
    }
    EXPECT_EQ(copy.path, "/a");
    EXPECT_EQ(copy.host, "a.example");
    EXPECT_EQ(copy.fields.get("x-one"), "1");
}

}  // namespace
}  // namespace breakwater::exchange
