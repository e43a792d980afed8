#pragma once
// Which fields may come behind a body: RFC 9110 section 6.5.1.
//
// Pure; any thread.

#include "proxy/http/fields.h"

namespace breakwater::http {

/// False for what a recipient has to know before the body: how the message is framed, where it goes,
/// who sent it, what modifies the request, how the content is to be read, and what the proxy itself
/// says of the client. Such a trailer field is dropped, never merged into the head.
[[nodiscard]] bool allowed_in_trailer(const Field& field);

}  // namespace breakwater::http
