#pragma once
// Validators that translate is handed, so that a mistake is found where the object is known and the
// libraries that find it stay in the traffic half's folders.
//
// Pure functions: the same input gives the same answer. Called on the thread of translate().

#include <chrono>
#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace breakwater::translate {

/// What a certificate says about itself.
struct CertificateFacts {
    std::string fingerprint;             ///< SHA-256 of the leaf, lower-case hex
    std::vector<std::string> dns_names;  ///< lower case
    std::chrono::system_clock::time_point not_after;
};

struct Checks {
    /// Reads a chain and its key (PEM) and sees that they belong together.
    /// @error what is wrong, as the end of a sentence, without a byte of the key:
    ///        `the key does not belong to the certificate`.
    std::function<std::expected<CertificateFacts, std::string>(const std::string& chain_pem,
                                                               const std::string& key_pem)>
        certificate;
};

}  // namespace breakwater::translate
