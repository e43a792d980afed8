// What a change costs on the loop's thread, part by part: a store with many Ingresses, Services and
// EndpointSlices, from Store::apply() to serve::compile(). No network and no other thread: what a change
// takes from the API server to the answer of a request is `tests/bench/scale`'s to say.
//
// usage: bench_change [COUNT]      (10,000 of each)

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "controller/source/store.h"
#include "controller/translate/translate.h"
#include "proxy/base/crypto/self_signed.h"
#include "proxy/serve/compile.h"

namespace breakwater {
namespace {

constexpr int kTurns = 51;

template <class T>
T named(int index) {
    T object;
    object.meta.namespace_name = fmt::format("team-{}", index % 100);
    object.meta.name = fmt::format("service-{}", index);
    object.meta.uid = fmt::format("{:08x}-0000-0000-0000-000000000000", index);
    return object;
}

/// @param version  makes it another than the one before
kube::Object ingress(int index, int version) {
    auto out = named<kube::Ingress>(index);
    out.ingress_class_name = "nginx";
    out.meta.annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"] =
        std::to_string(60 + version);
    kube::Ingress::Backend to{.service_name = out.meta.name, .port = {}, .resource = {}};
    to.port.number = 80;
    out.rules.push_back({fmt::format("host-{}.example.com", index),
                         {{"/", kube::Ingress::PathType::prefix, std::move(to)}}});
    return std::make_shared<const kube::Ingress>(std::move(out));
}

kube::Object service(int index) {
    auto out = named<kube::Service>(index);
    kube::Service::Port port;
    port.port = 80;
    out.ports.push_back(std::move(port));
    return std::make_shared<const kube::Service>(std::move(out));
}

kube::Object slice(int index, int version) {
    auto out = named<kube::EndpointSlice>(index);
    out.service_name = out.meta.name;
    kube::EndpointSlice::Port port;
    port.port = 8080;
    out.ports.push_back(std::move(port));
    for (int i = 0; i < 2; ++i) {
        kube::EndpointSlice::Endpoint endpoint;
        endpoint.addresses = {
            fmt::format("10.{}.{}.{}", i + 2 * (version % 100), index / 250, index % 250 + 1)};
        out.endpoints.push_back(std::move(endpoint));
    }
    return std::make_shared<const kube::EndpointSlice>(std::move(out));
}

/// Of this thread's CPU time: what else the machine does only counts as caches that are cold.
class Stopwatch {
public:
    double lap_ms() {
        const double now = now_ms();
        return now - std::exchange(last_, now);
    }

private:
    static double now_ms() {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }
    double last_ = now_ms();
};

struct Laps {
    double store = 0;
    double translate = 0;
    double compare = 0;
    double compile = 0;
};

/// What Loop and Server do with a change, one after the other.
class Chain {
public:
    Chain() {
        const crypto::PemPair pair = crypto::make_self_signed();
        compile_options_.self_made = *tls::ServerCertificate::load(pair.chain_pem, pair.key_pem);
        options_.no_api_server = true;
    }

    Laps apply(source::Batch batch) {
        Laps laps;
        Stopwatch watch;
        store_.apply(std::move(batch));
        const source::Snapshot snapshot = store_.snapshot();
        laps.store = watch.lap_ms();
        const translate::Input input{snapshot.objects, made_.accepted, WallTime()};
        translate::Translation now =
            translate::translate(input, std::move(made_.memory), checks_, options_);
        laps.translate = watch.lap_ms();
        const bool differs = !made_.table || *made_.table != *now.table;
        laps.compare = watch.lap_ms();
        if (differs) compiled_ = serve::compile(now.table, compiled_.get(), compile_options_);
        made_ = std::move(now);
        laps.compile = watch.lap_ms();
        return laps;
    }

private:
    source::Store store_{{}};
    translate::Options options_;
    translate::Checks checks_;
    serve::CompileOptions compile_options_;
    translate::Translation made_;
    std::shared_ptr<const serve::CompiledTable> compiled_;
};

void print(std::string_view what, const Laps& laps) {
    const double sum = laps.store + laps.translate + laps.compare + laps.compile;
    fmt::print("{:24}{:>10.2f}{:>12.2f}{:>10.2f}{:>10.2f}{:>10.2f}\n", what, laps.store,
               laps.translate, laps.compare, laps.compile, sum);
}

double median(std::vector<Laps> laps, double Laps::* of) {
    std::ranges::sort(laps, {}, of);
    return laps[laps.size() / 2].*of;
}

void measure(std::string_view what, Chain& chain, const std::function<kube::Object(int)>& change) {
    std::vector<Laps> laps;
    for (int turn = 1; turn <= kTurns; ++turn) {
        source::Batch batch;
        batch.put.push_back(change(turn));
        laps.push_back(chain.apply(std::move(batch)));
    }
    print(what, {median(laps, &Laps::store), median(laps, &Laps::translate),
                 median(laps, &Laps::compare), median(laps, &Laps::compile)});
}

void run(int count) {
    Chain chain;
    source::Batch all;
    for (int i = 0; i < count; ++i) {
        all.put.push_back(ingress(i, 0));
        all.put.push_back(service(i));
        all.put.push_back(slice(i, 0));
    }
    fmt::print("{:24}{:>10}{:>12}{:>10}{:>10}{:>10}   ms of CPU, {} of each\n", "", "store",
               "translate", "compare", "compile", "sum", count);
    print("all, at first", chain.apply(std::move(all)));
    const auto pick = [count](int turn) { return turn * 7919 % count; };
    measure("one Ingress changed", chain, [&](int turn) { return ingress(pick(turn), turn); });
    measure("one EndpointSlice", chain, [&](int turn) { return slice(pick(turn), turn); });
    measure("one Ingress more", chain, [&](int turn) { return ingress(count + turn, 0); });
}

}  // namespace
}  // namespace breakwater

int main(int argc, char** argv) {
    breakwater::run(argc > 1 ? std::atoi(argv[1]) : 10'000);
    return 0;
}
