#include "tests/support/ocsp_maker.h"

#include <openssl/ocsp.h>

#include <memory>

#include "proxy/base/check.h"
#include "proxy/base/crypto/handles.h"
#include "proxy/base/crypto/key_pair.h"

namespace breakwater::test {
namespace {

using BasicPtr = std::unique_ptr<OCSP_BASICRESP, Free<OCSP_BASICRESP_free>>;
using IdPtr = std::unique_ptr<OCSP_CERTID, Free<OCSP_CERTID_free>>;
using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, Free<OCSP_RESPONSE_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>>;

crypto::KeyPair read(const PemPair& pair) {
    auto parsed = crypto::read_key_pair(pair.chain_pem, pair.key_pem);
    CHECK(parsed.has_value());
    return std::move(*parsed);
}

TimePtr asn1(WallTime time) {
    return TimePtr(ASN1_GENERALIZEDTIME_set(nullptr, WallTime::clock::to_time_t(time)));
}

std::string der_of(OCSP_RESPONSE* response) {
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_RESPONSE(response, &der);
    CHECK(size > 0);
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

}  // namespace

std::string make_ocsp_response(const PemPair& leaf, const PemPair& issuer, const OcspSpec& spec) {
    const crypto::KeyPair asked = read(leaf);
    const crypto::KeyPair authority = read(issuer);
    const crypto::KeyPair signer = read(spec.signer ? *spec.signer : issuer);
    const IdPtr id(
        OCSP_cert_to_id(EVP_sha1(), asked.chain.front().get(), authority.chain.front().get()));
    const TimePtr this_update = asn1(spec.this_update);
    const TimePtr next_update = spec.next_update ? asn1(*spec.next_update) : nullptr;
    using Status = OcspSpec::Status;
    const int status = spec.status == Status::good      ? V_OCSP_CERTSTATUS_GOOD
                       : spec.status == Status::revoked ? V_OCSP_CERTSTATUS_REVOKED
                                                        : V_OCSP_CERTSTATUS_UNKNOWN;
    const BasicPtr basic(OCSP_BASICRESP_new());
    CHECK(OCSP_basic_add1_status(basic.get(), id.get(), status, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                                 this_update.get(), this_update.get(), next_update.get()));
    CHECK(OCSP_basic_sign(basic.get(), signer.chain.front().get(), signer.key.get(), EVP_sha256(),
                          nullptr, 0) == 1);
    const ResponsePtr response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    return der_of(response.get());
}

std::string make_ocsp_failure(int outcome) {
    const ResponsePtr response(OCSP_response_create(outcome, nullptr));
    return der_of(response.get());
}

}  // namespace breakwater::test
