#pragma once
// The streams that we have ended while the peer may still send on them, so that what comes on one is told
// from what comes on a stream that the peer itself has ended: RFC 9113 section 5.1, "closed".
//
// Only the last are known by number; of older ones nothing is held against anybody. One thread.

#include <algorithm>
#include <array>
#include <cstddef>

#include "proxy/http2/stream_id.h"

namespace breakwater::http2 {

class AbandonedStreams {
public:
    static constexpr std::size_t kKnown = 32;

    void add(StreamId id) {
        StreamId& oldest = last_[next_++ % kKnown];
        older_ = std::max(older_, oldest);
        oldest = id;
    }
    [[nodiscard]] bool may_hold(StreamId id) const {
        return id <= older_ || std::ranges::find(last_, id) != last_.end();
    }

private:
    std::array<StreamId, kKnown> last_{};
    std::size_t next_ = 0;
    StreamId older_ = 0;  ///< the highest of those that are no longer known by number
};

}  // namespace breakwater::http2
