#include "proxy/admin/health.h"

#include <fmt/format.h>

namespace breakwater::admin {

std::string why_stuck(std::span<const Time> last_turns, Time now) {
    for (std::size_t i = 0; i < last_turns.size(); ++i) {
        const auto still = std::chrono::duration_cast<std::chrono::seconds>(now - last_turns[i]);
        if (still < kStuckAfter) continue;
        return fmt::format("the loop of worker {} has not turned for {} s", i, still.count());
    }
    return {};
}

}  // namespace breakwater::admin
