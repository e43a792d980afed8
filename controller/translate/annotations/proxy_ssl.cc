// TLS to pods. What the Secret holds is found by backend_tls.h.

#include "controller/kube/objects.h"
#include "controller/translate/annotations/row.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

using table::BackendTls;

Value<bool> parse_on_off(std::string_view text) {
    if (text == "on") return true;
    if (text == "off") return false;
    return refuse("is neither on nor off");
}

/// `namespace/name`.
Value<std::string> parse_secret(std::string_view text) {
    if (!kube::Key::from(text)) return refuse("is not namespace/name");
    return std::string(text);
}

/// A host name, or an address: what a certificate can be for.
Value<std::string> parse_name(std::string_view text) {
    constexpr std::size_t kMostBytes = 253;
    constexpr std::string_view kBytes =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
    if (text.size() > kMostBytes || text.find_first_not_of(kBytes) != text.npos) {
        return refuse("is no host name");
    }
    return std::string(text);
}

/// A list of suites by OpenSSL's names; whether one can be used is seen when the Secret is there.
Value<std::string> parse_ciphers(std::string_view text) {
    constexpr std::string_view kBytes =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:+!-_@=.";
    if (text.find_first_not_of(kBytes) != text.npos) return refuse("is no list of ciphers");
    return std::string(text);
}

std::optional<Refusal> set_protocols(std::string_view text, Draft& draft) {
    bool tls12 = false;
    bool tls13 = false;
    while (!(text = trim(text)).empty()) {
        const std::string_view one = text.substr(0, text.find(' '));
        text.remove_prefix(one.size());
        if (one == "TLSv1.2") {
            tls12 = true;
        } else if (one == "TLSv1.3") {
            tls13 = true;
        } else {
            return Refusal{.text = "names another version than TLSv1.2 and TLSv1.3"};
        }
    }
    draft.backend_tls.said.tls12 = tls12;
    draft.backend_tls.said.tls13 = tls13;
    return {};
}

template <auto kParse, auto kField>
constexpr Setter<Draft> kSaid = set<kParse, &Draft::backend_tls, &BackendTlsWishes::said, kField>;

constexpr Row kRows[] = {
    {.name = "proxy-ssl-secret",
     .on_bad = OnBad::deny,
     .set = kSaid<parse_secret, &BackendTls::secret>},
    {.name = "proxy-ssl-verify", .set = kSaid<parse_on_off, &BackendTls::verify>},
    {.name = "proxy-ssl-verify-depth",
     .set = kSaid<parse_between<1, 100>, &BackendTls::verify_depth>},
    {.name = "proxy-ssl-name", .set = kSaid<parse_name, &BackendTls::name>},
    {.name = "proxy-ssl-server-name", .set = kSaid<parse_on_off, &BackendTls::send_name>},
    {.name = "proxy-ssl-ciphers", .set = kSaid<parse_ciphers, &BackendTls::ciphers>},
    {.name = "proxy-ssl-protocols", .set = set_protocols},
    {.name = "",
     .config_key = "proxy-ssl-location-only",
     .set = set<parse_bool, &Draft::backend_tls, &BackendTlsWishes::location_only>},
};

}  // namespace

RowGroup proxy_ssl_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
