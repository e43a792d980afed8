// Which suites of TLS 1.2 a host agrees on with its clients, and whose order decides.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::CipherPolicy;
using table::HostPolicies;

template <auto kParse, auto kField>
constexpr Setter<Draft> kCiphers = set<kParse, &Draft::host, &HostPolicies::ciphers, kField>;

constexpr Row kRows[] = {
    {.name = "ssl-ciphers",
     .scope = Scope::server,
     .set = kCiphers<take_text, &CipherPolicy::list>,
     .check = &Checks::tls_ciphers},
    {.name = "ssl-prefer-server-ciphers",
     .scope = Scope::server,
     .set = kCiphers<parse_bool, &CipherPolicy::prefer_server>},
};

}  // namespace

RowGroup ciphers_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
