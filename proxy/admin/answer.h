#pragma once
// What an admin port answers. Values; any thread.

#include <string>

#include "proxy/http/head.h"

namespace breakwater::admin {

struct Answer {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};

/// One that says its status, for whoever reads it.
[[nodiscard]] Answer plain_answer(int status);

/// As it goes over the wire, after which the connection ends; without the body where `asked` is HEAD.
[[nodiscard]] std::string to_wire(const Answer& answer, http::Method asked);

}  // namespace breakwater::admin
