#include "proxy/base/crypto/ocsp.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/base/crypto/asn1_time.h"

namespace breakwater::crypto {
namespace {

using AccessPtr = std::unique_ptr<AUTHORITY_INFO_ACCESS, Free<AUTHORITY_INFO_ACCESS_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, Free<OCSP_BASICRESP_free>>;
using IdPtr = std::unique_ptr<OCSP_CERTID, Free<OCSP_CERTID_free>>;
using RequestPtr = std::unique_ptr<OCSP_REQUEST, Free<OCSP_REQUEST_free>>;
using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, Free<OCSP_RESPONSE_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
/// Owns none of its certificates.
using BorrowedPtr =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;

std::unexpected<std::string> refuse(std::string why) {
    ERR_clear_error();
    return std::unexpected(std::move(why));
}

bool is_http_url(std::string_view url) {
    return url.size() <= kMaxOcspUrlBytes && lower_case(url.substr(0, 7)) == "http://" &&
           std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f; });
}

std::optional<std::string> responder_of(const X509& leaf) {
    const AccessPtr access(static_cast<AUTHORITY_INFO_ACCESS*>(
        X509_get_ext_d2i(&leaf, NID_info_access, nullptr, nullptr)));
    for (int i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
        const ACCESS_DESCRIPTION* one = sk_ACCESS_DESCRIPTION_value(access.get(), i);
        if (OBJ_obj2nid(one->method) != NID_ad_OCSP || one->location->type != GEN_URI) continue;
        const ASN1_IA5STRING* uri = one->location->d.uniformResourceIdentifier;
        std::string url(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                        static_cast<std::size_t>(ASN1_STRING_length(uri)));
        if (is_http_url(url)) return url;
    }
    return std::nullopt;
}

IdPtr id_of(const X509& leaf, const X509& issuer) {
    IdPtr id(OCSP_cert_to_id(EVP_sha1(), &leaf, &issuer));
    CHECK(id != nullptr);
    return id;
}

/// The signature, and that its maker may sign for this issuer.
bool signed_for(OCSP_BASICRESP* response, X509& issuer, WallTime now) {
    const BorrowedPtr known(sk_X509_new_null());
    const StorePtr store(X509_STORE_new());
    CHECK(known && store && sk_X509_push(known.get(), &issuer) > 0 &&
          X509_STORE_add_cert(store.get(), &issuer) == 1);
    // The issuer is where trust begins, whoever has issued it in turn.
    X509_VERIFY_PARAM* const how = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_time(how, WallTime::clock::to_time_t(now));
    return OCSP_basic_verify(response, known.get(), store.get(), OCSP_NOEXPLICIT) == 1;
}

std::expected<OcspFacts, std::string> read_status(OCSP_BASICRESP* response, OCSP_CERTID* id) {
    int status = V_OCSP_CERTSTATUS_UNKNOWN;
    ASN1_GENERALIZEDTIME* this_update = nullptr;
    ASN1_GENERALIZEDTIME* next_update = nullptr;
    if (OCSP_resp_find_status(response, id, &status, nullptr, nullptr, &this_update,
                              &next_update) != 1) {
        return refuse("it is about another certificate");
    }
    if (status != V_OCSP_CERTSTATUS_GOOD && status != V_OCSP_CERTSTATUS_REVOKED) {
        return refuse("the responder does not know the certificate");
    }
    const auto begin = time_of(this_update);
    if (!begin) return refuse("its time cannot be read");
    const auto end = next_update ? time_of(next_update) : *begin + std::chrono::hours(24);
    if (!end) return refuse("its time cannot be read");
    return OcspFacts{status == V_OCSP_CERTSTATUS_GOOD ? OcspStatus::good : OcspStatus::revoked,
                     *begin, *end};
}

}  // namespace

std::optional<OcspQuestion> ocsp_question(const X509& leaf, const X509& issuer) {
    std::optional<std::string> url = responder_of(leaf);
    if (!url) return std::nullopt;
    const RequestPtr request(OCSP_REQUEST_new());
    IdPtr id = id_of(leaf, issuer);
    CHECK(request && OCSP_request_add0_id(request.get(), id.get()));
    [[maybe_unused]] auto* const owned_by_request = id.release();
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_REQUEST(request.get(), &der);
    CHECK(size > 0);
    OcspQuestion question{std::move(*url),
                          {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}};
    OPENSSL_free(der);
    return question;
}

X509* find_issuer(const X509& leaf, const STACK_OF(X509) & others) {
    // OpenSSL caches what it reads of a certificate's extensions in it: not const, yet nobody sees it.
    auto* const issued = const_cast<X509*>(&leaf);
    for (int i = 0; i < sk_X509_num(&others); ++i) {
        X509* const other = sk_X509_value(&others, i);
        if (X509_check_issued(other, issued) == X509_V_OK) return other;
    }
    return nullptr;
}

std::expected<OcspFacts, std::string> check_ocsp_response(std::string_view der, X509& leaf,
                                                          X509& issuer, WallTime now) {
    ERR_clear_error();
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = at + der.size();
    const ResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
    if (!response || at != end) return refuse("it is no OCSP response");
    const int outcome = OCSP_response_status(response.get());
    if (outcome != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        return refuse(fmt::format("the responder says: {}", OCSP_response_status_str(outcome)));
    }
    const BasicPtr basic(OCSP_response_get1_basic(response.get()));
    if (!basic) return refuse("it is of an unknown kind");
    const auto facts = read_status(basic.get(), id_of(leaf, issuer).get());
    if (!facts) return facts;
    if (!signed_for(basic.get(), issuer, now)) {
        return refuse("it is not signed by the issuer, nor by whom the issuer has asked to");
    }
    if (facts->this_update > now + kOcspClockSlack) return refuse("it is not valid yet");
    if (facts->next_update <= now) return refuse("it has ended");
    return facts;
}

}  // namespace breakwater::crypto
