#include "cmd/breakwater/processors.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <ranges>
#include <sstream>
#include <string>
#include <string_view>

namespace breakwater::cmd {
namespace {

using std::filesystem::path;

/// Where the hierarchy that limits CPU time is mounted, and where in it this process is.
struct ControlGroup {
    path mounted;
    path directory;
    bool version2 = false;
};

bool has_word(std::string_view list, std::string_view word) {
    return std::ranges::any_of(std::views::split(list, ','), [&](auto&& item) {
        return std::string_view(item.begin(), item.end()) == word;
    });
}

/// A line of /proc/self/cgroup: `4:cpu,cpuacct:/a/b` in version 1, `0::/a/b` in version 2.
struct Membership {
    bool version2 = false;
    path group;
};

std::optional<Membership> membership(const path& root) {
    std::optional<Membership> found;
    std::ifstream lines(root / "proc/self/cgroup");
    for (std::string number, controllers, group; std::getline(lines, number, ':') &&
                                                 std::getline(lines, controllers, ':') &&
                                                 std::getline(lines, group);) {
        if (has_word(controllers, "cpu")) return Membership{false, group};  // rules where both are
        if (number == "0" && controllers.empty()) found = Membership{true, group};
    }
    return found;
}

/// `36 35 98:0 /group /mounted/at rw,noatime master:1 - cgroup2 source rw,cpu`: proc(5).
std::optional<ControlGroup> group_of_mount(const std::string& line, const Membership& member) {
    std::istringstream words(line);
    std::string skipped;
    std::string shown;
    std::string at;
    std::string type;
    std::string options;
    words >> skipped >> skipped >> skipped >> shown >> at;
    while (words >> skipped && skipped != "-") {
    }
    if (!(words >> type >> skipped >> options)) return {};
    const bool version2 = type == "cgroup2";
    if (version2 != member.version2) return {};
    if (!version2 && (type != "cgroup" || !has_word(options, "cpu"))) return {};
    // What is mounted may begin below the top, in a container at this process's own group.
    const path below = member.group.lexically_relative(shown);
    const bool inside = !below.empty() && *below.begin() != "..";
    return ControlGroup{at, inside ? (at / below).lexically_normal() : path(at), version2};
}

std::optional<ControlGroup> own_group(const path& root) {
    const auto member = membership(root);
    if (!member) return {};
    std::ifstream mounts(root / "proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        if (auto group = group_of_mount(line, *member)) return group;
    }
    return {};
}

std::optional<double> quota_in(const path& directory, bool version2) {
    double quota = 0;
    double period = 0;
    if (version2) {  // `max 100000` fails to be a number
        std::ifstream(directory / "cpu.max") >> quota >> period;
    } else {  // -1: no limit
        std::ifstream(directory / "cpu.cfs_quota_us") >> quota;
        std::ifstream(directory / "cpu.cfs_period_us") >> period;
    }
    if (quota <= 0 || period <= 0) return {};
    return quota / period;
}

}  // namespace

std::optional<double> cpu_quota(const path& root) {
    const auto group = own_group(root);
    if (!group) return {};
    std::optional<double> least;
    for (path directory = group->directory;; directory = directory.parent_path()) {
        const auto quota = quota_in(root / directory.relative_path(), group->version2);
        if (quota) least = std::min(least.value_or(*quota), *quota);
        if (directory == group->mounted || !directory.has_relative_path()) return least;
    }
}

int usable_processors() {
    cpu_set_t usable;
    CPU_ZERO(&usable);
    const bool known = sched_getaffinity(0, sizeof usable, &usable) == 0;
    const int processors = known ? std::max(1, CPU_COUNT(&usable)) : 1;
    const auto quota = cpu_quota();
    if (!quota || *quota >= processors) return processors;
    return static_cast<int>(std::ceil(*quota));
}

}  // namespace breakwater::cmd
