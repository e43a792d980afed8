// So many rounds of 64 requests, for tests/bench/instructions.
//
//   bench_lockstep plain|tls ROUNDS [epoll|uring]

#include "tests/support/lockstep.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
    const std::string_view kind = argc >= 3 ? argv[1] : "";
    if (kind != "plain" && kind != "tls") {
        std::fprintf(stderr, "usage: bench_lockstep plain|tls ROUNDS [epoll|uring]\n");
        return 2;
    }
    const bool uring = argc == 4 && std::string_view(argv[3]) == "uring";
    breakwater::test::Lockstep lockstep(kind == "tls",
                                        uring ? breakwater::Io::uring : breakwater::Io::epoll);
    for (int i = std::atoi(argv[2]); i > 0; --i) lockstep.round();
    return 0;
}
