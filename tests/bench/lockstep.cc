// So many rounds of 64 requests, for tests/bench/instructions.
//
//   bench_lockstep plain|tls|http2 ROUNDS [epoll|uring]

#include "tests/support/lockstep.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using breakwater::test::Clients;

struct Kind {
    std::string_view name;
    Clients clients;
};
constexpr Kind kKinds[] = {
    {"plain", Clients::plain},
    {"tls", Clients::tls},
    {"http2", Clients::http2},
};

}  // namespace

int main(int argc, char** argv) {
    const std::string_view name = argc >= 3 ? argv[1] : "";
    const auto kind = std::ranges::find(kKinds, name, &Kind::name);
    if (kind == std::end(kKinds)) {
        std::fprintf(stderr, "usage: bench_lockstep plain|tls|http2 ROUNDS [epoll|uring]\n");
        return 2;
    }
    const bool uring = argc == 4 && std::string_view(argv[3]) == "uring";
    breakwater::test::Lockstep lockstep(kind->clients,
                                        uring ? breakwater::Io::uring : breakwater::Io::epoll);
    for (int i = std::atoi(argv[2]); i > 0; --i) lockstep.round();
    return 0;
}
