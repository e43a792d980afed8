#pragma once
// Which certificate a host has. Names of Secrets in, certificates of the table out.

#include <expected>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "controller/translate/choose.h"
#include "controller/translate/footprint.h"
#include "controller/translate/of_secret.h"

namespace breakwater::translate {

using CertificatePtr = std::shared_ptr<const table::Certificate>;

/// Certificates by Secret, for one part of a table. What it is given outlives it.
class Certificates {
public:
    Certificates(Lookup& lookup, OfSecret<table::Certificate>& known, WallTime now,
                 const Checks& checks, Report& report)
        : lookup_(lookup), known_(known), now_(now), checks_(checks), report_(report) {}

    /// @error why there is none, as a sentence without its end.
    [[nodiscard]] std::expected<CertificatePtr, std::string> find(const kube::Key& secret);

    /// When something else is to be said of those that were found, because they expire.
    [[nodiscard]] WallTime good_until() const { return good_until_; }

private:
    [[nodiscard]] std::expected<CertificatePtr, std::string> read(
        const kube::Secret& secret, const CertificatePtr& before) const;
    void report_expiry(const kube::Key& key, const table::Certificate& certificate);

    Lookup& lookup_;
    OfSecret<table::Certificate>& known_;
    WallTime now_;
    const Checks& checks_;
    Report& report_;
    WallTime good_until_ = WallTime::max();
};

/// What a host has of TLS.
struct HostTls {
    bool has_tls = false;        ///< plain http is redirected, where nobody says otherwise
    CertificatePtr certificate;  ///< null: the default one
    /// table::Host::rsa_certificate
    CertificatePtr rsa_certificate = nullptr;
};

/// The TLS sections of the Ingresses, host by host, and which of their entries were of use.
/// One translation, one thread.
class TlsSections {
public:
    TlsSections(Certificates& certificates, Report& report)
        : certificates_(certificates), report_(report) {}

    /// The oldest Ingress of the host that has a TLS section decides. In it: the entry that names the
    /// host, else the first Secret whose certificate covers it, else the default certificate. Where
    /// further entries name it, or cover it, the same, one whose key is RSA stands beside one whose key
    /// is not.
    ///
    /// @param host       lower case; not the catch-all, whose certificate is the default one.
    /// @param ingresses  of the host, the oldest first.
    [[nodiscard]] HostTls find(const std::string& host,
                               const std::vector<const Chosen*>& ingresses);

    /// A finding for each entry with a Secret that served no host. Called last.
    void report_unused(const std::vector<Chosen>& all);

private:
    [[nodiscard]] HostTls find_in(const kube::Ingress& ingress, const std::string& host);
    [[nodiscard]] HostTls pair_up(const kube::Ingress& ingress,
                                  const std::vector<std::size_t>& entries, CertificatePtr first,
                                  const std::string& host);
    [[nodiscard]] CertificatePtr covering(const kube::Ingress& ingress, std::size_t entry,
                                          const std::string& host) const;
    [[nodiscard]] CertificatePtr take(const kube::Ingress& ingress, std::size_t entry,
                                      const std::string& host);

    Certificates& certificates_;
    Report& report_;
    std::map<const kube::Ingress*, std::set<std::size_t>> used_;  ///< entries by index
};

}  // namespace breakwater::translate
