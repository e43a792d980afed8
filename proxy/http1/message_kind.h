#pragma once
// Which way a message goes: the two are read by the same rules, and refused in different words.

#include <cstdint>

#include "proxy/base/error.h"

namespace breakwater::http1 {

enum class MessageKind : std::uint8_t { request, response };

/// `code` says whose fault it is in a request; in a response it is always the pod's.
constexpr Err error_of(MessageKind kind, Err code) {
    return kind == MessageKind::request ? code : Err::bad_response;
}

}  // namespace breakwater::http1
