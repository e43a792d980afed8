// What reading a list of forwarded addresses promises of any bytes: an address is found again in its own
// text, a peer that nobody trusts stays the client, and nobody speaks for a client that is not trusted.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/check.h"
#include "proxy/http/forwarded_for.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto address = http::parse_forwarded_address(bytes)) {
        const std::string text =
            address->port == 0 ? address->ip.to_string() : address->to_string();
        CHECK(http::parse_forwarded_address(text) == address);
    }

    Arena arena;
    http::Fields fields(arena);
    fields.add("X-Forwarded-For", bytes);
    const SocketAddress peer{IpAddress::v4({10, 0, 0, 1}), 4000};
    const std::vector<AddressRange> nobody;
    CHECK(http::client_behind(peer, fields, "x-forwarded-for", nobody) == peer);

    const std::vector<AddressRange> near{AddressRange(peer.ip, 8)};
    const SocketAddress client = http::client_behind(peer, fields, "x-forwarded-for", near);
    http::Fields longer(arena);
    longer.add("X-Forwarded-For", "192.0.2.1");
    longer.add("X-Forwarded-For", bytes);
    if (!contains(near, client.ip)) {
        CHECK(http::client_behind(peer, longer, "x-forwarded-for", near) == client);
    }
    return 0;
}
