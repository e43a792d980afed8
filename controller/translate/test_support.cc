#include "controller/translate/test_support.h"

#include <cstdio>
#include <utility>

#include "controller/translate/value.h"

namespace breakwater::translate {
namespace {

std::expected<crypto::CertificateFacts, std::string> check(const std::string& chain,
                                                           const std::string& key) {
    constexpr std::string_view kNames = "names=";
    constexpr std::string_view kUntil = " until=";
    const std::size_t until = chain.find(kUntil);
    if (!chain.starts_with(kNames) || until == chain.npos) {
        return std::unexpected("tls.crt holds no certificate");
    }
    if (key != "key") return std::unexpected("the key does not belong to the certificate");
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (std::sscanf(chain.c_str() + until + kUntil.size(), "%d-%u-%u", &year, &month, &day) != 3) {
        return std::unexpected("tls.crt holds no date");
    }
    crypto::CertificateFacts facts;
    facts.fingerprint = "fingerprint of " + chain;
    facts.dns_names =
        split_list(std::string_view(chain).substr(kNames.size(), until - kNames.size()));
    facts.key_type = chain.ends_with(" type=RSA") ? "RSA" : "EC";
    facts.not_after = std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                                            static_cast<int>(day));
    return facts;
}

std::expected<void, std::string> check_backend_tls(const table::BackendTls& said) {
    if (said.ca_pem.starts_with("broken")) return std::unexpected("ca.crt cannot be used");
    return {};
}

std::expected<void, std::string> check_list(const std::string& list) {
    if (list.find("unusable") == list.npos) return {};
    return std::unexpected("is unusable");
}

std::expected<std::string, std::string> check_authorities(const std::string& ca,
                                                          const std::string& crl) {
    if (!ca.starts_with("ca")) return std::unexpected("there is no certificate in PEM form");
    if (!crl.empty() && !crl.starts_with("crl")) {
        return std::unexpected("there is no revocation list in PEM form");
    }
    return "fingerprint of " + ca + crl;
}

std::expected<void, std::string> check_expression(const std::string& text) {
    if (text.contains('(') == text.contains(')')) return {};
    return std::unexpected("is no regular expression");
}

}  // namespace

Checks fake_checks() {
    return {.certificate = check,
            .backend_tls = check_backend_tls,
            .tls_ciphers = check_list,
            .tls_groups = check_list,
            .client_authorities = check_authorities,
            .expression = check_expression};
}

void put(const kube::Object& object, kube::Objects& objects) {
    objects.with_shelf(kube::kind_of(object), [&]<class T>(kube::Shelf<T>& shelf) {
        shelf.put(std::get<std::shared_ptr<const T>>(object));
    });
}

}  // namespace breakwater::translate
