// Redirects: of everything to one URL, and from http to https.

#include <algorithm>

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::HttpsRedirectPolicy;
using table::Policies;

template <auto kParse, auto kField>
constexpr Setter<Draft> kWish = set<kParse, &Draft::redirect, kField>;
template <auto kParse, auto kField>
constexpr Setter<Draft> kHttps = set<kParse, &Draft::policies, &Policies::https_redirect, kField>;

constexpr Row kRows[] = {
    {.name = "permanent-redirect",
     .on_bad = OnBad::leave_out,
     .set = kWish<parse_url, &RedirectWishes::permanent_url>},
    {.name = "permanent-redirect-code",
     .on_bad = OnBad::leave_out,
     .set = kWish<parse_between<300, 308>, &RedirectWishes::permanent_code>},
    {.name = "temporal-redirect",
     .on_bad = OnBad::leave_out,
     .set = kWish<parse_url, &RedirectWishes::temporal_url>},
    {.name = "temporal-redirect-code",
     .on_bad = OnBad::leave_out,
     .set = kWish<parse_between<300, 307>, &RedirectWishes::temporal_code>},

    {.name = "ssl-redirect",
     .config_key = "ssl-redirect",
     .set = kWish<parse_bool, &RedirectWishes::ssl_redirect>},
    {.name = "force-ssl-redirect",
     .config_key = "force-ssl-redirect",
     .set = kWish<parse_bool, &RedirectWishes::force_ssl_redirect>},
    {.name = "preserve-trailing-slash",
     .config_key = "preserve-trailing-slash",
     .set = kHttps<parse_bool, &HttpsRedirectPolicy::preserve_trailing_slash>},
    {.name = {},
     .config_key = "http-redirect-code",
     .set = kHttps<parse_https_redirect_code, &HttpsRedirectPolicy::status>},
    {.name = {},
     .config_key = "no-tls-redirect-locations",
     .set = kWish<parse_list, &RedirectWishes::no_https_paths>},
};

bool is_exempt(const RedirectWishes& wishes, const std::string& path) {
    return std::ranges::any_of(wishes.no_https_paths,
                               [&](const std::string& start) { return path.starts_with(start); });
}

void settle(const Draft& draft, const Place& place, Policies& policies) {
    const RedirectWishes& wishes = draft.redirect;
    if (!wishes.temporal_url.empty()) {
        policies.redirect = {wishes.temporal_url, wishes.temporal_code};
    } else if (!wishes.permanent_url.empty()) {
        policies.redirect = {wishes.permanent_url, wishes.permanent_code};
    }
    const bool wanted = wishes.force_ssl_redirect || (wishes.ssl_redirect && place.host_has_tls);
    policies.https_redirect.enabled = wanted && !is_exempt(wishes, place.path);
}

}  // namespace

RowGroup redirect_group() { return {.rows = kRows, .settle = settle}; }

}  // namespace breakwater::translate
