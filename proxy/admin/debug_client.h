#pragma once
// Asks the debug port of a Breakwater that runs on this machine, in this container.

#include <cstdint>
#include <expected>
#include <string>

#include "proxy/admin/http_server.h"

namespace breakwater::admin {

/// Blocks for some seconds at most.
/// @param page  `/debug/explain`
/// @return the page's text @error one sentence: nobody answers, or what was answered instead
[[nodiscard]] std::expected<std::string, std::string> ask_debug_port(std::uint16_t port,
                                                                     const std::string& page,
                                                                     const Query& query);

}  // namespace breakwater::admin
