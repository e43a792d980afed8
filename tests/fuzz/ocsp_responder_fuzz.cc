// What a certificate may say of where its responder is: what is taken can stand in a request's first line
// and its Host.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/ocsp/responder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    const std::string_view url(reinterpret_cast<const char*>(data), size);
    const auto responder = ocsp::parse_responder(url);
    if (!responder) return 0;
    CHECK(responder->port != 0 && !responder->host.empty());
    CHECK(responder->path.starts_with('/'));
    CHECK(std::ranges::all_of(responder->authority, [](char c) { return c > ' ' && c < 0x7f; }));
    return 0;
}
