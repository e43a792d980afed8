// What reading a PROXY header promises of any bytes: it never takes more than there is, and what it says of
// a beginning it says of the whole.

#include <cstdint>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/l4/proxy_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater::l4;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = parse_proxy_header(bytes);
    for (std::size_t cut = 0; cut < size && cut < 2 * kMaxProxyHeaderBytes; ++cut) {
        const auto part = parse_proxy_header(bytes.substr(0, cut));
        if (!part) {
            CHECK(!whole);
            break;
        }
        if (!*part) continue;
        CHECK((*part)->bytes <= cut);
        CHECK(whole && *whole && (*whole)->bytes == (*part)->bytes);
        break;
    }
    if (whole && *whole) CHECK((*whole)->bytes <= size);
    if (whole && !*whole) CHECK(size < kMaxProxyHeaderBytes);
    return 0;
}
