#include "proxy/resolve/resolver.h"

#include <ares.h>
#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/free.h"
#include "proxy/base/try.h"

namespace breakwater::resolve {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

/// A server that is silent so long is asked again, or the next one is.
constexpr int kTryMs = 2000;
constexpr int kTries = 3;
/// A name with so many is tried as it is before the search list is gone through: pods have 5, so that
/// `example.com` would first be asked for below their own cluster, where others may have made a namespace `com`.
constexpr int kDots = 1;
constexpr std::size_t kMostNameBytes = 255;

/// Once a process, before any channel.
void set_up_library() {
    static const int done = ares_library_init(ARES_LIB_INIT_ALL);
    CHECK(done == ARES_SUCCESS);
}

/// Whether that is said of the name, and not of who was asked.
bool is_answer(int status) {
    return status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_EBADNAME;
}

Result<Resolved> read_answer(int status, const ares_addrinfo* found) {
    if (status != ARES_SUCCESS) {
        return fail(is_answer(status) ? Err::name_unresolved : Err::name_timeout,
                    ares_strerror(status));
    }
    Resolved resolved;
    resolved.ttl = seconds::max();
    const auto no_longer_than = [&](int ttl) {
        resolved.ttl = std::min(resolved.ttl, seconds(ttl));
    };
    for (const auto* node = found->nodes; node; node = node->ai_next) {
        sockaddr_storage native{};
        std::copy_n(reinterpret_cast<const char*>(node->ai_addr),
                    std::min<std::size_t>(node->ai_addrlen, sizeof native),
                    reinterpret_cast<char*>(&native));
        resolved.addresses.push_back(SocketAddress::from_native(native).ip);
        no_longer_than(node->ai_ttl);
    }
    for (const auto* alias = found->cnames; alias; alias = alias->next) no_longer_than(alias->ttl);
    if (resolved.addresses.empty()) return fail(Err::name_unresolved, "it has no address");
    return resolved;
}

}  // namespace

/// Waits for what comes of one question, until its deadline.
class Resolver::Answer final : private Waiter, private Timer {
public:
    /// What c-ares is given, until it has called back, which may be after nobody waits any more.
    struct Question {
        Answer* asker;
    };

    Answer(Reactor& reactor, Deadline deadline)
        : reactor_(reactor), deadline_(deadline), question_(new Question{this}) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() {
        if (question_) question_->asker = nullptr;
    }

    [[nodiscard]] Question* question() const { return question_; }
    void take(Result<Resolved> result) {
        question_ = nullptr;
        result_ = std::move(result);
        if (coroutine) reactor_.wake(*this);
    }

    [[nodiscard]] bool await_ready() const { return result_.has_value(); }
    void await_suspend(std::coroutine_handle<> waiting) {
        coroutine = waiting;
        reactor_.timers().arm(*this, deadline_);
    }
    Result<Resolved> await_resume() {
        if (!result_) return fail(Err::name_timeout);
        return *std::move(result_);
    }

private:
    void on_time() override { reactor_.wake(*this); }

    Reactor& reactor_;
    Deadline deadline_;
    Question* question_;  ///< null once it has been answered
    std::optional<Result<Resolved>> result_;
};

/// Waits until any socket may be ready, c-ares wants to try again, or there is another question.
class Resolver::News final : private Waiter, private Timer {
public:
    explicit News(Resolver& resolver) : resolver_(resolver) {}
    News(const News&) = delete;
    News& operator=(const News&) = delete;
    ~News() { forget(); }

    void wake() { resolver_.reactor_.wake(*this); }

    [[nodiscard]] bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        coroutine = waiting;
        resolver_.news_ = this;
        for (auto& [fd, socket] : resolver_.sockets_) {
            if (socket->reads) socket->watch.reader = this;
            if (socket->writes) socket->watch.writer = this;
        }
        timeval left{};
        if (!ares_timeout(resolver_.channel_, nullptr, &left)) return;  // nothing is asked
        const Duration wait = seconds(left.tv_sec) + microseconds(left.tv_usec);
        resolver_.reactor_.timers().arm(*this, Deadline(resolver_.reactor_.now() + wait));
    }
    void await_resume() { forget(); }

private:
    void on_time() override { wake(); }
    void forget() {
        disarm();
        resolver_.news_ = nullptr;
        for (auto& [fd, socket] : resolver_.sockets_) {
            socket->watch.reader = socket->watch.writer = nullptr;
        }
    }

    Resolver& resolver_;
};

/// What c-ares calls. It is not to be ended, nor asked, from inside one.
struct Resolver::Callbacks {
    /// Comes before a socket is closed, too.
    static void on_socket(void* data, ares_socket_t fd, int reads, int writes) {
        auto& resolver = *static_cast<Resolver*>(data);
        if (!reads && !writes) {
            resolver.sockets_.erase(fd);
            return;
        }
        auto& socket = resolver.sockets_[fd];
        if (!socket) socket = std::make_unique<Socket>(resolver.reactor_, fd);
        socket->reads = reads != 0;
        socket->writes = writes != 0;
    }

    static void on_answer(void* data, int status, int /*timeouts*/, ares_addrinfo* found) {
        const std::unique_ptr<Answer::Question> question(static_cast<Answer::Question*>(data));
        const std::unique_ptr<ares_addrinfo, Free<ares_freeaddrinfo>> owned(found);
        if (question->asker) question->asker->take(read_answer(status, found));
    }
};

Resolver::Resolver(Reactor& reactor, std::string servers)
    : reactor_(reactor), servers_(std::move(servers)) {}

Resolver::~Resolver() {
    pump_.reset();
    if (channel_) ares_destroy(channel_);
}

Done Resolver::open() {
    if (channel_) return {};
    set_up_library();
    ares_options options{};
    options.timeout = kTryMs;
    options.tries = kTries;
    options.ndots = kDots;
    options.sock_state_cb = Callbacks::on_socket;
    options.sock_state_cb_data = this;
    int said = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_QUERY_CACHE
    options.qcache_max_ttl = 0;  // from c-ares 1.31 on it keeps answers, where it is not told so
    said |= ARES_OPT_QUERY_CACHE;
#endif
    ares_channeldata* channel = nullptr;
    const int opened = ares_init_options(&channel, &options, said);
    if (opened != ARES_SUCCESS) return fail(Err::name_unresolved, ares_strerror(opened));
    channel_ = channel;
    if (!servers_.empty()) {
        CHECK(ares_set_servers_ports_csv(channel_, servers_.c_str()) == ARES_SUCCESS);
    }
    pump_ = pump();
    pump_.start();
    return {};
}

Task<void> Resolver::pump() {
    for (;;) {
        // The loop tells of changes, c-ares wants to hear what is: so it is told until nothing is left.
        while (process()) co_await NextTurn(reactor_);
        co_await News(*this);
    }
}

bool Resolver::process() {
    std::vector<pollfd> sockets;
    for (const auto& [fd, socket] : sockets_) {
        const int events = (socket->reads ? POLLIN : 0) | (socket->writes ? POLLOUT : 0);
        sockets.push_back({fd, static_cast<short>(events), 0});
    }
    const bool any = poll(sockets.data(), sockets.size(), 0) > 0;
    for (const pollfd& socket : sockets) {
        if (socket.revents == 0 || !sockets_.contains(socket.fd)) continue;
        const bool broken = (socket.revents & (POLLERR | POLLHUP)) != 0;
        const bool reads = broken || (socket.revents & POLLIN) != 0;
        const bool writes = (socket.revents & POLLOUT) != 0;
        ares_process_fd(channel_, reads ? socket.fd : ARES_SOCKET_BAD,
                        writes ? socket.fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // whose time is over
    return any;
}

void Resolver::wake_pump() {
    if (news_) news_->wake();
}

Task<Result<Resolved>> Resolver::resolve(std::string name, Deadline deadline) {
    if (const auto literal = IpAddress::parse(name)) co_return Resolved{{*literal}, seconds::max()};
    if (name.size() > kMostNameBytes || name.contains('\0')) co_return fail(Err::name_unresolved);
    CO_TRY(open());
    Answer answer(reactor_, deadline);
    ares_addrinfo_hints hints{};
    hints.ai_flags = ARES_AI_NOSORT;  // which would connect a socket for each
    hints.ai_socktype = SOCK_STREAM;  // each address once
    hints.ai_family = AF_UNSPEC;
    ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, Callbacks::on_answer,
                     answer.question());
    wake_pump();
    Result<Resolved> resolved = co_await answer;
    co_return resolved;
}

}  // namespace breakwater::resolve
