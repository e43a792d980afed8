#include "proxy/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace breakwater {

void check_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "breakwater: check failed: %s at %s:%d\n", expression, file, line);
    std::abort();
}

}  // namespace breakwater
