#pragma once
// How clients' certificates of one policy are asked for and verified in a handshake.
//
// A verification never ends a handshake: what came of it is a value, and the request is answered
// accordingly (filters/client_certificate.cc), as ingress-nginx does.
//
// Built once a publish, off the workers; const afterwards and shared by all of them.

#include <openssl/types.h>

#include <expected>
#include <memory>
#include <string>

#include "proxy/base/crypto/client_certificate.h"
#include "proxy/base/crypto/handles.h"
#include "proxy/table/client_certificate.h"

namespace breakwater::tls {

class ClientVerifier {
public:
    using Shared = std::shared_ptr<const ClientVerifier>;

    /// What a client may send as its chain: real ones have up to 10 KiB. More ends the handshake.
    static constexpr long kMostChainBytes = 32 * 1024;
    /// Names of authorities that a client is told, to choose by. Beyond that it is told none.
    static constexpr std::size_t kMostNameBytes = 16 * 1024;

    /// @param policy  with authorities, and not off
    /// @return one sentence where they cannot be used; what crypto::inspect_authorities() accepts can
    [[nodiscard]] static std::expected<Shared, std::string> load(
        const table::ClientCertificatePolicy& policy);

    ClientVerifier(const ClientVerifier&) = delete;
    ClientVerifier& operator=(const ClientVerifier&) = delete;

    /// table::handshake_key() of the policy.
    [[nodiscard]] const std::string& key() const { return key_; }

    /// Makes a handshake in progress ask, before it has decided anything.
    [[nodiscard]] bool ask_in(SSL* handshake) const;
    /// Undoes it.
    static void ask_nothing_in(SSL* handshake);

    /// What came of it, once the handshake is done; of a resumed session, what came of it then.
    [[nodiscard]] crypto::ClientCertificate result_of(const SSL* done) const;

private:
    using StorePtr = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
    using NamesPtr = std::unique_ptr<STACK_OF(X509_NAME), void (*)(STACK_OF(X509_NAME)*)>;

    explicit ClientVerifier(const table::ClientCertificatePolicy& policy);

    std::string key_;
    int depth_;
    bool keeps_text_;  ///< of the certificate, for the pods
    StorePtr store_;
    NamesPtr names_;
};

}  // namespace breakwater::tls
