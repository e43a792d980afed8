#include "tests/support/tls_pair.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/try.h"
#include "proxy/reactor/socket.h"
#include "tests/support/table_certificate.h"

namespace breakwater::test {
namespace {

class Trickle final : public ByteStream {
public:
    explicit Trickle(std::unique_ptr<ByteStream> below) : below_(std::move(below)) {}

    Tried try_read(std::span<char> into) override { return below_->try_read(into.first(1)); }
    Tried try_write(std::string_view bytes) override {
        return below_->try_write(bytes.substr(0, 1));
    }
    Tried try_write2(std::string_view first, std::string_view second) override {
        return try_write(first.empty() ? second : first);
    }
    IoWait wait_readable(Deadline deadline) override { return below_->wait_readable(deadline); }
    IoWait wait_writable(Deadline deadline) override { return below_->wait_writable(deadline); }
    Watch& watch() override { return below_->watch(); }
    Tried try_shutdown_write() override { return below_->try_shutdown_write(); }
    bool idle_and_intact() const override { return below_->idle_and_intact(); }

private:
    std::unique_ptr<ByteStream> below_;
};

Task<void> then_stop(Reactor& reactor, Task<void> first) {
    co_await first;
    reactor.stop();
}

}  // namespace

std::unique_ptr<ByteStream> trickle(std::unique_ptr<ByteStream> below) {
    return std::make_unique<Trickle>(std::move(below));
}

void Certificates::publish(const std::vector<std::string>& hosts, const Said& said) {
    table::RoutingTable table;
    for (const std::string& name : hosts) {
        auto host = std::make_shared<table::Host>();
        host->name = name;
        host->certificate = certificate_for(name);
        const auto found = said.find(name);
        if (found != said.end()) host->policies = found->second;
        table.hosts.push_back(std::move(host));
    }
    publish(std::move(table));
}

void Certificates::publish_pair(const std::string& host, const std::string& key) {
    table::RoutingTable table;
    auto both = std::make_shared<table::Host>();
    both->name = host;
    both->certificate = certificate_for(host, key);
    both->rsa_certificate = certificate_for(host, "RSA-2048");
    table.hosts.push_back(std::move(both));
    publish(std::move(table));
}

void Certificates::publish(table::RoutingTable table) {
    table.catch_all = std::make_shared<table::Host>();
    hosts_.clear();
    for (const auto& host : table.hosts) hosts_.insert(host->name);
    table.default_certificate = certificate_for("default.test");
    const PemPair spare = crypto::make_self_signed();
    index_ = std::make_unique<const tls::CertificateIndex>(
        table, *tls::ServerCertificate::load(spare.chain_pem, spare.key_pem));
    clients_ = tls::ClientVerifiers::make(table, clients_);
    ciphers_ = std::make_unique<const tls::CipherIndex>(table, ciphers_.get());
}

TlsPair::TlsPair(tls::ServerContext& context, Wrap wrap) {
    std::array<int, 2> fds{};
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
    server_fd_ = fds[0];
    client = Descriptor(fds[1]);
    CHECK(fcntl(server_fd_, F_SETFL, O_NONBLOCK) == 0);
    std::unique_ptr<ByteStream> below =
        make_socket(reactor, Descriptor(server_fd_), SocketState::accepted);
    if (wrap) below = wrap(std::move(below));
    stream = std::make_unique<tls::Stream>(std::move(below), context);
}

void TlsPair::run(Task<void> server, std::function<void(Descriptor)> on_client) {
    std::thread thread([&] { on_client(std::move(client)); });
    reactor.spawn(then_stop(reactor, std::move(server)));
    reactor.run();
    thread.join();
}

void TlsPair::make_narrow() {
    const int bytes = 1;  // the kernel makes its least of it
    for (const int fd : {server_fd_, client.get()}) {
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
}

Task<Done> read_exactly(ByteStream& from, std::size_t bytes, std::string& into, Deadline deadline) {
    std::array<char, 16 * 1024> room;
    const std::size_t target = into.size() + bytes;
    while (into.size() < target) {
        const std::size_t wanted = std::min(room.size(), target - into.size());
        const Tried got = from.try_read({room.data(), wanted});
        switch (got.state) {
            case Tried::State::some: into.append(room.data(), got.bytes); break;
            case Tried::State::end: co_return fail(Err::io_closed);
            case Tried::State::failed: co_return fail(got.error);
            case Tried::State::wait: CO_TRY(co_await from.wait_readable(deadline)); break;
        }
    }
    co_return Done{};
}

Task<Done> read_all(ByteStream& from, std::string& into, Deadline deadline) {
    Done done = co_await read_exactly(from, static_cast<std::size_t>(-1) / 2, into, deadline);
    if (!done && done.error().code == Err::io_closed) co_return Done{};
    co_return done;
}

Task<Done> write_all(ByteStream& to, std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const Tried put = to.try_write(bytes);
        switch (put.state) {
            case Tried::State::some: bytes.remove_prefix(put.bytes); break;
            case Tried::State::end:
            case Tried::State::failed: co_return fail(put.error);
            case Tried::State::wait: CO_TRY(co_await to.wait_writable(deadline)); break;
        }
    }
    co_return Done{};
}

Task<Done> end_writing(ByteStream& to, Deadline deadline) {
    while (to.try_shutdown_write().state == Tried::State::wait) {
        CO_TRY(co_await to.wait_writable(deadline));
    }
    co_return Done{};
}

}  // namespace breakwater::test
