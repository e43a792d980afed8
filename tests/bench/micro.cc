// What the pieces of a request cost by themselves, hot caches and all: for comparing two ways of doing
// one of them. What a whole request costs is tests/bench/run's to say.

#include <benchmark/benchmark.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/arena.h"
#include "proxy/base/crypto/handles.h"
#include "proxy/http1/head_scan.h"
#include "proxy/http1/request_parser.h"
#include "proxy/http1/serialise.h"
#include "proxy/reactor/timer.h"
#include "proxy/serve/access_log_pack.h"
#include "proxy/serve/access_log_record_example.h"
#include "proxy/serve/log_format.h"
#include "proxy/table/match.h"
#include "proxy/table/path.h"
#include "proxy/tls/cipher_list.h"

namespace breakwater {
namespace {

constexpr table::HeadLimits kLimits{.line_bytes = 8192, .head_bytes = 32768};

constexpr std::string_view kCurl =
    "GET /shop/items?page=2 HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: curl/8.14.1\r\n"
    "Accept: */*\r\n\r\n";
constexpr std::string_view kBrowser =
    "GET /shop/items?page=2 HTTP/1.1\r\nHost: shop.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.7,de;q=0.3\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://shop.example.com/\r\nDNT: 1\r\nSec-GPC: 1\r\nConnection: keep-alive\r\n"
    "Cookie: session=4f1c0d5e7b1a4c389f2c0d5e7b1a4c38; theme=dark; basket=17\r\n"
    "Upgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-Site: same-origin\r\nPriority: u=0, i\r\n\r\n";

void scan_head(benchmark::State& state, std::string_view head) {
    for (auto _ : state) {
        http1::HeadScan scan(http1::MessageKind::request, kLimits);
        benchmark::DoNotOptimize(scan.find(head));
    }
}
BENCHMARK_CAPTURE(scan_head, curl, kCurl);
BENCHMARK_CAPTURE(scan_head, browser, kBrowser);

void parse_head(benchmark::State& state, std::string_view head) {
    Arena arena;
    for (auto _ : state) {
        http::RequestHead into(arena);
        benchmark::DoNotOptimize(http1::parse_request_head(head, into));
        arena.reset();
    }
}
BENCHMARK_CAPTURE(parse_head, curl, kCurl);
BENCHMARK_CAPTURE(parse_head, browser, kBrowser);

void write_head(benchmark::State& state, std::string_view head) {
    Arena arena;
    http::RequestHead parsed(arena);
    (void)http1::parse_request_head(head, parsed);
    std::string to;
    for (auto _ : state) {
        to.resize(http1::size_of(parsed));
        benchmark::DoNotOptimize(http1::write(parsed, to.data()));
    }
}
BENCHMARK_CAPTURE(write_head, curl, kCurl);
BENCHMARK_CAPTURE(write_head, browser, kBrowser);

void find_host(benchmark::State& state) {
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        names.push_back("host-" + std::to_string(i) + ".example.com");
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    const table::HostMatcher matcher(views);
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(matcher.find(names[next]));
        next = (next + 1) % names.size();
    }
}
BENCHMARK(find_host)->Arg(1)->Arg(100)->Arg(10'000);

void find_path(benchmark::State& state) {
    std::vector<table::Location> locations(3);
    locations[0].path = "/";
    locations[1].path = "/shop";
    locations[2].path = "/shop/items/special";
    for (table::Location& location : locations) location.path_type = table::PathType::prefix;
    const table::PathMatcher matcher(locations);
    for (auto _ : state) benchmark::DoNotOptimize(matcher.find("/shop/items/17"));
}
BENCHMARK(find_path);

void normalise_path(benchmark::State& state, std::string_view path) {
    Arena arena;
    for (auto _ : state) {
        benchmark::DoNotOptimize(table::normalise_path(path, arena));
        arena.reset();
    }
}
BENCHMARK_CAPTURE(normalise_path, plain, "/shop/items/17");
BENCHMARK_CAPTURE(normalise_path, encoded, "/shop/../caf%C3%A9//./x");

class NoTimer final : public Timer {
    void on_time() override {}
};

void rearm_timer(benchmark::State& state) {
    const Time start{};
    TimerWheel wheel(start);
    std::vector<std::unique_ptr<NoTimer>> timers;
    for (std::int64_t i = 0; i < state.range(0); ++i) timers.push_back(std::make_unique<NoTimer>());
    std::size_t next = 0;
    for (auto _ : state) {
        wheel.arm(*timers[next], Deadline::after(start, std::chrono::seconds(60)));
        next = (next + 1) % timers.size();
    }
}
BENCHMARK(rearm_timer)->Arg(64)->Arg(10'000);

void look_for_next_timer(benchmark::State& state) {
    const Time start{};
    TimerWheel wheel(start);
    NoTimer timer;
    wheel.arm(timer, Deadline::after(start, std::chrono::seconds(75)));
    for (auto _ : state) benchmark::DoNotOptimize(wheel.next());
}
BENCHMARK(look_for_next_timer);

void pack_record(benchmark::State& state) {
    const serve::LogRecord record = serve::example_record();
    std::vector<std::uint64_t> room(serve::kMaxPackedBytes / sizeof(std::uint64_t) + 1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(serve::pack(record, reinterpret_cast<char*>(room.data())));
    }
}
BENCHMARK(pack_record);

void format_line(benchmark::State& state, log::Format format) {
    const serve::LogRecord record = serve::example_record();
    serve::LineFormat lines(format);
    std::string text;
    for (auto _ : state) {
        text.clear();
        lines.append(text, record);
        benchmark::DoNotOptimize(text.data());
    }
}
BENCHMARK_CAPTURE(format_line, text, log::Format::text);
BENCHMARK_CAPTURE(format_line, json, log::Format::json);

constexpr const char* kSuites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/// A connection of a host, made and freed.
template <class Give>
void with_suites(benchmark::State& state, const Give& give) {
    const std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context(SSL_CTX_new(TLS_server_method()));
    for (auto _ : state) {
        const std::unique_ptr<SSL, Free<SSL_free>> connection(SSL_new(context.get()));
        benchmark::DoNotOptimize(give(connection.get()));
    }
}

void suites_none(benchmark::State& state) {
    with_suites(state, [](SSL*) { return true; });
}
BENCHMARK(suites_none);

void suites_given(benchmark::State& state) {
    const auto list = tls::CipherList::load(kSuites);
    with_suites(state, [&](SSL* to) { return tls::CipherList::give(list.get(), to); });
}
BENCHMARK(suites_given);

/// What a handshake would cost without tls::CipherList.
void suites_parsed(benchmark::State& state) {
    with_suites(state, [](SSL* to) { return SSL_set_cipher_list(to, kSuites); });
}
BENCHMARK(suites_parsed);

}  // namespace
}  // namespace breakwater

BENCHMARK_MAIN();
