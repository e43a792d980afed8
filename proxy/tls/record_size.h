#pragma once
// How long a record should be. A receiver can use nothing of a record before its last byte is there: so
// the first ones after a silence each fit into a packet, and a page begins to appear with the first.
// Once a connection has shown that it carries more, records are as long as they may be, because each
// costs a header, a tag and a call.

#include <cstddef>
#include <cstdint>

#include "proxy/base/clock.h"

namespace breakwater::tls {

class RecordSize {
public:
    /// What RFC 8446 section 5.1 allows.
    static constexpr std::size_t kLargest = 16 * 1024;
    /// With header and tag one packet of Ethernet, IPv6 and the usual TCP options.
    static constexpr std::size_t kSmallest = 1400;
    /// As much as a sender's first window has room for (ten packets, RFC 6928).
    static constexpr std::uint32_t kSmallFirst = 14 * 1024;
    static constexpr Duration kSilence = std::chrono::seconds(1);

    /// Of the next record, in bytes of plain text.
    [[nodiscard]] std::size_t next(Time now);
    void sent(std::size_t bytes);

private:
    Time last_{};
    std::uint32_t since_silence_ = 0;  ///< bytes, as far as they matter
};

inline std::size_t RecordSize::next(Time now) {
    if (now - last_ >= kSilence) since_silence_ = 0;
    last_ = now;
    return since_silence_ < kSmallFirst ? kSmallest : kLargest;
}

inline void RecordSize::sent(std::size_t bytes) {
    if (since_silence_ < kSmallFirst) since_silence_ += static_cast<std::uint32_t>(bytes);
}

}  // namespace breakwater::tls
