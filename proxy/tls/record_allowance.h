#pragma once
// How much of what is no content a peer may send at once: tickets, key updates, empty records. Each keeps a worker busy,
// and none of them is anything that a reader would see or wait for.
//
// One worker.

#include <cstddef>
#include <cstdint>

namespace breakwater::tls {

class RecordAllowance {
public:
    /// Without content that are put up with before there is content or nothing more at hand.
    static constexpr int kMostEmpty = 32;
    /// Key updates that are put up with before there is nothing more at hand, and one more for so much content: each costs
    /// as much as some hundred bytes of it. Honest peers make one in 2^24 records.
    static constexpr int kMostUpdates = 32;
    static constexpr std::uint64_t kContentBytesEach = 64 * 1024;

    /// @return false: too many
    [[nodiscard]] bool count_empty() { return ++empty_ <= kMostEmpty; }
    /// A key update, or what costs as much. @return false: too many
    [[nodiscard]] bool count_update() {
        const std::uint64_t earned = kMostUpdates + content_bytes_ / kContentBytesEach;
        return static_cast<std::uint64_t>(++updates_) <= earned && count_empty();
    }
    void count_content(std::size_t bytes) {
        empty_ = 0;
        content_bytes_ += bytes;
    }
    /// Nothing is at hand: others have their turn.
    void rest() { *this = {}; }

private:
    int empty_ = 0;                    ///< records without content in a row
    int updates_ = 0;                  ///< since there was nothing at hand
    std::uint64_t content_bytes_ = 0;  ///< the same of content
};

}  // namespace breakwater::tls
