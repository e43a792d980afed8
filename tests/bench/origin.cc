// The web server behind the proxies that are measured: answers GET /N with N bytes from memory.
//
//   bench_origin PORT [NAME]
//
// With NAME each answer says it, as X-Origin.
//
// One thread, epoll, HTTP/1.1 with keep-alive; no more of HTTP than the proxies send. It prints a line when it listens.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t kLargestBody = 64 << 20;

const std::string& zeros() {
    static const std::string bytes(kLargestBody, '0');
    return bytes;
}

/// A line of each head; empty unless there is a name.
std::string& name_line() {
    static std::string line;
    return line;
}

std::string head_for(std::size_t body_bytes) {
    return "HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/plain\r\n" + name_line() +
           "Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Length: " + std::to_string(body_bytes) +
           "\r\n\r\n";
}

class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    ~Connection() { close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // @return false when it has ended.
    bool go_on() {
        for (;;) {
            if (!send_rest()) return false;
            if (rest_bytes() > 0) return true;  // the next event says that there is room again
            const std::size_t end = received_.find("\r\n\r\n");
            if (end == std::string::npos) {
                if (!receive()) return ended_ ? false : true;
                continue;
            }
            begin_answer(std::string_view(received_).substr(0, end));
            received_.erase(0, end + 4);
        }
    }

private:
    // @return false where there is nothing now, or nothing more.
    bool receive() {
        std::array<char, 4096> bytes;
        const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
        if (got > 0) {
            received_.append(bytes.data(), static_cast<std::size_t>(got));
            return true;
        }
        ended_ = got == 0 || errno != EAGAIN;
        return false;
    }

    void begin_answer(std::string_view request) {
        const std::size_t slash = request.find('/');
        std::size_t bytes = 0;
        std::from_chars(request.data() + slash + 1, request.data() + request.size(), bytes);
        body_bytes_ = std::min(bytes, kLargestBody);
        head_ = head_for(body_bytes_);
        sent_ = 0;
    }

    [[nodiscard]] std::size_t rest_bytes() const { return head_.size() + body_bytes_ - sent_; }

    bool send_rest() {
        while (rest_bytes() > 0) {
            const std::size_t of_head = std::min(sent_, head_.size());
            std::array<iovec, 2> parts{
                iovec{head_.data() + of_head, head_.size() - of_head},
                iovec{const_cast<char*>(zeros().data()), rest_bytes() - (head_.size() - of_head)}};
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = parts.size();
            const ssize_t put = sendmsg(fd_, &message, MSG_NOSIGNAL);
            if (put < 0) return errno == EAGAIN;
            sent_ += static_cast<std::size_t>(put);
        }
        return true;
    }

    int fd_;
    std::string received_;
    std::string head_;
    std::size_t body_bytes_ = 0;
    std::size_t sent_ = 0;
    bool ended_ = false;
};

int listen_on(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(fd, 4096) != 0) {
        std::perror("bench_origin: listen");
        std::exit(1);
    }
    return fd;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        std::fprintf(stderr, "usage: bench_origin PORT [NAME]\n");
        return 2;
    }
    if (argc == 3) name_line() = std::string("X-Origin: ") + argv[2] + "\r\n";
    const int listening = listen_on(std::atoi(argv[1]));
    const int epoll = epoll_create1(0);
    const auto watch = [epoll](int fd, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        event.data.fd = fd;
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    };
    watch(listening, EPOLLIN);
    (void)zeros();
    std::puts("ready");
    std::fflush(stdout);

    std::map<int, std::unique_ptr<Connection>> connections;
    std::array<epoll_event, 256> events;
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd != listening) {
                const auto found = connections.find(fd);
                if (found != connections.end() && !found->second->go_on()) connections.erase(found);
                continue;
            }
            for (int made; (made = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
                const int one = 1;
                setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                connections.emplace(made, std::make_unique<Connection>(made));
                watch(made, EPOLLIN | EPOLLOUT | EPOLLET);
            }
        }
    }
}
