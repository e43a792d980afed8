#include "proxy/filters/chain.h"

namespace breakwater::filters {

std::vector<FilterPtr> make_chain(const ChainParts& parts) {
    std::vector<FilterPtr> chain;
    for (const MakeFilter make : kOrder) {
        if (FilterPtr filter = make(parts)) chain.push_back(std::move(filter));
    }
    return chain;
}

}  // namespace breakwater::filters
