#pragma once
// A certificate chain and its private key, read from PEM (RFC 7468) and found to fit each other.
//
// Pure. Any thread.

#include <expected>
#include <string>
#include <vector>

#include "proxy/base/crypto/handles.h"

namespace breakwater::crypto {

struct KeyPair {
    std::vector<X509Ptr> chain;  ///< the leaf first; never empty
    KeyPtr key;
};

/// certificate.h says what is checked. Text between and around the PEM blocks is passed over, and
/// so are blocks of other kinds.
/// @return one sentence without any byte of the arguments where a TLS server cannot use them.
[[nodiscard]] std::expected<KeyPair, std::string> read_key_pair(const std::string& chain_pem,
                                                                const std::string& key_pem);

}  // namespace breakwater::crypto
