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

/// Borrows from `memory`.
std::string_view text_of(BIO* memory) {
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory, &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace

std::string distinguished_name(const X509_NAME* name) {
    const BioPtr memory = make_memory();
    if (X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
    std::string text(text_of(memory.get()));
    // An escaped space at the end: a field's value ends with none. The other way to write it.
    if (text.ends_with("\\ ")) text.replace(text.size() - 1, 1, "20");
    return text;
}

std::string escaped_pem(X509* certificate) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const BioPtr memory = make_memory();
    CHECK(PEM_write_bio_X509(memory.get(), certificate) == 1);
    std::string escaped;
    for (const char c : text_of(memory.get())) {
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
