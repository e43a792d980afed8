#include "tests/support/tls_tunnel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "proxy/base/check.h"

namespace breakwater::test {
namespace {

Peer connected_to(Descriptor& other) {
    std::array<int, 2> fds{};
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
    other = Descriptor(fds[0]);
    return Peer(Descriptor(fds[1]));
}

}  // namespace

TlsTunnel::TlsTunnel(TlsClient& client)
    : client_(client), peer_(connected_to(inner_)), thread_([this] { carry(); }) {}

void TlsTunnel::carry() {
    bool outer_open = true;
    for (;;) {
        std::array<pollfd, 2> ready{
            {{inner_.get(), POLLIN, 0}, {outer_open ? client_.fd() : -1, POLLIN, 0}}};
        // OpenSSL 3.5 may have something pending for ever behind an end.
        const bool at_hand = outer_open && SSL_has_pending(client_.ssl()) == 1;
        if (poll(ready.data(), ready.size(), at_hand ? 0 : -1) < 0) break;
        if (ready[0].revents != 0 && !carry_out()) break;
        if ((at_hand || ready[1].revents != 0) && !carry_in()) {
            outer_open = false;
            shutdown(inner_.get(), SHUT_WR);
        }
    }
    client_.cut();
}

bool TlsTunnel::carry_out() {
    std::array<char, 16 * 1024> room;
    const ssize_t got = read(inner_.get(), room.data(), room.size());
    return got > 0 && client_.write({room.data(), static_cast<std::size_t>(got)});
}

bool TlsTunnel::carry_in() {
    std::array<char, 16 * 1024> room;
    std::size_t got = 0;
    if (SSL_read_ex(client_.ssl(), room.data(), room.size(), &got) != 1) return false;
    return send(inner_.get(), room.data(), got, MSG_NOSIGNAL) == static_cast<ssize_t>(got);
}

}  // namespace breakwater::test
