// What inspect_certificate() promises of any bytes: facts in their form, or a sentence. The input
// is the chain, a zero byte, and the key.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/base/crypto/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t zero = std::min(input.find('\0'), input.size());
    const std::string chain(input.substr(0, zero));
    const std::string key(input.substr(std::min(zero + 1, input.size())));

    const auto facts = breakwater::crypto::inspect_certificate(chain, key);
    if (!facts) {
        CHECK(!facts.error().empty());
        return 0;
    }
    CHECK(facts->fingerprint.size() == 64 && !facts->key_type.empty());
    for (const std::string& name : facts->dns_names) {
        CHECK(!name.empty() && name == breakwater::lower_case(name));
        CHECK(name.find('\0') == name.npos && name.find(' ') == name.npos);
    }
    return 0;
}
