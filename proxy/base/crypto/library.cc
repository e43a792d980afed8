#include "proxy/base/crypto/library.h"

#include <openssl/crypto.h>

namespace breakwater::crypto {

std::string library_version() { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace breakwater::crypto
