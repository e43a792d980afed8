#pragma once
// `ssl-passthrough`: hosts whose TLS ends at the pods. Pure; any thread.

#include "controller/translate/options.h"
#include "controller/translate/plan.h"
#include "controller/translate/report.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

/// Sets `host.passthrough` where any Ingress of the host wants it, the flag allows it and a Service
/// answers at `/`.
/// @param host  built, its locations with it.
void settle_passthrough(const PlannedHost& planned, const Options& options, table::Host& host,
                        Report& report);

}  // namespace breakwater::translate
