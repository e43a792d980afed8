// The client of a measurement.
//
//   bench_load PORT [path=/1024] [host=bench.test] [connections=64] [seconds=2] [rate=N] [tls] [new] [resume] [idle]
//
// Without `rate` each connection asks again as soon as it has its answer. With it, requests are due at
// random moments (a Poisson process of that many a second) whatever the answers do, and a latency counts
// from when the request was due: a slow answer hides nothing. `new`: a connection for each request;
// `resume`: with the TLS session of an earlier one. `idle`: each connection asks once and stays until
// stdin ends. Prints one JSON object; with `idle`, `ready` first.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Seconds = std::chrono::duration<double>;

/// Of the fixed rate, whose first answers come before pools and caches are filled.
constexpr Seconds kWarmUp{0.3};

struct Options {
    int port = 0;
    std::string path = "/1024";
    std::string host = "bench.test";
    std::size_t connections = 64;
    double seconds = 2;
    double rate = 0;
    bool tls = false;
    bool anew = false;
    bool resume = false;
    bool idle = false;
};

[[noreturn]] void die(const std::string& why) {
    std::fprintf(stderr, "bench_load: %s\n", why.c_str());
    std::exit(1);
}

Options parse(int argc, char** argv) {
    if (argc < 2) die("see the head of load.cc");
    Options options;
    options.port = std::atoi(argv[1]);
    for (int i = 2; i < argc; ++i) {
        const std::string_view word = argv[i];
        const std::size_t equals = word.find('=');
        const std::string_view key = word.substr(0, equals);
        const std::string value(equals == word.npos ? "" : word.substr(equals + 1));
        if (key == "path")
            options.path = value;
        else if (key == "host")
            options.host = value;
        else if (key == "connections")
            options.connections = std::stoul(value);
        else if (key == "seconds")
            options.seconds = std::stod(value);
        else if (key == "rate")
            options.rate = std::stod(value);
        else if (key == "tls")
            options.tls = true;
        else if (key == "new")
            options.anew = true;
        else if (key == "resume")
            options.resume = true;
        else if (key == "idle")
            options.idle = true;
        else
            die("unknown option " + std::string(word));
    }
    return options;
}

struct Results {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
    std::uint64_t errors = 0;
    std::uint64_t resumed = 0;
    std::vector<float> latencies_us;
};

/// What the connections share.
struct Run {
    Options options;
    std::string request;
    int epoll = -1;
    SSL_CTX* tls = nullptr;
    SSL_SESSION* session = nullptr;  ///< of the latest connection, for `resume`
    Results results;
    bool measuring = true;
};

int keep_session(SSL* ssl, SSL_SESSION* session) {
    auto* run = static_cast<Run*>(SSL_get_app_data(ssl));
    if (run->session) SSL_SESSION_free(run->session);
    run->session = session;
    return 1;
}

class Connection {
public:
    explicit Connection(Run& run) : run_(run) {}
    ~Connection() { end(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void ask(Time due) {
        due_ = due;
        busy_ = true;
        unsent_ = run_.request;
        if (fd_ < 0) open();
        if (shake_hands()) send_rest();  // what answers it is an event
    }

    /// An event has come. @return whether an answer is complete.
    bool go_on() {
        if (!shake_hands()) return false;
        if (!send_rest()) return false;
        return receive();
    }

private:
    void open() {
        fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (fd_ < 0) die(std::strerror(errno));
        const int one = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(run_.options.port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
            errno != EINPROGRESS)
            die(std::strerror(errno));
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.ptr = this;
        epoll_ctl(run_.epoll, EPOLL_CTL_ADD, fd_, &event);
        secure_ = !run_.options.tls;
        if (run_.options.tls) {
            ssl_ = SSL_new(run_.tls);
            SSL_set_app_data(ssl_, &run_);
            SSL_set_fd(ssl_, fd_);
            SSL_set_tlsext_host_name(ssl_, run_.options.host.c_str());
            if (run_.options.resume && run_.session) SSL_set_session(ssl_, run_.session);
            SSL_set_connect_state(ssl_);
        }
    }

    void end() {
        if (ssl_) SSL_free(std::exchange(ssl_, nullptr));
        if (fd_ >= 0) close(std::exchange(fd_, -1));
        head_.clear();
        body_left_ = 0;
        in_body_ = false;
    }

    void fail() {
        if (busy_ && run_.measuring) ++run_.results.errors;
        end();
        open();
        if (busy_) unsent_ = run_.request;  // again, from when it was due
    }

    bool shake_hands() {
        if (secure_) return true;
        const int result = SSL_do_handshake(ssl_);
        if (result == 1) {
            secure_ = true;
            if (SSL_session_reused(ssl_)) ++run_.results.resumed;
            return true;
        }
        const int error = SSL_get_error(ssl_, result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) fail();
        return false;
    }

    bool send_rest() {
        while (!unsent_.empty()) {
            const auto put = ssl_
                                 ? SSL_write(ssl_, unsent_.data(), static_cast<int>(unsent_.size()))
                                 : send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
            if (put <= 0) {
                if (would_wait(put)) return false;
                fail();
                return false;
            }
            unsent_.remove_prefix(static_cast<std::size_t>(put));
        }
        return true;
    }

    bool would_wait(ssize_t result) {
        if (!ssl_) return errno == EAGAIN || errno == ENOTCONN;
        const int error = SSL_get_error(ssl_, static_cast<int>(result));
        ERR_clear_error();
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    }

    bool receive() {
        static std::array<char, 256 * 1024> bytes;
        for (;;) {
            const ssize_t got = ssl_ ? SSL_read(ssl_, bytes.data(), bytes.size())
                                     : recv(fd_, bytes.data(), bytes.size(), 0);
            if (got <= 0) {
                if (got < 0 && would_wait(got)) return false;
                fail();
                return false;
            }
            if (take({bytes.data(), static_cast<std::size_t>(got)})) return true;
        }
    }

    /// @return whether the answer is complete.
    bool take(std::string_view bytes) {
        if (run_.measuring) run_.results.bytes += bytes.size();
        if (!in_body_) {
            head_ += bytes;
            const std::size_t end = head_.find("\r\n\r\n");
            if (end == std::string::npos) return false;
            read_head(std::string_view(head_).substr(0, end));
            bytes = bytes.substr(bytes.size() - (head_.size() - end - 4));
            in_body_ = true;
        }
        if (bytes.size() > body_left_) die("more bytes than Content-Length said");
        body_left_ -= bytes.size();
        if (body_left_ > 0) return false;
        finish();
        return true;
    }

    void read_head(std::string_view head) {
        if (!head.starts_with("HTTP/1.1 200")) ++run_.results.errors;
        static constexpr std::string_view kName = "content-length:";
        const auto same = [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) == b;
        };
        const auto found = std::search(head.begin(), head.end(), kName.begin(), kName.end(), same);
        if (found == head.end()) die("an answer without Content-Length");
        std::string_view value =
            head.substr(static_cast<std::size_t>(found - head.begin()) + kName.size());
        while (value.starts_with(' ')) value.remove_prefix(1);
        std::from_chars(value.data(), value.data() + value.size(), body_left_);
    }

    void finish() {
        if (run_.measuring) {
            ++run_.results.requests;
            const std::chrono::duration<float, std::micro> took = Clock::now() - due_;
            run_.results.latencies_us.push_back(took.count());
        }
        busy_ = false;
        head_.clear();
        in_body_ = false;
        if (run_.options.anew) {
            if (ssl_) SSL_shutdown(ssl_);  // so that its session may be used again
            end();
        }
    }

    Run& run_;
    int fd_ = -1;
    SSL* ssl_ = nullptr;
    bool secure_ = false;
    bool busy_ = false;
    bool in_body_ = false;
    Time due_{};
    std::string_view unsent_;
    std::string head_;
    std::size_t body_left_ = 0;
};

using Connections = std::vector<std::unique_ptr<Connection>>;

/// Handles what has come, for at most `timeout_ms`. @param done  of each connection whose answer is complete
template <class Answered>
void turn(Run& run, int timeout_ms, Answered answered) {
    std::array<epoll_event, 128> events;
    const int count =
        epoll_wait(run.epoll, events.data(), static_cast<int>(events.size()), timeout_ms);
    for (int i = 0; i < count; ++i) {
        auto* connection = static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (connection->go_on()) answered(*connection);
    }
}

void closed_loop(Run& run, Connections& connections) {
    const Time end =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(run.options.seconds));
    for (auto& connection : connections) connection->ask(Clock::now());
    while (Clock::now() < end) {
        turn(run, 100, [&](Connection& free) { free.ask(Clock::now()); });
    }
}

void fixed_rate(Run& run, Connections& connections) {
    std::mt19937_64 random(1);
    std::exponential_distribution<double> gap(run.options.rate);
    std::deque<Time> waiting;
    std::vector<Connection*> free;
    for (auto& connection : connections) free.push_back(connection.get());
    const auto ask_due = [&] {
        while (!waiting.empty() && !free.empty()) {
            Connection* const connection = free.back();
            free.pop_back();
            connection->ask(waiting.front());
            waiting.pop_front();
        }
    };
    const Time begin = Clock::now();
    const auto after = [begin](double seconds) {
        return begin + std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
    };
    double next = gap(random);
    run.measuring = false;
    while (Clock::now() < after(kWarmUp.count() + run.options.seconds)) {
        const Time now = Clock::now();
        if (!run.measuring && now >= after(kWarmUp.count())) run.measuring = true;
        for (; after(next) <= now; next += gap(random)) waiting.push_back(after(next));
        ask_due();
        turn(run, 0, [&](Connection& done) { free.push_back(&done); });
    }
}

void stay_idle(Run& run, Connections& connections) {
    constexpr std::size_t kAtOnce = 64;  // more would show what a burst costs
    const Time end = Clock::now() + std::chrono::seconds(60);
    std::size_t asked = 0;
    std::size_t answered = 0;
    while (answered < connections.size() && Clock::now() < end) {
        while (asked < connections.size() && asked - answered < kAtOnce) {
            connections[asked++]->ask(Clock::now());
        }
        turn(run, 100, [&](Connection&) { ++answered; });
    }
    std::puts("ready");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
}

double percentile(std::vector<float>& values, double part) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

}  // namespace

int main(int argc, char** argv) {
    Run run;
    run.options = parse(argc, argv);
    run.request = "GET " + run.options.path + " HTTP/1.1\r\nHost: " + run.options.host + "\r\n\r\n";
    run.epoll = epoll_create1(0);
    if (run.options.tls) {
        run.tls = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_min_proto_version(run.tls, TLS1_3_VERSION);
        SSL_CTX_set_session_cache_mode(run.tls, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(run.tls, keep_session);
    }
    Connections connections;
    for (std::size_t i = 0; i < run.options.connections; ++i)
        connections.push_back(std::make_unique<Connection>(run));

    const Time began = Clock::now();
    if (run.options.idle)
        stay_idle(run, connections);
    else if (run.options.rate > 0)
        fixed_rate(run, connections);
    else
        closed_loop(run, connections);
    const double seconds =
        Seconds(Clock::now() - began).count() - (run.options.rate > 0 ? kWarmUp.count() : 0);

    Results& got = run.results;
    std::printf(
        "{\"requests\": %lu, \"seconds\": %.4f, \"bytes\": %lu, \"errors\": %lu, \"resumed\": %lu, "
        "\"p50\": %.0f, \"p99\": %.0f, \"p999\": %.0f}\n",
        got.requests, seconds, got.bytes, got.errors, got.resumed,
        percentile(got.latencies_us, 0.5), percentile(got.latencies_us, 0.99),
        percentile(got.latencies_us, 0.999));
    return got.requests > 0 || got.bytes > 0 ? 0 : 1;
}
