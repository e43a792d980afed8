#include "proxy/base/clock.h"

namespace breakwater {
namespace {

class SystemClock final : public Clock {
public:
    Time now() const override { return std::chrono::steady_clock::now(); }
    WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

}  // namespace breakwater
