#include "tests/support/tls_client.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/crypto/key_pair.h"

namespace breakwater::test {
namespace {

void bound_waits(int fd) {
    const timeval limit{20, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void set_alpn(SSL* ssl, const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += static_cast<char>(name.size()) + name;
    if (list.empty()) return;
    SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
}

void show(SSL* ssl, const PemPair& pair) {
    auto read = crypto::read_key_pair(pair.chain_pem, pair.key_pem);
    CHECK(read.has_value());
    CHECK(SSL_use_certificate(ssl, read->chain.front().get()) == 1);
    CHECK(SSL_use_PrivateKey(ssl, read->key.get()) == 1);
    for (std::size_t i = 1; i < read->chain.size(); ++i) {
        CHECK(SSL_add1_chain_cert(ssl, read->chain[i].get()) == 1);
    }
}

}  // namespace

TlsClient::TlsClient(Descriptor fd, const TlsClientOptions& options)
    : fd_(std::move(fd)), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's socket code writes without MSG_NOSIGNAL
    bound_waits(fd_.get());
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context_, [](SSL* ssl, SSL_SESSION* session) {
        static_cast<TlsClient*>(SSL_get_app_data(ssl))->session_.reset(session);
        return 1;
    });
    if (!options.ciphers.empty()) {
        CHECK(SSL_CTX_set_cipher_list(context_, options.ciphers.c_str()) == 1);
    }
    if (!options.groups.empty()) {
        CHECK(SSL_CTX_set1_groups_list(context_, options.groups.c_str()) == 1);
    }
    if (!options.signatures.empty()) {
        CHECK(SSL_CTX_set1_sigalgs_list(context_, options.signatures.c_str()) == 1);
    }
    ssl_ = SSL_new(context_);
    CHECK(ssl_ != nullptr);
    SSL_set_app_data(ssl_, this);
    SSL_set_fd(ssl_, fd_.get());
    SSL_set_min_proto_version(ssl_, options.version);
    SSL_set_max_proto_version(ssl_, options.version);
    if (!options.server_name.empty()) {
        SSL_set_tlsext_host_name(ssl_, options.server_name.c_str());
    }
    set_alpn(ssl_, options.alpn);
    if (options.status) SSL_set_tlsext_status_type(ssl_, TLSEXT_STATUSTYPE_ocsp);
    if (options.certificate) show(ssl_, *options.certificate);
    if (options.session) SSL_set_session(ssl_, options.session);
}

TlsClient::~TlsClient() {
    SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN);  // else OpenSSL forbids the session to be resumed
    SSL_free(ssl_);
    SSL_CTX_free(context_);
}

bool TlsClient::handshake() {
    ERR_clear_error();
    if (SSL_connect(ssl_) == 1) return true;
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    error_ = reason ? reason : "the connection was cut";
    return false;
}

bool TlsClient::write(std::string_view bytes) {
    std::size_t written = 0;
    ERR_clear_error();
    return SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written) == 1 && written == bytes.size();
}

std::string TlsClient::read(std::size_t bytes) {
    std::string all;
    std::array<char, 16 * 1024> room{};
    while (all.size() < bytes) {
        std::size_t got = 0;
        ERR_clear_error();
        const std::size_t wanted = std::min(room.size(), bytes - all.size());
        if (SSL_read_ex(ssl_, room.data(), wanted, &got) != 1) break;
        all.append(room.data(), got);
    }
    return all;
}

SessionPtr TlsClient::take_session() {
    if (session_) return std::move(session_);
    // TLS 1.2 renews a resumed session's ticket without a word.
    SessionPtr now(SSL_get1_session(ssl_));
    return now && SSL_SESSION_has_ticket(now.get()) ? std::move(now) : nullptr;
}

bool TlsClient::closed_in_order() const {
    return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void TlsClient::close_notify() {
    ERR_clear_error();
    SSL_shutdown(ssl_);
}

void TlsClient::cut() { shutdown(fd_.get(), SHUT_RDWR); }

std::string TlsClient::alpn() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string TlsClient::certificate_name() const {
    const crypto::X509Ptr shown(SSL_get1_peer_certificate(ssl_));
    if (!shown) return {};
    const std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(shown.get(), NID_subject_alt_name, nullptr, nullptr)));
    if (names && sk_GENERAL_NAME_num(names.get()) > 0) {
        const ASN1_STRING* name = sk_GENERAL_NAME_value(names.get(), 0)->d.dNSName;
        return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                static_cast<std::size_t>(ASN1_STRING_length(name))};
    }
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name.data(),
                              name.size());
    return name.data();
}

std::string TlsClient::certificate_key() const {
    const crypto::X509Ptr shown(SSL_get1_peer_certificate(ssl_));
    return shown ? EVP_PKEY_get0_type_name(X509_get0_pubkey(shown.get())) : "";
}

std::string TlsClient::stapled() const {
    const unsigned char* der = nullptr;
    const long size = SSL_get_tlsext_status_ocsp_resp(ssl_, &der);
    if (size <= 0) return {};
    return {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
}

bool TlsClient::resumed() const { return SSL_session_reused(ssl_) == 1; }

}  // namespace breakwater::test
