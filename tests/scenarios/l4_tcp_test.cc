// TCP services: bytes to a pod and back, PROXY headers, another endpoint, ports that come and go with the
// table. Reference 5.5 (proxy-stream-*) and 6 (--tcp-services-configmap).

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/l4.h"

namespace breakwater::test {
namespace {

using table::ProxyVersion;
using table::Transport;

const std::string kFromBalancer = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 5432\r\n";

const std::string kLoopback("\x7f\0\0\1", 4);

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

class L4Tcp : public testing::Test {
protected:
    L4Tcp() {
        serve([](table::L4Service&, table::RoutingTable&) {});
    }

    /// Puts a table in force with the service, as `change` makes it.
    template <class Change>
    void serve(Change change) {
        serve_at({pod.address()}, change);
    }
    template <class Change>
    void serve_at(const std::vector<SocketAddress>& endpoints, Change change) {
        auto table = table_to({});
        table::L4Service& service = add_service(*table, {Transport::tcp, port}, endpoints);
        change(service, *table);
        proxy.publish(std::move(table));
    }
    Peer connect() { return Peer::connect(loopback(port)); }
    bool listens() { return !ListenSocket::check_free(loopback(port)).has_value(); }

    const std::uint16_t port = free_port();
    Pod pod;
    Proxy proxy{table_to({})};
};

TEST_F(L4Tcp, BytesGoBothWaysUntilBothSidesHaveEnded) {
    Peer client = connect();
    Peer visitor = pod.accept();
    visitor.send("220 hello\r\n");
    EXPECT_EQ(client.read_until("\r\n"), "220 hello\r\n") << "the pod may speak first";
    client.send("EHLO\r\n");
    EXPECT_EQ(visitor.read_until("\r\n"), "EHLO\r\n");
    client.shutdown_write();
    EXPECT_TRUE(visitor.sees_end());
    visitor.send("221 bye\r\n");
    EXPECT_EQ(client.read_until("\r\n"), "221 bye\r\n") << "the other direction goes on";
    visitor.close();
    EXPECT_TRUE(client.sees_end());

    const std::string line = proxy.next_log_line();
    for (const char* part :
         {"\"protocol\":\"TCP\"", "\"status\":200", "\"request_bytes\":6", "\"response_bytes\":20",
          "\"namespace\":\"shop\"", "\"service\":\"db\"", "\"error\":\"\"",
          "\"remote_addr\":\"127.0.0.1\""}) {
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
    }
    EXPECT_NE(line.find(pod.address().to_string()), std::string::npos) << line;
    const auto sums = proxy.server().counters().sessions[0];
    EXPECT_EQ(sums.began, 1U);
    EXPECT_EQ(sums.ended, 1U);
    EXPECT_EQ(sums.from_client_bytes, 6U);
    EXPECT_EQ(sums.to_client_bytes, 20U);
}

TEST_F(L4Tcp, ThePodsEndIsPassedOnWhileTheClientStillSends) {
    Peer client = connect();
    Peer visitor = pod.accept();
    visitor.shutdown_write();
    EXPECT_TRUE(client.sees_end());
    client.send("late");
    EXPECT_EQ(visitor.read_exactly(4), "late");
    client.close();
    EXPECT_TRUE(visitor.sees_end());
}

TEST_F(L4Tcp, AResetIsPassedOnAsAReset) {
    Peer client = connect();
    Peer visitor = pod.accept();
    client.send("x");
    visitor.read_exactly(1);
    visitor.reset();
    EXPECT_TRUE(client.sees_reset());
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"response_cut\""), std::string::npos) << line;

    Peer second = connect();
    Peer its_visitor = pod.accept();
    second.send("x");
    its_visitor.read_exactly(1);
    second.reset();
    EXPECT_TRUE(its_visitor.sees_reset());
}

// The PROXY protocol, in and out: the two options of an entry.

struct Options {
    const char* name;
    bool accept = false;
    ProxyVersion send = ProxyVersion::none;
};

class L4TcpProxy : public L4Tcp, public testing::WithParamInterface<Options> {};

TEST_P(L4TcpProxy, HeadersComeAndGoAsTheEntrySays) {
    serve([](table::L4Service& service, table::RoutingTable&) {
        service.accept_proxy = GetParam().accept;
        service.target.send_proxy = GetParam().send;
    });
    Peer client = connect();
    if (GetParam().accept) {
        for (const char c : kFromBalancer) client.send(std::string(1, c));
    }
    Peer visitor = pod.accept();
    const bool accept = GetParam().accept;
    if (GetParam().send == ProxyVersion::v2) {
        EXPECT_EQ(visitor.read_exactly(16), std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16));
        const std::string source = visitor.read_exactly(4);
        EXPECT_EQ(source, accept ? std::string("\xC0\0\2\7", 4) : kLoopback);
        EXPECT_EQ(visitor.read_exactly(4), accept ? std::string("\xC6\x33\x64\1", 4) : kLoopback);
        visitor.read_exactly(4);  // the ports
    } else if (GetParam().send == ProxyVersion::v1 && accept) {
        EXPECT_EQ(visitor.read_until("\r\n"), kFromBalancer) << "before the client has said a word";
    } else if (GetParam().send == ProxyVersion::v1) {
        const std::string own = visitor.read_until("\r\n");
        EXPECT_TRUE(own.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 ")) << own;
        EXPECT_TRUE(own.ends_with(" " + std::to_string(port) + "\r\n")) << own;
    }
    client.send("first");
    EXPECT_EQ(visitor.read_exactly(5), "first");
    client.close();
    visitor.close();
    const std::string line = proxy.next_log_line();
    const std::string seen = GetParam().accept ? "192.0.2.7" : "127.0.0.1";
    EXPECT_NE(line.find("\"remote_addr\":\"" + seen + "\""), std::string::npos) << line;
}

INSTANTIATE_TEST_SUITE_P(Options, L4TcpProxy,
                         testing::Values(Options{"none"}, Options{"in", true},
                                         Options{"out", false, ProxyVersion::v1},
                                         Options{"in_and_out", true, ProxyVersion::v1},
                                         Options{"out_v2", false, ProxyVersion::v2},
                                         Options{"in_and_out_v2", true, ProxyVersion::v2}),
                         [](const auto& info) { return info.param.name; });

TEST_F(L4Tcp, WithoutTheHeaderThatItAwaitsAConnectionIsClosed) {
    serve([](table::L4Service& service, table::RoutingTable&) { service.accept_proxy = true; });
    Peer client = connect();
    client.send("SELECT 1;\r\n");
    EXPECT_TRUE(client.sees_end());
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"status\":400"), std::string::npos) << line;
    EXPECT_FALSE(pod.has_visitor());
}

// Endpoints.

TEST_F(L4Tcp, AnotherEndpointIsTriedWhereOneDoesNotListen) {
    Pod dead;
    dead.close();
    serve_at({dead.address(), pod.address()}, [](table::L4Service&, table::RoutingTable&) {});
    std::size_t failed = 0;
    for (int i = 0; i < 2; ++i) {  // one of them begins with the dead one
        {
            Peer client = connect();
            Peer visitor = pod.accept();
            visitor.send("here");
            EXPECT_EQ(client.read_exactly(4), "here");
        }
        failed += count(proxy.next_log_line(), "\"error\":\"connect_failed\"");
    }
    EXPECT_GE(failed, 1U);
    const auto& errors = proxy.server().counters().attempt_errors;
    EXPECT_EQ(errors[static_cast<std::size_t>(Err::connect_failed)], failed);
}

TEST_F(L4Tcp, NoOtherEndpointIsTriedWhereTheSettingSaysSo) {
    Pod dead;
    dead.close();
    serve_at({dead.address(), pod.address()}, [](table::L4Service&, table::RoutingTable& table) {
        table.settings.l4.next_upstream = false;
    });
    std::size_t failed = 0;
    for (int i = 0; i < 2; ++i) {
        Peer client = connect();
        while (!client.has_news() && !pod.has_visitor()) {
        }
        if (pod.has_visitor()) pod.accept();
        client.close();
        failed += count(proxy.next_log_line(), "\"status\":502");
    }
    EXPECT_EQ(failed, 1U) << "one of two goes to the dead one";
}

TEST_F(L4Tcp, TriesAreBounded) {
    std::vector<SocketAddress> endpoints;
    for (int i = 0; i < 5; ++i) {
        Pod dead;
        dead.close();
        endpoints.push_back(dead.address());
    }
    serve_at(endpoints,
             [](table::L4Service&, table::RoutingTable& table) { table.settings.l4.tries = 2; });
    Peer client = connect();
    EXPECT_TRUE(client.sees_end());
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"status\":502"), std::string::npos) << line;
    EXPECT_NE(line.find("\"error\":\"connect_failed\""), std::string::npos) << line;
    EXPECT_EQ(count(line, "\"addr\""), 2U) << line;
}

TEST_F(L4Tcp, WithoutAnEndpointTheConnectionIsClosed) {
    serve_at({}, [](table::L4Service&, table::RoutingTable&) {});
    Peer client = connect();
    EXPECT_TRUE(client.sees_end());
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"no_endpoint\""), std::string::npos) << line;
    EXPECT_NE(line.find("\"status\":502"), std::string::npos) << "nginx's status: " << line;
}

TEST_F(L4Tcp, AnEndpointThatLeavesKeepsItsConnections) {
    Peer client = connect();
    Peer visitor = pod.accept();
    Pod other;
    serve_at({other.address()}, [](table::L4Service&, table::RoutingTable&) {});
    client.send("still");
    EXPECT_EQ(visitor.read_exactly(5), "still");
    Peer next = connect();
    other.accept().send("new");
    EXPECT_EQ(next.read_exactly(3), "new");
}

// Ports that follow the table.

TEST_F(L4Tcp, APortThatLeavesTheTableClosesAndKeepsItsConnections) {
    Peer client = connect();
    Peer visitor = pod.accept();
    proxy.publish(table_to({}));
    EXPECT_FALSE(listens());
    client.send("on");
    EXPECT_EQ(visitor.read_exactly(2), "on");

    serve([](table::L4Service&, table::RoutingTable&) {});
    Peer again = connect();
    pod.accept().send("again");
    EXPECT_EQ(again.read_exactly(5), "again");
    visitor.send("off");
    EXPECT_EQ(client.read_exactly(3), "off");
}

TEST_F(L4Tcp, AnEntryThatChangesLeadsNewConnectionsElsewhere) {
    Peer client = connect();
    Peer visitor = pod.accept();
    Pod other;
    serve_at({other.address()}, [](table::L4Service& service, table::RoutingTable&) {
        service.target.service = "other";
        service.target.send_proxy = ProxyVersion::v1;
    });
    Peer next = connect();
    EXPECT_TRUE(other.accept().read_until("\r\n").starts_with("PROXY TCP4 "));
    visitor.send("old");
    EXPECT_EQ(client.read_exactly(3), "old");
    client.close();
    visitor.close();
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"service\":\"db\""), std::string::npos) << line;
}

TEST_F(L4Tcp, APortThatSomebodyHasCostsOnlyItselfAndIsTriedAgain) {
    const std::uint16_t taken = free_port();
    auto squatter = ListenSocket::open(loopback(taken));
    ASSERT_TRUE(squatter);
    const auto both = [&](table::L4Service&, table::RoutingTable& table) {
        add_service(table, {Transport::tcp, taken}, {pod.address()});
    };
    serve(both);
    EXPECT_EQ(proxy.server().l4_ports_failed(), 1U);
    Peer client = connect();
    pod.accept().send("served");
    EXPECT_EQ(client.read_exactly(6), "served");

    *squatter = Descriptor();
    serve(both);
    EXPECT_EQ(proxy.server().l4_ports_failed(), 0U);
    Peer late = Peer::connect(loopback(taken));
    pod.accept().send("served");
    EXPECT_EQ(late.read_exactly(6), "served");
}

// Time, memory, the end of the process.

TEST_F(L4Tcp, SilenceOfBothDirectionsEndsItAndSilenceOfOneDoesNot) {
    Peer client = connect();
    Peer visitor = pod.accept();
    for (int i = 0; i < 3; ++i) {
        proxy.advance(std::chrono::seconds(400));
        visitor.send("x");
        EXPECT_EQ(client.read_exactly(1), "x");
    }
    proxy.advance(std::chrono::seconds(400));
    EXPECT_FALSE(client.has_news());
    proxy.advance(std::chrono::seconds(201));
    EXPECT_TRUE(client.sees_end());
    EXPECT_TRUE(visitor.sees_end());
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"session_idle\""), std::string::npos) << line;
    EXPECT_NE(line.find("\"status\":200"), std::string::npos) << line;
}

TEST_F(L4Tcp, SlowReadersHoldNoMoreThanTheirBound) {
    constexpr std::size_t kConnections = 64;
    constexpr std::size_t kBlocksEach =
        3;  // docs/bounds.md: one that is read into, two on their way
    std::vector<Peer> clients;
    std::vector<Peer> visitors;
    for (std::size_t i = 0; i < kConnections; ++i) {
        clients.push_back(connect());
        visitors.push_back(pod.accept());
    }
    const std::string bulk(256 * 1024, 'x');
    std::vector<std::size_t> sent(kConnections, 0);
    for (bool moved = true; moved;) {  // until every pod is held back
        moved = false;
        for (std::size_t i = 0; i < kConnections; ++i) {
            const std::size_t put = visitors[i].send_some(bulk);
            sent[i] += put;
            moved = moved || put > 0;
        }
        proxy.server().settle();
    }
    EXPECT_LE(proxy.server().blocks_in_use(), kConnections * kBlocksEach);
    for (std::size_t i = 0; i < kConnections; ++i) {
        visitors[i].shutdown_write();
        EXPECT_EQ(clients[i].drain(), sent[i]);
    }
}

TEST_F(L4Tcp, AStoppingProcessClosesThePortAndLetsConnectionsEnd) {
    Peer client = connect();
    Peer visitor = pod.accept();
    proxy.server().stop_accepting();
    proxy.server().settle();
    EXPECT_FALSE(listens());
    EXPECT_EQ(proxy.server().connections(), 1U) << "the process waits for it";
    visitor.send("last");
    EXPECT_EQ(client.read_exactly(4), "last");
    client.close();
    EXPECT_TRUE(visitor.sees_end());
    visitor.close();
    (void)proxy.next_log_line();
    proxy.server().settle();
    EXPECT_EQ(proxy.server().connections(), 0U);
}

}  // namespace
}  // namespace breakwater::test
