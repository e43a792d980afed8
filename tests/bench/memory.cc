// What the objects of a cluster cost in memory, kind by kind: lists as an API server sends them, page by page, through
// the parser into a store. What is beside them (tables, what is compiled of them, pools) is `tests/bench/scale`'s to
// say, for a whole process.
//
// usage: bench_memory [COUNT]      (10,000 of each)

#include <fmt/format.h>
#include <malloc.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "controller/kube/events.h"
#include "controller/kube/reflector.h"
#include "controller/source/store.h"

namespace breakwater {
namespace {

using kube::Kind;

/// As a controller leaves it: with what most objects carry and nobody here reads.
std::string meta(int index, std::string_view labels, std::string_view annotations) {
    return fmt::format(
        R"("metadata":{{"name":"service-{0}","namespace":"team-{1}","uid":"{0:08x}-1f6b-4b7a-9d3c-5a3e0c1d2b4f",)"
        R"("resourceVersion":"{2}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{{{3}}},"annotations":{{{4}}},)"
        R"("managedFields":[{{"manager":"kubectl","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1",)"
        R"("fieldsV1":{{"f:metadata":{{"f:labels":{{}}}},"f:spec":{{"f:ports":{{}},"f:rules":{{}}}}}}}}]}})",
        index, index % 100, 100000 + index, labels, annotations);
}

std::string object(Kind kind, int index) {
    switch (kind) {
        case Kind::ingress:
            return fmt::format(
                R"({{{0},"spec":{{"ingressClassName":"nginx","tls":[{{"hosts":["host-{1}.example.com"],)"
                R"("secretName":"service-{1}"}}],"rules":[{{"host":"host-{1}.example.com","http":{{"paths":[{{"path":"/",)"
                R"("pathType":"Prefix","backend":{{"service":{{"name":"service-{1}","port":{{"number":80}}}}}}}}]}}}}]}},)"
                R"("status":{{"loadBalancer":{{"ingress":[{{"ip":"192.0.2.1"}}]}}}}}})",
                meta(index, R"("app":"shop")",
                     R"("nginx.ingress.kubernetes.io/proxy-read-timeout":"60")"),
                index);
        case Kind::service:
            return fmt::format(
                R"({{{},"spec":{{"type":"ClusterIP","clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"ports":)"
                R"([{{"name":"http","port":80,"targetPort":8080,"protocol":"TCP"}}],"selector":{{"app":"shop"}}}}}})",
                meta(index, R"("app":"shop")", R"("meta.helm.sh/release-name":"shop")"));
        case Kind::endpoint_slice: {
            std::string endpoints;
            for (int i = 1; i <= 2; ++i) {
                endpoints += fmt::format(
                    R"({}{{"addresses":["10.{}.{}.{}"],"conditions":{{"ready":true,"serving":true,"terminating":false}},)"
                    R"("nodeName":"node-{}","zone":"eu-central-1a","targetRef":{{"kind":"Pod","name":"shop"}}}})",
                    i == 1 ? "" : ",", i, index / 250, index % 250 + 1, i);
            }
            return fmt::format(
                R"({{{},"addressType":"IPv4","endpoints":[{}],"ports":[{{"name":"http","port":8080,"protocol":"TCP"}}]}})",
                meta(
                    index, fmt::format(R"("kubernetes.io/service-name":"service-{}")", index),
                    R"("endpoints.kubernetes.io/last-change-trigger-time":"2026-01-01T00:00:00Z")"),
                endpoints);
        }
        default:  // a Secret, with a chain of two certificates and a key
            return fmt::format(
                R"({{{},"type":"kubernetes.io/tls","data":{{"tls.crt":"{}","tls.key":"{}"}}}})",
                meta(index, "", R"("cert-manager.io/issuer-name":"letsencrypt")"),
                std::string(4000, 'A'), std::string(320, 'B'));
    }
}

/// In use, in all arenas.
std::size_t heap_bytes() {
    const struct mallinfo2 now = mallinfo2();
    return now.uordblks + now.hblkhd;
}

double resident_mib() {
    std::ifstream statm("/proc/self/statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    statm >> size >> resident;
    return static_cast<double>(resident) * 4096 / (1 << 20);
}

/// What a reflector does with a list, page by page.
source::Batch read_list(Kind kind, int count, const kube::Wants& wants) {
    source::Batch batch;
    batch.listed.push_back({kind, {}, {}});
    constexpr int kPage = kube::Reflector::kPageObjects;
    for (int first = 0; first < count; first += kPage) {
        std::string page = R"({"metadata":{"resourceVersion":"1"},"items":[)";
        for (int i = first; i < std::min(first + kPage, count); ++i) {
            page.append(i == first ? "" : ",").append(object(kind, i));
        }
        page += "]}";
        auto read = kube::read_page(kind, page, wants);
        for (auto& one : read.value().objects) batch.put.push_back(std::move(one));
    }
    return batch;
}

void measure(std::string_view what, source::Store& store, Kind kind, int count,
             const kube::Wants& wants = {}) {
    const std::size_t before = heap_bytes();
    std::thread([&] { store.apply(read_list(kind, count, wants)); }).join();
    const auto grown = static_cast<double>(heap_bytes()) - static_cast<double>(before);
    fmt::print("{:28}{:>10.0f}{:>14.1f}{:>14.1f}\n", what, grown / count, grown / (1 << 20),
               resident_mib());
}

void run(int count) {
    source::Store store{{}};
    fmt::print("{:28}{:>10}{:>14}{:>14}   ({} of each)\n", "", "bytes each", "MiB of heap",
               "MiB resident", count);
    measure("Ingresses", store, Kind::ingress, count);
    measure("Services", store, Kind::service, count);
    measure("EndpointSlices", store, Kind::endpoint_slice, count);
    measure("Secrets, none of use", store, Kind::secret, count,
            [](const kube::Key&) { return false; });
    measure("Secrets, all of use", store, Kind::secret, count);
    malloc_trim(0);
    fmt::print("{:28}{:>38.1f}\n", "after malloc_trim()", resident_mib());
}

}  // namespace
}  // namespace breakwater

int main(int argc, char** argv) {
    breakwater::run(argc > 1 ? std::atoi(argv[1]) : 10'000);
    return 0;
}
