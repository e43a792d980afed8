// `auth-tls-*`: what a request may do by the certificate that its client has shown, and what the pod is
// told of it. The order is ingress-nginx's: verification (400, or 302 to the error page), then the
// subject (403). docs/decisions/client_certificates.md says what a connection may carry.

#include <memory>
#include <optional>
#include <string>

#include "proxy/base/crypto/client_certificate.h"
#include "proxy/base/log.h"
#include "proxy/base/regex/regex.h"
#include "proxy/exchange/exchange.h"
#include "proxy/filters/chain.h"
#include "proxy/table/client_certificate.h"

namespace breakwater::filters {

using exchange::ConnectionFacts;
using exchange::Exchange;
using exchange::Verdict;
using http::FieldName;
using table::ClientVerification;

namespace {

class ClientCertificateFilter final : public exchange::Filter {
public:
    explicit ClientCertificateFilter(const table::ClientCertificatePolicy& policy);
    [[nodiscard]] std::string_view name() const override { return "client_certificate"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;

private:
    using Shown = const crypto::ClientCertificate*;  ///< null: the handshake asked for none

    [[nodiscard]] std::optional<Err> mistake_in(Shown client) const;
    [[nodiscard]] exchange::Verdict refuse(exchange::Exchange& ex, Err why) const;
    [[nodiscard]] bool fits_subject(Shown client) const;
    void tell_pod(exchange::Exchange& ex, Shown client) const;

    table::ClientCertificatePolicy policy_;
    std::string key_;                       ///< empty: none is asked for
    std::shared_ptr<const Regex> subject_;  ///< null: any, or nobody where the policy has one
};

std::shared_ptr<const Regex> compile(const std::string& subject) {
    if (subject.empty()) return nullptr;
    auto compiled = Regex::compile(subject);
    if (compiled) return *compiled;
    // Whoever built the table has refused it already. No subject fits.
    log::error("the expression for subjects cannot be used", {{"reason", compiled.error()}});
    return nullptr;
}

/// Where the next part of a distinguished name begins (RFC 2253 section 2), or its end.
std::size_t next_part(std::string_view name, std::size_t at) {
    for (; at < name.size(); ++at) {
        if (name[at] == ',' || name[at] == '+') return at + 1;
        if (name[at] == '\\') ++at;
    }
    return name.size();
}

/// Whether a connection's handshake asked for what this host asks for. One of a client that named no
/// host asked for nothing, which is as if it had shown none: such a client could do no better.
bool asked_for(const ConnectionFacts& facts, std::string_view key) {
    if (facts.client) return facts.client->asked_under == key;
    return facts.sni.empty();
}

ClientCertificateFilter::ClientCertificateFilter(const table::ClientCertificatePolicy& policy)
    : policy_(policy), key_(table::handshake_key(policy)), subject_(compile(policy.subject)) {}

Verdict ClientCertificateFilter::on_request(Exchange& ex) const {
    if (policy_.unusable) return fail(Err::client_authorities_unusable);
    const ConnectionFacts& facts = ex.down.facts();
    const bool asks = facts.tls && !key_.empty();
    const Shown client = asks ? facts.client.get() : nullptr;
    if (asks) {
        if (!asked_for(facts, key_)) {
            return fail(Err::misdirected, "the handshake asked for another client certificate");
        }
        if (const auto mistake = mistake_in(client)) return refuse(ex, *mistake);
    }
    if (!policy_.subject.empty() && !fits_subject(client)) {
        exchange::Reply& reply = ex.reply(403);
        reply.head.fields.set_view("Content-Type", "text/plain");
        reply.body = "client certificate unauthorized";
        ex.refusal = &reply;
        return fail(Err::client_certificate_unfit);
    }
    tell_pod(ex, client);
    return {};
}

std::optional<Err> ClientCertificateFilter::mistake_in(Shown client) const {
    if (!client || !client->shown) {
        if (policy_.verification != ClientVerification::required) return {};
        return Err::client_certificate_missing;
    }
    const bool any_will_do = policy_.verification == ClientVerification::optional_no_ca;
    if (client->trusted || any_will_do) return {};
    return Err::client_certificate_refused;
}

Verdict ClientCertificateFilter::refuse(Exchange& ex, Err why) const {
    if (!policy_.error_page.empty()) {
        exchange::Reply& reply = ex.page(302);
        reply.head.fields.set_view("Location", policy_.error_page);
        ex.refusal = &reply;
    }
    return fail(why);
}

/// At the beginning of one of its parts: a value that only looks like another part fits nobody's name.
bool ClientCertificateFilter::fits_subject(Shown client) const {
    if (!subject_ || !client) return false;
    const std::string_view name = client->subject_dn;
    for (std::size_t at = 0; at < name.size(); at = next_part(name, at)) {
        if (subject_->match_at(name, at) == Regex::Found::yes) return true;
    }
    return false;
}

void ClientCertificateFilter::tell_pod(Exchange& ex, Shown client) const {
    if (!ex.down.facts().tls) return;
    http::Fields& fields = ex.fetch.head.fields;
    fields.add_view(FieldName::ssl_client_verify,
                    client ? std::string_view(client->verify) : "NONE");
    if (!client || !client->shown) return;
    if (!client->escaped_pem.empty()) {
        fields.add_view(FieldName::ssl_client_cert, client->escaped_pem);
    }
    // A certificate may name nobody: nginx leaves an empty field out.
    if (!client->subject_dn.empty()) {
        fields.add_view(FieldName::ssl_client_subject_dn, client->subject_dn);
    }
    if (!client->issuer_dn.empty()) {
        fields.add_view(FieldName::ssl_client_issuer_dn, client->issuer_dn);
    }
}

}  // namespace

FilterPtr make_client_certificate(const ChainParts& parts) {
    const table::ClientCertificatePolicy& policy = parts.host.policies.client_certificate;
    const bool says_something = policy.authorities || policy.unusable;
    return says_something ? std::make_shared<ClientCertificateFilter>(policy) : nullptr;
}

}  // namespace breakwater::filters
