#include "tests/support/tls_pod.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/tls/server_certificate.h"

namespace breakwater::test {
namespace {

constexpr int kAcceptMs = 50;

int choose_alpn(SSL* /*unused*/, const unsigned char** chosen, unsigned char* size,
                const unsigned char* /*offered*/, unsigned /*offered_size*/, void* options) {
    const std::string& alpn = static_cast<TlsPodOptions*>(options)->alpn;
    if (alpn.empty()) return SSL_TLSEXT_ERR_NOACK;
    *chosen = reinterpret_cast<const unsigned char*>(alpn.data());
    *size = static_cast<unsigned char>(alpn.size());
    return SSL_TLSEXT_ERR_OK;
}

std::string common_name(X509* certificate) {
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    return name.data();
}

}  // namespace

TlsPod::TlsPod(Pod& pod, const TlsPodOptions& options)
    : pod_(pod), options_(options), context_(SSL_CTX_new(TLS_server_method())) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's socket code writes without MSG_NOSIGNAL
    const auto own =
        tls::ServerCertificate::load(options_.certificate.chain_pem, options_.certificate.key_pem);
    CHECK(own.has_value() && (*own)->present_by(context_));
    SSL_CTX_set_alpn_select_cb(context_, choose_alpn, &options_);
    if (options_.asks) {
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    }
    accepting_ = std::thread([this] { accept_all(); });
}

TlsPod::~TlsPod() {
    ending_ = true;
    accepting_.join();
    for (const int fd : connections_) shutdown(fd, SHUT_RDWR);
    for (std::thread& thread : threads_) thread.join();
    for (const int fd : connections_) close(fd);
    SSL_CTX_free(context_);
}

void TlsPod::accept_all() {
    while (!ending_) {
        std::optional<Peer> visitor = pod_.try_accept(kAcceptMs);
        if (!visitor) continue;
        connections_.push_back(visitor->release().release());
        threads_.emplace_back([this, fd = connections_.back()] { serve(fd); });
    }
}

void TlsPod::note(SSL* ssl) {
    const std::lock_guard hold(lock_);
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    server_name_ = name ? name : "";
    X509* const shown = SSL_get0_peer_certificate(ssl);
    client_name_ = shown ? common_name(shown) : "";
    session_ = std::string(SSL_get_version(ssl)) + " " + SSL_get_cipher_name(ssl);
    ++handshakes_;
}

void TlsPod::serve(int fd) {
    SSL* const ssl = SSL_new(context_);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) {
        note(ssl);
        std::string request;
        std::array<char, 4096> more{};
        for (int got = 0; (got = SSL_read(ssl, more.data(), more.size())) > 0;) {
            request.append(more.data(), static_cast<std::size_t>(got));
            if (!options_.alpn.empty()) {
                const std::lock_guard hold(lock_);
                received_ = request;
                arrived_.notify_all();
            } else if (request.ends_with("\r\n\r\n")) {
                request.clear();
                const std::string answer = ok("secured");
                SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
            }
        }
    }
    SSL_free(ssl);
    shutdown(fd, SHUT_RDWR);
}

std::string TlsPod::server_name() const {
    const std::lock_guard hold(lock_);
    return server_name_;
}

std::string TlsPod::client_name() const {
    const std::lock_guard hold(lock_);
    return client_name_;
}

std::string TlsPod::session() const {
    const std::lock_guard hold(lock_);
    return session_;
}

std::string TlsPod::next_bytes(std::size_t bytes) {
    std::unique_lock hold(lock_);
    const bool came = arrived_.wait_for(hold, kPatience, [&] { return received_.size() >= bytes; });
    EXPECT_TRUE(came) << "the proxy has sent " << received_.size() << " bytes";
    return received_.substr(0, bytes);
}

}  // namespace breakwater::test
