#include "proxy/base/crypto/self_signed.h"

#include "proxy/base/crypto/make_certificate.h"

namespace breakwater::crypto {
namespace {

constexpr std::chrono::hours kLifetime{10 * 365 * 24};

}  // namespace

PemPair make_self_signed() {
    const KeyPtr key = make_key();
    const X509Ptr certificate = make_certificate({.organisation = "Acme Co",
                                                  .common_name = kSelfMadeName,
                                                  .alternatives = "DNS:ingress.local",
                                                  .lifetime = kLifetime},
                                                 key.get(), nullptr, nullptr);
    return to_pem(certificate.get(), key.get());
}

}  // namespace breakwater::crypto
