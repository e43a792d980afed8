#pragma once
// An answer, whoever made it: a filter, the cache, a pod, an error page.

#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/http/body.h"
#include "proxy/http/head.h"

namespace breakwater::exchange {

/// An answer that was made here. A value in the exchange's arena (Exchange::reply() makes one).
struct Reply {
    explicit Reply(Arena& arena) : head(arena) {}
    http::ResponseHead head;
    std::string_view body;  ///< outlives the exchange, or lives in its arena
};

/// Two pointers: a head in its maker's arena, never moved by value, and a body source that it owns.
/// Dropping it ends the attempt behind it. What the head's views point to may be held by the body, so the
/// head is good for as long as the body lives: who wraps the body owns what it wraps. The body is empty
/// where the status or a HEAD says that there is none. The fields of a framing (Content-Length) are set once, after
/// the last filter.
struct Response {
    Response(http::ResponseHead& response_head, http::BodyPtr source)
        : head(&response_head), body(std::move(source)) {}
    /// A reply's own head and text.
    explicit Response(Reply& reply)
        : head(&reply.head),
          body(reply.head.fields.arena().make_owned<http::TextBody>(reply.body).release()) {}

    http::ResponseHead* head;
    http::BodyPtr body;
};

}  // namespace breakwater::exchange
