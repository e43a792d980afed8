#pragma once
// The kernel interface that a test's loops use: io_uring where the machine allows it, or what
// BREAKWATER_TEST_IO says (`epoll`: ctest runs the tests of streams a second time with it).

#include <cstdlib>
#include <optional>
#include <string_view>

#include "proxy/reactor/io.h"

namespace breakwater::test {

inline Io test_io() {
    const char* const wanted = std::getenv("BREAKWATER_TEST_IO");
    if (wanted && std::string_view(wanted) == "epoll") return Io::epoll;
    return choose_io(std::nullopt).value_or(Io::epoll);
}

}  // namespace breakwater::test
