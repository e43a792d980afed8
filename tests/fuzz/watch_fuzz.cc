// What an API server says, of every kind: no bytes of it may do more than be refused.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "controller/kube/events.h"

using namespace breakwater::kube;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        LineSplitter lines(4096);
        lines.feed(text, [kind](std::string_view line) {
            return read_event(static_cast<Kind>(kind), line).has_value();
        });
        (void)read_page(static_cast<Kind>(kind), text);
    }
    return 0;
}
