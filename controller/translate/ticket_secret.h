#pragma once
// The Secret of `--session-ticket-secret`, whose seed all replicas make their ticket keys from.
// Pure; any thread.

#include <memory>

#include "controller/translate/footprint.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

/// @return null where none is named, or what is there cannot be used: then each process has its own
///         keys, and a finding says so.
[[nodiscard]] std::shared_ptr<const table::TicketSecret> find_ticket_secret(Lookup& lookup,
                                                                            const Options& options,
                                                                            Report& report);

}  // namespace breakwater::translate
