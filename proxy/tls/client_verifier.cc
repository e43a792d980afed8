#include "proxy/tls/client_verifier.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/crypto/authorities.h"
#include "proxy/base/crypto/certificate_text.h"

namespace breakwater::tls {
namespace {

/// Goes on whatever is wrong. The last thing found to be wrong stays the result.
int go_on(int /*good*/, X509_STORE_CTX* /*verification*/) { return 1; }

/// Resumptions follow each other, so a session may outlive the certificate that it began with.
bool has_expired(const X509* certificate) {
    return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

}  // namespace

ClientVerifier::ClientVerifier(const table::ClientCertificatePolicy& policy)
    : key_(table::handshake_key(policy)),
      depth_(policy.depth),
      keeps_text_(policy.pass_to_upstream),
      store_(X509_STORE_new()),
      names_(sk_X509_NAME_new_null(),
             [](STACK_OF(X509_NAME) * names) { sk_X509_NAME_pop_free(names, X509_NAME_free); }) {
    CHECK(store_ && names_);
}

std::expected<ClientVerifier::Shared, std::string> ClientVerifier::load(
    const table::ClientCertificatePolicy& policy) {
    const auto read =
        crypto::read_authorities(policy.authorities->ca_pem, policy.authorities->crl_pem);
    if (!read) return std::unexpected(read.error());
    const std::shared_ptr<ClientVerifier> made(new ClientVerifier(policy));
    std::size_t bytes = 0;
    for (const crypto::X509Ptr& authority : read->certificates) {
        CHECK(X509_STORE_add_cert(made->store_.get(), authority.get()) == 1);
        const X509_NAME* const name = X509_get_subject_name(authority.get());
        std::size_t size = 0;
        CHECK(X509_NAME_get0_der(name, nullptr, &size) == 1);
        bytes += size;
        CHECK(sk_X509_NAME_push(made->names_.get(), X509_NAME_dup(name)) > 0);
    }
    if (bytes > kMostNameBytes) {
        while (X509_NAME* const name = sk_X509_NAME_pop(made->names_.get())) X509_NAME_free(name);
    }
    for (const crypto::CrlPtr& list : read->revocations) {
        CHECK(X509_STORE_add_crl(made->store_.get(), list.get()) == 1);
    }
    if (!read->revocations.empty()) {
        X509_STORE_set_flags(made->store_.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    }
    return made;
}

bool ClientVerifier::ask_in(SSL* handshake) const {
    SSL_set_verify(handshake, SSL_VERIFY_PEER, go_on);
    SSL_set_verify_depth(handshake, depth_);
    STACK_OF(X509_NAME)* const names = SSL_dup_CA_list(names_.get());
    SSL_set0_CA_list(handshake, names);
    return names && SSL_set1_verify_cert_store(handshake, store_.get()) == 1;
}

void ClientVerifier::ask_nothing_in(SSL* handshake) {
    SSL_set_verify(handshake, SSL_VERIFY_NONE, nullptr);
}

crypto::ClientCertificate ClientVerifier::result_of(const SSL* done) const {
    crypto::ClientCertificate result;
    result.asked_under = key_;
    X509* const leaf = SSL_get0_peer_certificate(done);
    if (!leaf) {
        result.verify = "NONE";
        return result;
    }
    long verified = SSL_get_verify_result(done);
    if (verified == X509_V_OK && has_expired(leaf)) verified = X509_V_ERR_CERT_HAS_EXPIRED;
    result.shown = true;
    result.trusted = verified == X509_V_OK;
    result.verify = result.trusted
                        ? "SUCCESS"
                        : std::string("FAILED:") + X509_verify_cert_error_string(verified);
    result.subject_dn = crypto::distinguished_name(X509_get_subject_name(leaf));
    result.issuer_dn = crypto::distinguished_name(X509_get_issuer_name(leaf));
    if (keeps_text_) result.escaped_pem = crypto::escaped_pem(leaf);
    ERR_clear_error();  // a name that could not be printed has left one
    return result;
}

}  // namespace breakwater::tls
