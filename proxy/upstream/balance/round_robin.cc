// One after the other.

#include "proxy/upstream/balance/policy.h"

namespace breakwater::upstream {
namespace {

class RoundRobin final : public BalancePolicy {
public:
    explicit RoundRobin(std::size_t first) : next_(first) {}

    Endpoint* pick(std::span<const Ref<Endpoint>> endpoints, const Choice& choice) override {
        for (std::size_t i = 0; i < endpoints.size(); ++i) {
            Endpoint* const endpoint = endpoints[next_++ % endpoints.size()].get();
            if (!choice.tried.has_tried(endpoint->address())) return endpoint;
        }
        return nullptr;
    }

private:
    std::size_t next_;
};

}  // namespace

std::unique_ptr<BalancePolicy> make_round_robin(std::size_t first) {
    return std::make_unique<RoundRobin>(first);
}

}  // namespace breakwater::upstream
