// What a client's certificate may do to the fields that tell a pod of it: nothing. The input is read as
// authorities in PEM form; each certificate in it is printed as a client's.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/base/crypto/authorities.h"
#include "proxy/base/crypto/certificate_text.h"

namespace {

void check_value(std::string_view value) {
    CHECK(std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7F; }));
    CHECK(value == breakwater::trim(value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    const std::string pem(reinterpret_cast<const char*>(data), size);
    const auto read = crypto::read_authorities(pem, {});
    if (!read) {
        CHECK(!read.error().empty());
        return 0;
    }
    for (const crypto::X509Ptr& one : read->certificates) {
        check_value(crypto::distinguished_name(X509_get_subject_name(one.get())));
        check_value(crypto::distinguished_name(X509_get_issuer_name(one.get())));
        check_value(crypto::escaped_pem(one.get()));
    }
    return 0;
}
