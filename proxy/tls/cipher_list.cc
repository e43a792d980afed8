#include "proxy/tls/cipher_list.h"

#include "proxy/base/check.h"
#include "proxy/tls/negotiation.h"
#include "proxy/tls/server_context.h"

namespace breakwater::tls {

CipherList::CipherList() : context_(SSL_CTX_new(TLS_server_method())) {
    CHECK(context_ != nullptr);
    set_handshake_callbacks(context_.get());
}

CipherList::Shared CipherList::load(const std::string& list) {
    std::shared_ptr<CipherList> made(new CipherList());
    return set_suites(made->context_.get(), list) ? made : nullptr;
}

bool CipherList::give(const CipherList* list, SSL* handshake) {
    // Null is the one that the connection was made with. All else that it has said stays the handshake's.
    return SSL_set_SSL_CTX(handshake, list ? list->context_.get() : nullptr) != nullptr;
}

}  // namespace breakwater::tls
