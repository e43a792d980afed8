#pragma once
// The suites of one list, parsed, as handshakes are given them: `ssl-ciphers` of a host.
//
// Parsing takes ten microseconds, or milliseconds where a list is made for it; giving takes a fraction
// of one (tests/bench/micro.cc). OpenSSL takes suites that are parsed from an SSL_CTX only, so this is
// one, of about 13 KiB.
//
// Built once a publish, off the workers; const afterwards and shared by all of them.

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "proxy/base/crypto/handles.h"

namespace breakwater::tls {

class CipherList {
public:
    using Shared = std::shared_ptr<const CipherList>;

    /// @return null where check_ciphers() refuses the list
    [[nodiscard]] static Shared load(const std::string& list);

    CipherList(const CipherList&) = delete;
    CipherList& operator=(const CipherList&) = delete;

    /// Gives a ServerContext's handshake in progress these suites, before anything else is decided: its
    /// certificates and what it asks of the client are as in the beginning.
    /// @param list  null: those that the ServerContext has
    /// @return false: no memory
    [[nodiscard]] static bool give(const CipherList* list, SSL* handshake);

private:
    CipherList();

    std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context_;
};

}  // namespace breakwater::tls
