#include "proxy/tls/server_context.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/crypto/hash.h"
#include "proxy/base/crypto/random.h"
#include "proxy/tls/negotiation.h"
#include "proxy/tls/server_name.h"

namespace breakwater::tls {
namespace {

/// Application protocols (RFC 7301), the preferred first. A client that offers others only is refused
/// (section 3.2); one that offers none is served.
constexpr std::array<std::string_view, 3> kProtocols{"h2", "http/1.1", "http/1.0"};

/// The first of `ours` that stands in `offered`, a list of names with a length in front of each.
const std::string_view* choose(std::span<const std::string_view> ours, std::string_view offered) {
    for (const std::string_view& name : ours) {
        std::string_view rest = offered;
        while (!rest.empty()) {
            const auto length = static_cast<unsigned char>(rest.front());
            if (rest.substr(1, length) == name) return &name;
            rest.remove_prefix(std::min<std::size_t>(1U + length, rest.size()));
        }
    }
    return nullptr;
}

bool set_mac_key(EVP_MAC_CTX* mac, const TicketKey& key) {
    char digest[] = "SHA256";
    // OSSL_PARAM has no const; EVP_MAC_CTX_set_params() does not write.
    auto* bytes = const_cast<std::uint8_t*>(key.mac_key.data());
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, bytes, key.mac_key.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

}  // namespace

/// The questions that OpenSSL asks in a handshake, in this order.
struct ServerCallbacks {
    static Hello& hello(SSL* ssl) { return *static_cast<Hello*>(SSL_get_app_data(ssl)); }
    static ServerContext& context(SSL* ssl) { return *hello(ssl).context; }

    /// What a session is good for, as sha256() of it.
    static std::string binding(const Hello& hello) {
        return hello.client ? hello.server_name + '\0' + hello.client->key() : hello.server_name;
    }

    /// By the name in the hello. A second hello (RFC 8446 section 4.1.2) decides anew.
    static bool choose_ciphers(SSL* ssl) {
        Hello& said = hello(ssl);
        const CipherIndex::Choice& chosen = context(ssl).policy_.ciphers().find(said.server_name);
        if (chosen.prefer_server) {
            SSL_set_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
        } else {
            SSL_clear_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
        }
        if (chosen.list == said.ciphers) return true;
        said.ciphers = chosen.list;
        return CipherList::give(said.ciphers.get(), ssl);
    }

    /// The same; after choose_ciphers(), which undoes it.
    static bool choose_verifier(SSL* ssl) {
        Hello& said = hello(ssl);
        if (said.client) ClientVerifier::ask_nothing_in(ssl);
        said.client = context(ssl).policy_.clients().find(said.server_name);
        return !said.client || said.client->ask_in(ssl);
    }

    /// Before anything is decided, resumption included.
    static int on_hello(SSL* ssl, int* alert, void* /*unused*/) {
        const unsigned char* extension = nullptr;
        std::size_t size = 0;
        if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &extension, &size) == 1) {
            hello(ssl).server_name = server_name({extension, size});
        }
        const ServerContext& ours = context(ssl);
        if (ours.settings_.reject_unknown_names && !ours.policy_.has_host(hello(ssl).server_name)) {
            *alert = SSL_AD_UNRECOGNIZED_NAME;
            return SSL_CLIENT_HELLO_ERROR;
        }
        if (!choose_ciphers(ssl) || !choose_verifier(ssl)) return SSL_CLIENT_HELLO_ERROR;
        const crypto::Sha256 bound_to = crypto::sha256(binding(hello(ssl)));
        const bool bound = SSL_set_session_id_context(ssl, bound_to.data(), bound_to.size()) == 1;
        return bound ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR;
    }

    /// Says in our hello that the name was heard. OpenSSL asks again in a resumption.
    static int on_server_name(SSL* /*ssl*/, int* /*alert*/, void* /*unused*/) {
        return SSL_TLSEXT_ERR_OK;
    }

    static int on_certificate(SSL* ssl, void* /*unused*/) {
        const CertificateIndex& index = context(ssl).policy_.certificates();
        return index.find(hello(ssl).server_name).present_on(ssl) ? 1 : 0;
    }

    /// The client has asked (RFC 6066 section 8), and which of a name's certificates it is shown has
    /// been decided.
    static int on_status(SSL* ssl, void* /*unused*/) {
        const ServerContext& ours = context(ssl);
        if (!ours.settings_.ocsp) return SSL_TLSEXT_ERR_NOACK;
        const Staple* const staple =
            ours.staples_.find(SSL_get_certificate(ssl), ours.clock_.wall());
        if (!staple) return SSL_TLSEXT_ERR_NOACK;
        const std::string& der = staple->response;
        void* const copy = OPENSSL_memdup(der.data(), der.size());  // the handshake's from here on
        CHECK(copy != nullptr);
        SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<int>(der.size()));
        return SSL_TLSEXT_ERR_OK;
    }

    static int on_alpn(SSL* ssl, const unsigned char** chosen, unsigned char* size,
                       const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
        const std::string_view list(reinterpret_cast<const char*>(offered), offered_size);
        const auto ours =
            std::span(kProtocols).subspan(context(ssl).policy_.offers_http2() ? 0 : 1);
        const std::string_view* const found = choose(ours, list);
        if (!found) return SSL_TLSEXT_ERR_ALERT_FATAL;  // no_application_protocol
        *chosen = reinterpret_cast<const unsigned char*>(found->data());
        *size = static_cast<unsigned char>(found->size());
        return SSL_TLSEXT_ERR_OK;
    }

    /// @return 0: the ticket cannot be opened, so a full handshake; 2: opened, and a new one is due
    static int on_ticket(SSL* ssl, unsigned char* key_name, unsigned char* iv,
                         EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int seal) {
        TicketKeys& keys = context(ssl).ticket_keys();
        if (seal == 1) {
            const TicketKey& key = keys.current();
            std::copy(key.name.begin(), key.name.end(), key_name);
            crypto::fill_random({iv, EVP_MAX_IV_LENGTH});
            return EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher_key.data(),
                                      iv) &&
                           set_mac_key(mac, key)
                       ? 1
                       : -1;
        }
        const TicketKey* const key = keys.find(std::span<const std::uint8_t, 16>(key_name, 16));
        if (!key) return 0;
        if (!set_mac_key(mac, *key) ||
            !EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher_key.data(), iv)) {
            return -1;
        }
        // A client uses a ticket of TLS 1.3 once (RFC 8446 appendix C.4), so each visit needs the next.
        const bool good_again = SSL_version(ssl) < TLS1_3_VERSION && key == &keys.current();
        return good_again ? 1 : 2;
    }

    static void on_secret(const SSL* ssl, const char* line) {
        const auto& handover = static_cast<Hello*>(SSL_get_app_data(ssl))->handover;
        if (handover) handover->take_line(line);
    }

    static void on_message(int written, int /*version*/, int what, const void* /*bytes*/,
                           std::size_t /*size*/, SSL* ssl, void* /*unused*/) {
        const auto& handover = hello(ssl).handover;
        if (written == 1 && what == SSL3_RT_HEADER && handover) handover->count_written();
    }

    /// OpenSSL looks for a session's suite among those that the client offers, not among ours.
    static SSL_TICKET_RETURN on_opened(SSL* ssl, SSL_SESSION* session,
                                       const unsigned char* /*name*/, std::size_t /*name_size*/,
                                       SSL_TICKET_STATUS status, void* /*unused*/) {
        if (status == SSL_TICKET_EMPTY || status == SSL_TICKET_NO_DECRYPT) {
            return SSL_TICKET_RETURN_IGNORE_RENEW;
        }
        const SSL_CIPHER* const used = SSL_SESSION_get0_cipher(session);
        const STACK_OF(SSL_CIPHER)* const ours = SSL_get_ciphers(ssl);
        for (int i = 0; i < sk_SSL_CIPHER_num(ours); ++i) {
            if (sk_SSL_CIPHER_value(ours, i) != used) continue;
            return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE
                                                : SSL_TICKET_RETURN_USE_RENEW;
        }
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    }
};

void set_handshake_callbacks(SSL_CTX* context) {
    SSL_CTX_set_client_hello_cb(context, ServerCallbacks::on_hello, nullptr);
    SSL_CTX_set_tlsext_servername_callback(context, ServerCallbacks::on_server_name);
    SSL_CTX_set_cert_cb(context, ServerCallbacks::on_certificate, nullptr);
    SSL_CTX_set_tlsext_status_cb(context, ServerCallbacks::on_status);
    SSL_CTX_set_alpn_select_cb(context, ServerCallbacks::on_alpn, nullptr);
    SSL_CTX_set_keylog_callback(context, ServerCallbacks::on_secret);
    SSL_CTX_set_msg_callback(context, ServerCallbacks::on_message);
}

ServerContext::ServerContext(const table::TlsSettings& settings, const TicketSeed& seed,
                             const ServerPolicy& policy, const Clock& clock)
    : settings_(settings),
      clock_(clock),
      own_keys_(seed, clock),
      policy_(policy),
      context_(make_context()) {}

void ServerContext::follow(const table::TlsSettings& settings) {
    if (settings == settings_) return;
    settings_ = settings;
    context_ = make_context();
}

void ServerContext::follow(const std::shared_ptr<const table::TicketSecret>& secret) {
    const bool same_seed =
        secret && ticket_secret_ ? secret->seed == ticket_secret_->seed : secret == ticket_secret_;
    ticket_secret_ = secret;
    if (same_seed) return;
    shared_keys_.reset();
    if (secret) shared_keys_.emplace(secret->seed, clock_);
}

TicketKeys& ServerContext::ticket_keys() {
    if (shared_keys_) return *shared_keys_;
    return own_keys_;
}

ServerContext::ContextPtr ServerContext::make_context() {
    ContextPtr context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* const made = context.get();
    CHECK(made != nullptr);
    set_negotiation(made, settings_);
    SSL_CTX_set_options(made, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                  (settings_.session_tickets ? 0 : SSL_OP_NO_TICKET));
    // Sessions live in tickets: a cache would be one a worker. Without either there are none at all.
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    if (!settings_.session_tickets) CHECK(SSL_CTX_set_num_tickets(made, 0) == 1);
    SSL_CTX_set_timeout(made, settings_.session_timeout.count());
    SSL_CTX_set_max_cert_list(made, ClientVerifier::kMostChainBytes);

    // An idle connection has no buffers. OpenSSL's own repeating is off, and so is its reading ahead, with which it repeats
    // all the same: it would go on, inside one call, for as long as a peer sends records without data.
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_clear_mode(made, SSL_MODE_AUTO_RETRY);

    set_handshake_callbacks(made);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(made, ServerCallbacks::on_ticket);
    SSL_CTX_set_session_ticket_cb(made, nullptr, ServerCallbacks::on_opened, nullptr);
    return context;
}

SSL* ServerContext::new_connection(Hello& hello) {
    SSL* const made = SSL_new(context_.get());
    CHECK(made != nullptr);
    hello.context = this;
    hello.handover = std::make_unique<Handover>();
    SSL_set_app_data(made, &hello);
    SSL_set_accept_state(made);
    return made;
}

}  // namespace breakwater::tls
