#include "proxy/base/crypto/certificate_text.h"

#include <openssl/pem.h>

#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/base/crypto/handles.h"

namespace breakwater::crypto {
namespace {

BioPtr make_memory() {
    BioPtr made(BIO_new(BIO_s_mem()));
    CHECK(made != nullptr);
    return made;
}

}  // namespace

std::string distinguished_name(const X509_NAME* name) {
    const BioPtr memory = make_memory();
    if (X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
    std::string text(text_in(*memory));
    // An escaped space at the end: a field's value ends with none. The other way to write it.
    if (text.ends_with("\\ ")) text.replace(text.size() - 1, 1, "20");
    return text;
}

std::string escaped_pem(X509* certificate) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const BioPtr memory = make_memory();
    CHECK(PEM_write_bio_X509(memory.get(), certificate) == 1);
    std::string escaped;
    for (const char c : text_in(*memory)) {
        if (is_alpha(c) || is_digit(c) || std::string_view("-._~").contains(c)) {
            escaped += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        escaped += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return escaped;
}

}  // namespace breakwater::crypto
