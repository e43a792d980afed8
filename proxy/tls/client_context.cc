#include "proxy/tls/client_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "proxy/base/address.h"
#include "proxy/base/check.h"
#include "proxy/tls/server_certificate.h"

namespace breakwater::tls {
namespace {

using table::BackendTls;

/// The suites of TLS 1.3 are OpenSSL's own: `proxy-ssl-ciphers` does not speak of them.
std::expected<void, std::string> set_versions(SSL_CTX* context, const BackendTls& said) {
    if (!said.tls12 && !said.tls13) return std::unexpected("no version of TLS is left");
    CHECK(SSL_CTX_set_min_proto_version(context, said.tls12 ? TLS1_2_VERSION : TLS1_3_VERSION) ==
          1);
    CHECK(SSL_CTX_set_max_proto_version(context, said.tls13 ? TLS1_3_VERSION : TLS1_2_VERSION) ==
          1);
    if (SSL_CTX_set_cipher_list(context, said.ciphers.c_str()) != 1) {
        return std::unexpected("none of the ciphers can be used");
    }
    return {};
}

std::expected<void, std::string> set_trust(SSL_CTX* context, const BackendTls& said) {
    if (!said.verify) return {};
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_verify_depth(context, said.verify_depth);
    const crypto::BioPtr reader(
        BIO_new_mem_buf(said.ca_pem.data(), static_cast<int>(said.ca_pem.size())));
    CHECK(reader != nullptr);
    X509_STORE* const trusted = SSL_CTX_get_cert_store(context);
    int found = 0;
    while (const crypto::X509Ptr one{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)}) {
        if (X509_STORE_add_cert(trusted, one.get()) != 1) {
            return std::unexpected("a certificate of the CA cannot be used");
        }
        ++found;
    }
    if (found == 0) return std::unexpected("there is no CA's certificate in PEM form");
    return {};
}

std::expected<void, std::string> set_own(SSL_CTX* context, const BackendTls& said) {
    if (said.key_pem.empty()) return {};
    const auto own = ServerCertificate::load(said.chain_pem, said.key_pem);
    if (!own) return std::unexpected(own.error());
    if (!(*own)->present_by(context)) return std::unexpected("the certificate cannot be used");
    return {};
}

/// As ALPN writes it: its length in front.
void set_protocol(SSL_CTX* context, std::string_view protocol) {
    if (protocol.empty()) return;
    std::string list(1, static_cast<char>(protocol.size()));
    list += protocol;
    CHECK(SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(list.data()),
                                  static_cast<unsigned>(list.size())) == 0);
}

}  // namespace

std::expected<std::shared_ptr<const ClientContext>, std::string> ClientContext::make(
    const BackendTls& said, std::string_view protocol) {
    const std::shared_ptr<const ClientContext> made(new ClientContext(said));
    for (const auto set : {set_versions, set_trust, set_own}) {
        const auto done = set(made->context_, said);
        ERR_clear_error();  // the end of a PEM text is one to OpenSSL
        if (!done) return std::unexpected(done.error());
    }
    set_protocol(made->context_, protocol);
    return made;
}

ClientContext::ClientContext(const BackendTls& said)
    : context_(SSL_CTX_new(TLS_client_method())),
      name_(said.name),
      name_is_address_(IpAddress::parse(said.name).has_value()),
      send_name_(said.send_name),
      verify_(said.verify) {
    CHECK(context_ != nullptr);
    SSL_CTX_set_options(context_, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
    // As the server's side has them, for the same reasons.
    SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_clear_mode(context_, SSL_MODE_AUTO_RETRY);
}

ClientContext::~ClientContext() { SSL_CTX_free(context_); }

SSL* ClientContext::new_connection() const {
    SSL* const made = SSL_new(context_);
    CHECK(made != nullptr);
    SSL_set_connect_state(made);
    if (name_.empty()) return made;
    if (send_name_ && !name_is_address_) {
        CHECK(SSL_set_tlsext_host_name(made, name_.c_str()) == 1);
    }
    if (verify_ && name_is_address_) {
        CHECK(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(made), name_.c_str()) == 1);
    } else if (verify_) {
        CHECK(SSL_set1_host(made, name_.c_str()) == 1);
    }
    return made;
}

}  // namespace breakwater::tls
