// What pods of FastCGI are told. What the ConfigMap holds is read by fastcgi.h.

#include <string>

#include "controller/kube/objects.h"
#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::FastCgiPolicy;
using table::Policies;

/// A file's name, appended to a path.
Value<std::string> parse_index(std::string_view text) {
    constexpr std::string_view kBytes =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    if (text.find_first_not_of(kBytes) != text.npos || text == "." || text == "..") {
        return refuse("is no file name");
    }
    return std::string(text);
}

/// `[namespace/]name`.
Value<std::string> parse_config_map(std::string_view text) {
    if (text.contains('/') && !kube::Key::from(text)) {
        return refuse("is neither name nor namespace/name");
    }
    return std::string(text);
}

constexpr Row kRows[] = {
    {.name = "fastcgi-index",
     .set = set<parse_index, &Draft::policies, &Policies::fastcgi, &FastCgiPolicy::index>},
    {.name = "fastcgi-params-configmap",
     .on_bad = OnBad::deny,
     .set = set<parse_config_map, &Draft::fastcgi_params>},
};

}  // namespace

RowGroup fastcgi_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
