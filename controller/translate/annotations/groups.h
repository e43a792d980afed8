#pragma once
// All groups of rows, and what settles the wishes of those that need it. The list is in groups.cc.

#include <string_view>

#include "controller/translate/annotations/draft.h"
#include "controller/translate/annotations/row.h"

namespace breakwater::translate {

Rows backend_protocol_rows();
Rows body_size_rows();
Rows ciphers_rows();
Rows client_certificate_rows();
Rows fastcgi_rows();
Rows grpc_web_rows();
Rows hsts_rows();
Rows passthrough_rows();
Rows proxy_ssl_rows();
Rows redirect_rows();
Rows retry_rows();
Rows service_upstream_rows();
Rows timeout_rows();

/// Every group, each once.
[[nodiscard]] std::span<const Rows> all_rows();
/// The row of an annotation, by name or alias, without prefix. Null where there is none.
[[nodiscard]] const Row* find_row(std::string_view annotation);
/// The row whose default the ConfigMap's key is. Null where there is none.
[[nodiscard]] const Row* find_default(std::string_view config_key);

void settle_redirects(const RedirectWishes& wishes, const Place& place, table::Policies& policies);

/// The policies of a location: the draft's, with every wish settled.
[[nodiscard]] table::Policies settle(const Draft& draft, const Place& place);

}  // namespace breakwater::translate
