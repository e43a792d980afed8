// So many rounds of 64 requests, for tests/bench/instructions.
//
//   bench_lockstep plain|tls ROUNDS

#include "tests/support/lockstep.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
    const std::string_view kind = argc == 3 ? argv[1] : "";
    if (kind != "plain" && kind != "tls") {
        std::fprintf(stderr, "usage: bench_lockstep plain|tls ROUNDS\n");
        return 2;
    }
    breakwater::test::Lockstep lockstep(kind == "tls");
    for (int i = std::atoi(argv[2]); i > 0; --i) lockstep.round();
    return 0;
}
