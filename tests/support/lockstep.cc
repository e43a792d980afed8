#include "tests/support/lockstep.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"

namespace breakwater::test {
namespace {

constexpr const char* kHost = "bench.example";

std::shared_ptr<table::RoutingTable> table_with_certificate(const SocketAddress& pod) {
    auto table = table_to({pod});
    table->settings.upstream.idle_connections = static_cast<int>(2 * Lockstep::kConnections);
    table->settings.upstream.requests = 1'000'000'000;
    table->settings.client.keep_alive_requests = 1'000'000'000;
    auto host = std::make_shared<table::Host>(*table->catch_all);
    host->name = kHost;
    host->certificate = certificate_for(kHost);
    table->hosts.push_back(std::move(host));
    return table;
}

}  // namespace

class Lockstep::Client {
public:
    Client(const SocketAddress& to, bool tls) : plain_(Peer::connect(to)) {
        if (!tls) return;
        tls_ =
            std::make_unique<TlsClient>(plain_.release(), TlsClientOptions{.server_name = kHost});
        EXPECT_TRUE(tls_->handshake()) << tls_->error();
    }
    void send(const std::string& bytes) {
        if (tls_) {
            EXPECT_TRUE(tls_->write(bytes));
        } else {
            plain_.send(bytes);
        }
    }
    std::string read(std::size_t bytes) {
        return tls_ ? tls_->read(bytes) : plain_.read_exactly(bytes);
    }

private:
    Peer plain_;
    std::unique_ptr<TlsClient> tls_;
};

/// Stops the loop until its end.
class Lockstep::Held {
public:
    explicit Held(serve::Server& server) {
        server.post([this] {
            inside_.release();
            go_on_.acquire();
            gone_.release();
        });
        inside_.acquire();
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() {
        go_on_.release();
        gone_.acquire();
    }

private:
    std::binary_semaphore inside_{0};
    std::binary_semaphore go_on_{0};
    std::binary_semaphore gone_{0};
};

Lockstep::Lockstep(bool tls, Io io)
    : log_(open("/dev/null", O_WRONLY | O_CLOEXEC)),
      server_({.workers = 1, .io = io, .ports = {0, 0}, .log_fd = log_.get()}, clock_),
      request_(std::string("GET /1k HTTP/1.1\r\nHost: ") + kHost + "\r\n\r\n"),
      answer_(
          "HTTP/1.1 200 OK\r\nServer: pod\r\nContent-Type: text/plain\r\n"
          "Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Length: 1024\r\n\r\n" +
          std::string(1024, 'x')) {
    EXPECT_TRUE(server_.publish(table_with_certificate(pod_.address())).has_value());
    server_.settle();
    for (std::size_t i = 0; i < kConnections; ++i) {
        clients_.push_back(std::make_unique<Client>(server_.addresses(tls).front(), tls));
    }
    connect_pods();
}

Lockstep::~Lockstep() = default;

/// The first requests open the proxy's connections and tell how long the messages are.
void Lockstep::connect_pods() {
    for (const auto& client : clients_) client->send(request_);
    for (std::size_t i = 0; i < kConnections; ++i) {
        visitors_.push_back(pod_.accept());
        request_bytes_ = visitors_.back().read_head().size();
    }
    for (Peer& visitor : visitors_) visitor.send(answer_);
    for (const auto& client : clients_) {
        std::string head;
        while (!head.ends_with("\r\n\r\n")) head += client->read(1);
        client->read(1024);
        answer_bytes_ = head.size() + 1024;
    }
    server_.settle();
}

void Lockstep::round_without_requests() {
    for (int stage = 0; stage < 2; ++stage) {
        {
            const Held held(server_);
        }
        server_.settle();
    }
}

void Lockstep::round() {
    {
        const Held held(server_);
        for (const auto& client : clients_) client->send(request_);
    }
    server_.settle();
    {
        const Held held(server_);
        for (Peer& visitor : visitors_) {
            visitor.read_exactly(request_bytes_);
            visitor.send(answer_);
        }
    }
    server_.settle();
    for (const auto& client : clients_) {
        ASSERT_EQ(client->read(answer_bytes_).size(), answer_bytes_);
    }
}

}  // namespace breakwater::test
