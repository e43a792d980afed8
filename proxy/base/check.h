#pragma once
// CHECK aborts on what only a bug of ours can cause, never on what a peer, the cluster or the disk
// can send. It stays on in release builds.

namespace breakwater {
[[noreturn]] void check_failed(const char* expression, const char* file, int line);
}

#define CHECK(expression)                \
    ((expression) ? static_cast<void>(0) \
                  : ::breakwater::check_failed(#expression, __FILE__, __LINE__))
