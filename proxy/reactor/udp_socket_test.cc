#include "proxy/reactor/udp_socket.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "proxy/reactor/listen_socket.h"

namespace breakwater {
namespace {

const IpAddress kLoopback = IpAddress::v4({127, 0, 0, 1});
const SocketAddress kAnyPort{IpAddress::v4({0, 0, 0, 0}), 0};

class UdpSocketTest : public testing::Test {
protected:
    /// The next datagram, which is on its way: loopback delivers within the call that sends.
    Datagram receive(UdpSocket& from) { return from.try_receive(room_); }

    Reactor reactor_;
    Descriptor bound_ = *UdpSocket::open(kAnyPort);
    const SocketAddress address_{kLoopback, ListenSocket::local_address(bound_).port};
    std::array<char, kMaxDatagramBytes> room_;
};

TEST_F(UdpSocketTest, AnAnswerComesFromTheAddressThatWasAsked) {
    UdpSocket server(reactor_, std::move(bound_));
    UdpSocket client(reactor_, *UdpSocket::connect(address_));
    ASSERT_TRUE(client.send("question"));
    const Datagram question = receive(server);
    ASSERT_EQ(question.state, Datagram::State::some);
    EXPECT_EQ(question.bytes, "question");
    EXPECT_EQ(question.local, kLoopback);
    server.send("answer", question.peer, question.local);
    const Datagram answer = receive(client);
    ASSERT_EQ(answer.state, Datagram::State::some);
    EXPECT_EQ(answer.bytes, "answer");
}

TEST_F(UdpSocketTest, TheLargestAndTheEmptyOnePass) {
    constexpr std::size_t kMostOverIpv4 = 65507;  // what two headers leave of 65535
    UdpSocket server(reactor_, std::move(bound_));
    UdpSocket client(reactor_, *UdpSocket::connect(address_));
    ASSERT_TRUE(client.send(std::string(kMostOverIpv4, 'x')));
    ASSERT_TRUE(client.send(""));
    EXPECT_EQ(receive(server).bytes.size(), kMostOverIpv4);
    const Datagram empty = receive(server);
    EXPECT_EQ(empty.state, Datagram::State::some);
    EXPECT_EQ(empty.bytes, "");
    EXPECT_EQ(receive(server).state, Datagram::State::wait);
}

TEST_F(UdpSocketTest, APortWithoutAListenerIsToldToWhoeverSentThere) {
    UdpSocket client(reactor_, *UdpSocket::connect(address_));
    bound_ = Descriptor();
    ASSERT_TRUE(client.send("lost"));
    EXPECT_EQ(receive(client).state, Datagram::State::failed);
    ASSERT_TRUE(client.send("lost"));
    EXPECT_FALSE(client.send("not sent"));
}

TEST_F(UdpSocketTest, APortIsSharedOnlyWhereBothSidesSaySo) {
    EXPECT_FALSE(UdpSocket::check_free({kAnyPort.ip, address_.port}));
    EXPECT_TRUE(UdpSocket::open({kAnyPort.ip, address_.port}));
    bound_ = Descriptor();
    EXPECT_TRUE(UdpSocket::check_free({kAnyPort.ip, address_.port}));
}

TEST(UdpSocketIpv6, AnAnswerComesFromTheAddressThatWasAsked) {
    const SocketAddress any{*IpAddress::parse("::"), 0};
    if (!ListenSocket::family_available(any)) GTEST_SKIP() << "no IPv6 here";
    const IpAddress loopback = *IpAddress::parse("::1");
    auto bound = UdpSocket::open(any);
    ASSERT_TRUE(bound) << bound.error();
    const SocketAddress address{loopback, ListenSocket::local_address(*bound).port};
    Reactor reactor;
    UdpSocket server(reactor, std::move(*bound));
    UdpSocket client(reactor, *UdpSocket::connect(address));
    std::array<char, 16> room;
    ASSERT_TRUE(client.send("question"));
    const Datagram question = server.try_receive(room);
    ASSERT_EQ(question.local, loopback);
    server.send("answer", question.peer, question.local);
    EXPECT_EQ(client.try_receive(room).bytes, "answer");
}

}  // namespace
}  // namespace breakwater
