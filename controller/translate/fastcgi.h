#pragma once
// The parameters of `fastcgi-params-configmap`: a ConfigMap in, a policy out. Pure; any thread.

#include <string_view>
#include <vector>

#include "controller/translate/choose.h"
#include "controller/translate/footprint.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "controller/translate/value.h"
#include "proxy/table/fastcgi.h"

namespace breakwater::translate {

/// A parameter's value as nginx writes it: text, and variables such as `$document_root` or
/// `${request_uri}`. @error a variable that has no meaning here
[[nodiscard]] Value<std::vector<table::FastCgiPart>> parse_cgi_value(std::string_view text);

/// Fills the Ingress' parameters. One whose ConfigMap is not there, or not its own namespace's, is denied;
/// a value that cannot be used costs that parameter.
void read_fastcgi_params(Lookup& lookup, const Options& options, Chosen& chosen, Report& report);

}  // namespace breakwater::translate
