#pragma once
// Points in time as the Kubernetes API writes them: RFC 3339.
//
// Pure. Any thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace breakwater::kube {

/// `2026-01-02T03:04:05Z`, with a fraction of a second or not, in UTC or with a distance from it.
/// A fraction is cut to microseconds.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_timestamp(
    std::string_view text);

/// `2026-01-02T03:04:05.000006Z`: the API's MicroTime, which its Time takes as well.
[[nodiscard]] std::string format_timestamp(std::chrono::system_clock::time_point at);

}  // namespace breakwater::kube
