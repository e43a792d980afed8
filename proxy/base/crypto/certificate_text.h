#pragma once
// Parts of a certificate as texts that can be fields of a request, whoever has made it.
//
// Pure. Any thread.

#include <openssl/types.h>

#include <string>

namespace breakwater::crypto {

/// In the form of RFC 2253, as nginx prints it: the last part first, `CN=web,O=Shop`. ASCII without
/// control characters, whatever the certificate holds: all else is escaped (`\C3\A9`, `\0A`).
/// Empty where it cannot be printed.
[[nodiscard]] std::string distinguished_name(const X509_NAME* name);

/// The certificate in PEM form, percent-encoded but for letters, digits and `-._~`.
[[nodiscard]] std::string escaped_pem(X509* certificate);

}  // namespace breakwater::crypto
