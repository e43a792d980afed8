#include "tests/support/lockstep.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "tests/support/h2_client.h"
#include "tests/support/held_loop.h"
#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

constexpr const char* kHost = "bench.example";

std::shared_ptr<table::RoutingTable> table_with_certificate(const SocketAddress& pod) {
    auto table = table_to({pod});
    table->settings.upstream.idle_connections = static_cast<int>(2 * Lockstep::kRequests);
    table->settings.upstream.requests = 1'000'000'000;
    table->settings.client.keep_alive_requests = 1'000'000'000;
    auto host = std::make_shared<table::Host>(*table->catch_all);
    host->name = kHost;
    host->certificate = certificate_for(kHost);
    table->hosts.push_back(std::move(host));
    return table;
}

/// @param body_bytes  of four digits: all heads are of one length
std::string answer_with(std::size_t body_bytes) {
    return "HTTP/1.1 200 OK\r\nServer: pod\r\nContent-Type: text/plain\r\n"
           "Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Length: " +
           std::to_string(body_bytes) + "\r\n\r\n" + std::string(body_bytes, 'x');
}

}  // namespace

class Lockstep::Client {
public:
    virtual ~Client() = default;
    virtual void ask() = 0;
    virtual void take_answers(std::size_t body_bytes) = 0;
};

class Lockstep::Http1Client final : public Client {
public:
    Http1Client(const SocketAddress& to, bool tls) : plain_(Peer::connect(to)) {
        if (!tls) return;
        tls_ =
            std::make_unique<TlsClient>(plain_.release(), TlsClientOptions{.server_name = kHost});
        EXPECT_TRUE(tls_->handshake()) << tls_->error();
    }
    void ask() override {
        const std::string request = std::string("GET /1k HTTP/1.1\r\nHost: ") + kHost + "\r\n\r\n";
        if (tls_) {
            EXPECT_TRUE(tls_->write(request));
        } else {
            plain_.send(request);
        }
    }
    void take_answers(std::size_t body_bytes) override {
        if (head_bytes_ == 0) {  // the first tells how long they are
            std::string head;
            while (!head.ends_with("\r\n\r\n")) head += read(1);
            head_bytes_ = head.size();
            read(body_bytes);
        } else {
            ASSERT_EQ(read(head_bytes_ + body_bytes).size(), head_bytes_ + body_bytes);
        }
    }

private:
    std::string read(std::size_t bytes) {
        return tls_ ? tls_->read(bytes) : plain_.read_exactly(bytes);
    }

    Peer plain_;
    std::unique_ptr<TlsClient> tls_;
    std::size_t head_bytes_ = 0;
};

class Lockstep::Http2Client final : public Client {
public:
    static constexpr std::size_t kStreams = 16;
    static constexpr std::uint32_t kMuch = 1U << 30;

    explicit Http2Client(const SocketAddress& to) : client_(Peer::connect(to)) {
        // Credit for all that will come: how often a client gives some is its own affair.
        client_.settings({{setting::kInitialWindowSize, kMuch}})
            .window_update(0, kMuch)
            .withhold_credit();
    }
    void ask() override {
        H2Fields request = H2Client::get("/1k");
        request.back().second = kHost;
        std::string together;  // packets of their own would wait for the kernel's window
        for (StreamId& stream : streams_) {
            stream = client_.next_stream();
            together +=
                H2Client::bytes_of({FrameType::headers, flag::kEndStream | flag::kEndHeaders,
                                    stream, client_.block(request)});
        }
        client_.peer().send(together);
    }
    void take_answers(std::size_t body_bytes) override {
        for (const StreamId stream : streams_) {
            ASSERT_EQ(client_.read_answer(stream).body.size(), body_bytes);
        }
    }

private:
    H2Client client_;
    std::array<StreamId, kStreams> streams_{};
};

Lockstep::Lockstep(Clients kind, Io io)
    : log_(open("/dev/null", O_WRONLY | O_CLOEXEC)),
      server_({.workers = 1, .io = io, .ports = {0, 0}, .log_fd = log_.get()}, clock_) {
    EXPECT_TRUE(server_.publish(table_with_certificate(pod_.address())).has_value());
    server_.settle();
    connect(kind);
    connect_pods();
    arrival_.emplace();  // the server's threads are elsewhere by now
}

Lockstep::~Lockstep() = default;

void Lockstep::connect(Clients kind) {
    const SocketAddress to = server_.addresses(kind == Clients::tls).front();
    if (kind == Clients::http2) {
        for (std::size_t i = 0; i < kRequests; i += Http2Client::kStreams) {
            clients_.push_back(std::make_unique<Http2Client>(to));
        }
        return;
    }
    for (std::size_t i = 0; i < kRequests; ++i) {
        clients_.push_back(std::make_unique<Http1Client>(to, kind == Clients::tls));
    }
}

/// The first requests open the proxy's connections and tell how long they are.
void Lockstep::connect_pods() {
    for (const auto& client : clients_) client->ask();
    for (std::size_t i = 0; i < kRequests; ++i) {
        visitors_.push_back(pod_.accept());
        request_bytes_ = visitors_.back().read_head().size();
    }
    for (Peer& visitor : visitors_) visitor.send(answer_with(kBodyBytes));
    take_answers(kBodyBytes);
    server_.settle();
}

void Lockstep::take_answers(std::size_t body_bytes) {
    for (const auto& client : clients_) client->take_answers(body_bytes);
}

void Lockstep::warm_up() {
    constexpr int kRounds = 10;
    server_.post([] {
        std::array<Ref<Block>, kRequests> blocks;
        for (Ref<Block>& block : blocks) block = this_reactor().blocks().take();
    });
    for (int i = 0; i < kRounds; ++i) round(4 * kBodyBytes);
    for (int i = 0; i < kRounds; ++i) round();
}

void Lockstep::round_without_requests() {
    for (int stage = 0; stage < 2; ++stage) {
        {
            const HeldLoop held(server_);
        }
        server_.settle();
    }
}

void Lockstep::round(std::size_t body_bytes) {
    const std::string answer = answer_with(body_bytes);
    {
        const HeldLoop held(server_);
        for (const auto& client : clients_) client->ask();
        arrival_->wait();
    }
    server_.settle();
    {
        const HeldLoop held(server_);
        for (Peer& visitor : visitors_) {
            visitor.read_exactly(request_bytes_);
            visitor.send(answer);
        }
        arrival_->wait();
    }
    server_.settle();
    take_answers(body_bytes);
}

}  // namespace breakwater::test
