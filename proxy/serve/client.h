#pragma once
// Who asks: the one place where what proxies in front say of a request's client is believed or not.
//
// Reference 5.1. Whoever the connection comes from (with the PROXY protocol: whoever its header names) is
// believed where `proxy-real-ip-cidr` has its address, once a request; docs/decisions/client_address.md.
//
// The worker's thread.

#include "proxy/exchange/exchange.h"

namespace breakwater::serve {

/// Sets `ex.client` where the other end of the connection is trusted.
/// @param ex  with its head read and nothing else done, under settings that believe proxies at all.
void learn_client(exchange::Exchange& ex);

}  // namespace breakwater::serve
