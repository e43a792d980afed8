// What a look at a ClientHello promises of any bytes: an answer once there are enough of them, and never
// another one when more come.

#include <cstdint>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/tls/client_hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater::tls;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = hello_server_name(bytes);
    CHECK(whole);
    CHECK(*whole || size < kMaxHelloBytes);
    for (std::size_t cut = 0; cut < size; cut += 1 + cut / 16) {
        const auto part = hello_server_name(bytes.substr(0, cut));
        CHECK(part && (!*part || *part == *whole));
    }
    return 0;
}
