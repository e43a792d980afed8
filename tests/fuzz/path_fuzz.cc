// What normalise_path() promises of any bytes: it answers or refuses, what it answers is normal, and
// what is normal and has nothing left to decode stays as it is.

#include <cstdint>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/table/path.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view path(reinterpret_cast<const char*>(data), size);
    if (!path.starts_with('/')) return 0;  // its caller's promise

    breakwater::Arena arena;
    const auto once = breakwater::table::normalise_path(path, arena);
    if (!once) return 0;
    CHECK(once->starts_with('/') && once->size() <= path.size());
    CHECK(once->find("//") == once->npos);
    CHECK(once->find("/./") == once->npos && !once->ends_with("/."));
    CHECK(once->find("/../") == once->npos && !once->ends_with("/.."));
    if (once->find('%') != once->npos) return 0;

    const auto twice = breakwater::table::normalise_path(*once, arena);
    CHECK(!twice || *twice == *once);
    return 0;
}
