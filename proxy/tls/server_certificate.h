#pragma once
// A certificate chain and its key as OpenSSL wants them in a handshake: parsed once, off the workers.
//
// Const and shared by all workers. A connection holds references of its own to what it was given, so
// it never depends on what was published after its handshake.

#include <openssl/types.h>

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/crypto/key_pair.h"
#include "proxy/base/crypto/ocsp.h"

namespace breakwater::tls {

class ServerCertificate {
public:
    /// Some hundred microseconds.
    /// @return one sentence without any byte of the arguments where they cannot serve TLS; what
    ///         crypto::inspect_certificate() accepts can.
    [[nodiscard]] static std::expected<std::shared_ptr<const ServerCertificate>, std::string> load(
        const std::string& chain_pem, const std::string& key_pem);

    explicit ServerCertificate(crypto::KeyPair pair);
    ServerCertificate(const ServerCertificate&) = delete;
    ServerCertificate& operator=(const ServerCertificate&) = delete;

    /// Makes it the certificate of a handshake in progress.
    [[nodiscard]] bool present_on(SSL* handshake) const;
    /// Makes it that of every handshake of a context.
    [[nodiscard]] bool present_by(SSL_CTX* context) const;

    /// What its responder is asked about it. Some ten microseconds.
    /// @return nullopt where it names none, or its issuer is not in the chain
    [[nodiscard]] std::optional<crypto::OcspQuestion> ocsp_question() const;
    /// crypto::check_ocsp_response(), for one that has such a question.
    [[nodiscard]] std::expected<crypto::OcspFacts, std::string> check_ocsp_response(
        std::string_view der, WallTime now) const;
    /// What SSL_get_certificate() gives in a handshake that shows it; lives as long as this.
    [[nodiscard]] const X509* leaf() const { return leaf_.get(); }

private:
    using Stack = std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)>;

    crypto::X509Ptr leaf_;
    crypto::KeyPtr key_;
    Stack issuers_;
};

}  // namespace breakwater::tls
