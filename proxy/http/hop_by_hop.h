#pragma once
// What of a head ends with the connection that it came over: RFC 9110 section 7.6.1.
//
// Pure but for the fields that are changed; any thread.

#include "proxy/http/fields.h"

namespace breakwater::http {

/// Removes what must not be forwarded, from a request's or a response's head: Connection, Keep-Alive,
/// Proxy-Connection, TE, Transfer-Encoding, Upgrade, HTTP2-Settings, and every field that Connection
/// names. Whoever sends the head on puts back what its own connection needs.
///
/// A nomination does not remove a field that the proxy itself reads or writes (every FieldName that is
/// not listed above, but for Proxy-Authenticate and Proxy-Authorization): nominating `host` or
/// `content-length` would change where a message goes or ends, nominating `x-forwarded-for` or
/// `authorization` what the pod is told of the client. They are for all recipients of the message, and
/// RFC 9110 section 7.6.1 forbids a sender to nominate such a field.
///
/// Proxy-Authenticate and Proxy-Authorization pass unless nominated: no challenge here is ours, and
/// RFC 9110 section 11.7.2 lets a proxy that asks for no credentials relay them. ingress-nginx does.
void remove_hop_by_hop(Fields& fields);

}  // namespace breakwater::http
