#pragma once
// The ClientHello that OpenSSL sends, as bytes.

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "proxy/base/crypto/handles.h"

namespace breakwater::test {

inline std::string hello_for(const std::string& server_name) {
    const std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
    const std::unique_ptr<SSL, Free<SSL_free>> ssl(SSL_new(context.get()));
    BIO* const sent = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), sent);
    SSL_set_tlsext_host_name(ssl.get(), server_name.c_str());
    SSL_connect(ssl.get());  // waits for an answer
    char* bytes = nullptr;
    const long count = BIO_get_mem_data(sent, &bytes);
    return {bytes, static_cast<std::size_t>(count)};
}

}  // namespace breakwater::test
