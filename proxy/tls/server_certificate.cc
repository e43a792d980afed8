#include "proxy/tls/server_certificate.h"

#include <openssl/ssl.h>

#include <utility>

#include "proxy/base/check.h"

namespace breakwater::tls {

std::expected<std::shared_ptr<const ServerCertificate>, std::string> ServerCertificate::load(
    const std::string& chain_pem, const std::string& key_pem) {
    auto pair = crypto::read_key_pair(chain_pem, key_pem);
    if (!pair) return std::unexpected(pair.error());
    return std::make_shared<const ServerCertificate>(std::move(*pair));
}

ServerCertificate::ServerCertificate(crypto::KeyPair pair)
    : leaf_(std::move(pair.chain.front())),
      key_(std::move(pair.key)),
      issuers_(sk_X509_new_null(),
               [](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }) {
    CHECK(issuers_ != nullptr);
    for (std::size_t i = 1; i < pair.chain.size(); ++i) {
        CHECK(sk_X509_push(issuers_.get(), pair.chain[i].release()) > 0);
    }
}

bool ServerCertificate::present_on(SSL* handshake) const {
    return SSL_use_cert_and_key(handshake, leaf_.get(), key_.get(), issuers_.get(), 1) == 1;
}

bool ServerCertificate::present_by(SSL_CTX* context) const {
    return SSL_CTX_use_cert_and_key(context, leaf_.get(), key_.get(), issuers_.get(), 1) == 1;
}

std::optional<crypto::OcspQuestion> ServerCertificate::ocsp_question() const {
    const X509* const issuer = crypto::find_issuer(*leaf_, *issuers_);
    if (!issuer) return std::nullopt;
    return crypto::ocsp_question(*leaf_, *issuer);
}

std::expected<crypto::OcspFacts, std::string> ServerCertificate::check_ocsp_response(
    std::string_view der, WallTime now) const {
    X509* const issuer = crypto::find_issuer(*leaf_, *issuers_);
    CHECK(issuer != nullptr);
    return crypto::check_ocsp_response(der, *leaf_, *issuer, now);
}

}  // namespace breakwater::tls
