#include "proxy/tls/socket_session.h"

#include <openssl/err.h>

#include "proxy/base/check.h"

namespace breakwater::tls {

// Every CHECK here is OpenSSL out of memory, or without what it was asked for when it was built.
SocketContext::SocketContext(const ServerCertificate& certificate)
    : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX* const made = context_.get();
    CHECK(made && SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION) == 1);
    CHECK(certificate.present_by(made));
    SSL_CTX_set_options(made, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
}

SocketSession::SocketSession(const SocketContext& context, int socket)
    : session_(SSL_new(context.context_.get())) {
    CHECK(session_ && SSL_set_fd(session_.get(), socket) == 1);
    SSL_set_accept_state(session_.get());
}

/// Says that this is the end, where the socket takes it at once.
SocketSession::~SocketSession() {
    if (SSL_is_init_finished(session_.get()) == 1) SSL_shutdown(session_.get());
    ERR_clear_error();
}

SocketSession::Wait SocketSession::wait_after(int result) const {
    switch (SSL_get_error(session_.get(), result)) {
        case SSL_ERROR_WANT_READ: return Wait::read;
        case SSL_ERROR_WANT_WRITE: return Wait::write;
        default: return Wait::no;
    }
}

std::size_t SocketSession::read(char* into, std::size_t size, Wait& wait) {
    std::size_t count = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(session_.get(), into, size, &count);
    wait = result == 1 ? Wait::no : wait_after(result);
    return count;
}

std::size_t SocketSession::write(const char* from, std::size_t size, Wait& wait) {
    std::size_t count = 0;
    ERR_clear_error();
    const int result = SSL_write_ex(session_.get(), from, size, &count);
    wait = result == 1 ? Wait::no : wait_after(result);
    return count;
}

}  // namespace breakwater::tls
