#include "controller/kube/fake_api.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace breakwater::kube {
namespace {

constexpr std::chrono::seconds kPatience{10};

/// The value of a query's member, as it came.
std::string query_of(std::string_view target, std::string_view name) {
    const std::size_t at = target.find(fmt::format("{}=", name));
    if (at == std::string_view::npos) return {};
    const std::string_view value = target.substr(at + name.size() + 1);
    return std::string(value.substr(0, value.find('&')));
}

bool receive(int connection, std::string& into) {
    char block[4096];
    const ssize_t got = ::recv(connection, block, sizeof block, 0);
    if (got > 0) into.append(block, static_cast<std::size_t>(got));
    return got > 0;
}

std::string field_of(std::string_view head, std::string_view name) {
    const std::string begin = fmt::format("\r\n{}: ", name);
    const std::size_t at = head.find(begin);
    if (at == std::string_view::npos) return {};
    const std::string_view value = head.substr(at + begin.size());
    return std::string(value.substr(0, value.find("\r\n")));
}

FakeRequest request_of(std::string_view head) {
    FakeRequest request;
    const std::size_t method_end = head.find(' ');
    const std::size_t begin = method_end + 1;
    request.method = head.substr(0, method_end);
    request.target = head.substr(begin, head.find(' ', begin) - begin);
    request.authorization = field_of(head, "Authorization");
    request.content_type = field_of(head, "Content-Type");
    return request;
}

/// @return nothing where the client left before all of it was there.
std::optional<FakeRequest> read_request(int connection) {
    std::string read;
    while (!read.contains("\r\n\r\n")) {
        if (!receive(connection, read)) return {};
    }
    const std::size_t head_size = read.find("\r\n\r\n") + 4;
    const std::string head = read.substr(0, head_size);
    const std::string length = field_of(head, "Content-Length");
    const std::size_t whole = head_size + (length.empty() ? 0 : std::stoul(length));
    while (read.size() < whole) {
        if (!receive(connection, read)) return {};
    }
    FakeRequest request = request_of(head);
    request.body = read.substr(head_size);
    return request;
}

void send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

}  // namespace

std::string FakeRequest::in_short() const {
    if (target.contains("watch=1")) return "watch " + query_of(target, "resourceVersion");
    const std::string token = query_of(target, "continue");
    return token.empty() ? "list" : "list " + token;
}

FakeApi::FakeApi(std::vector<FakeReply> replies)
    : FakeApi([replies = std::move(replies), next = std::size_t{0}](const FakeRequest&) mutable {
          if (next < replies.size()) return replies[next++];
          return FakeReply{.body = {}, .end = FakeReply::End::silent, .fields = {}};
      }) {}

FakeApi::FakeApi(Answer answer) : answer_(std::move(answer)), wake_(::eventfd(0, EFD_CLOEXEC)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    ::bind(listener_, any, size);
    ::listen(listener_, 64);
    ::getsockname(listener_, any, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

FakeApi::~FakeApi() {
    thread_.request_stop();
    ::eventfd_write(wake_, 1);
    thread_.join();
    ::close(listener_);
    ::close(wake_);
}

std::string FakeApi::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::vector<FakeRequest> FakeApi::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    std::size_t before = 0;
    do {  // a slow machine that goes on is waited for
        before = requests_.size();
        came_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
    } while (requests_.size() < count && requests_.size() > before);
    return requests_;
}

void FakeApi::serve(const std::stop_token& stop) {
    std::vector<std::jthread> connections;
    while (!stop.stop_requested()) {
        pollfd waits[2]{{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
        ::poll(waits, 2, -1);
        if (waits[1].revents != 0) return;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        connections.emplace_back([this, connection] {
            converse(connection);
            ::close(connection);
        });
    }
}

void FakeApi::converse(int connection) {
    using End = FakeReply::End;
    std::optional<FakeRequest> request = read_request(connection);
    if (!request) return;
    const FakeReply reply = [&] {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(*std::move(request));
        came_.notify_all();
        return answer_(requests_.back());
    }();
    if (reply.end == End::silent) return linger(connection);
    send_all(connection, fmt::format("HTTP/1.1 {} Said\r\nConnection: close\r\n"
                                     "Transfer-Encoding: chunked\r\n{}\r\n",
                                     reply.status, reply.fields));
    if (!reply.body.empty()) {
        send_all(connection, fmt::format("{:x}\r\n{}\r\n", reply.body.size(), reply.body));
    }
    if (reply.end == End::hang) return linger(connection);
    if (reply.end == End::clean) send_all(connection, "0\r\n\r\n");
}

void FakeApi::linger(int connection) const {
    pollfd waits[2]{{connection, POLLIN, 0}, {wake_, POLLIN, 0}};
    ::poll(waits, 2, -1);
}

}  // namespace breakwater::kube
