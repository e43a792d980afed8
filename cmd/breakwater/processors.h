#pragma once
// How many processors this process has, as the kernel and the container's limits say: the number of
// workers where none is given.

#include <filesystem>
#include <optional>

namespace breakwater::cmd {

/// The processors that this process may run on (its affinity), and no more than its CPU quota is worth,
/// rounded up as ingress-nginx does; at least 1.
[[nodiscard]] int usable_processors();

/// What the control groups of this process grant it: processors' worth of time, the least of its own
/// group's and of those above it that it can see. Version 2 (`cpu.max`) and version 1
/// (`cpu.cfs_quota_us`), cgroups(7).
/// @param root  where `proc/self` and the mounts are; `/` but for tests
/// @return nullopt where there is no limit, or it cannot be found out
[[nodiscard]] std::optional<double> cpu_quota(const std::filesystem::path& root = "/");

}  // namespace breakwater::cmd
