#pragma once
// What OCSP responders have said of our certificates, for handshakes of one worker: each worker is told
// of all, so that none looks at another's memory. docs/decisions/ocsp.md.
//
// One worker.

#include <openssl/types.h>

#include <memory>
#include <string>
#include <unordered_map>

#include "proxy/base/clock.h"
#include "proxy/tls/server_certificate.h"

namespace breakwater::tls {

/// One response, checked. Const and shared by all workers.
struct Staple {
    std::shared_ptr<const ServerCertificate> certificate;
    std::string response;  ///< DER
    WallTime until;        ///< clients do not believe it any more
};

class Staples {
public:
    /// In the place of an older one of that certificate.
    void put(std::shared_ptr<const Staple> staple);
    void drop(const ServerCertificate& certificate) { by_leaf_.erase(certificate.leaf()); }
    /// Null where there is none, or it has ended.
    [[nodiscard]] const Staple* find(const X509* leaf, WallTime now) const;
    [[nodiscard]] std::size_t size() const { return by_leaf_.size(); }

private:
    /// The staple keeps its key.
    std::unordered_map<const X509*, std::shared_ptr<const Staple>> by_leaf_;
};

}  // namespace breakwater::tls
