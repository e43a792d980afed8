#pragma once
// Text written piece by piece into memory that is known to be large enough: for what is written once a
// request, where a check and a call for each piece would cost more than the bytes.
//
// Whoever makes one has the room for all that is written: each function says its most.
// One thread.

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "proxy/base/clock.h"

namespace breakwater {

/// memcpy for what is mostly a few bytes long, without a call for these.
/// @return behind what was written
inline char* copy_bytes(char* to, std::string_view from) {
    const auto ends_as = [&]<class Word>(Word) {  // the first and the last word, which may overlap
        std::memcpy(to, from.data(), sizeof(Word));
        std::memcpy(to + from.size() - sizeof(Word), from.data() + from.size() - sizeof(Word),
                    sizeof(Word));
    };
    const std::size_t bytes = from.size();
    using Two = std::array<std::uint64_t, 2>;
    if (bytes > 2 * sizeof(Two)) {
        std::memcpy(to, from.data(), bytes);
    } else if (bytes >= sizeof(Two)) {
        ends_as(Two{});
    } else if (bytes >= sizeof(std::uint64_t)) {
        ends_as(std::uint64_t{});
    } else if (bytes >= sizeof(std::uint32_t)) {
        ends_as(std::uint32_t{});
    } else if (bytes > 0) {
        to[0] = from[0];
        to[bytes / 2] = from[bytes / 2];
        to[bytes - 1] = from[bytes - 1];
    }
    return to + bytes;
}

class TextWriter {
public:
    /// The most that number() and seconds() write.
    static constexpr std::size_t kMaxNumberBytes = 21;

    explicit TextWriter(char* to) : at_(to) {}

    /// Behind the last byte written.
    [[nodiscard]] char* end() const { return at_; }
    /// What has been written directly, up to there.
    void set_end(char* at) { at_ = at; }

    void put(char c) { *at_++ = c; }
    void put(std::string_view text) { at_ = copy_bytes(at_, text); }
    void number(std::uint64_t value) { at_ = std::to_chars(at_, at_ + kMaxNumberBytes, value).ptr; }
    /// The last digits of `value`, with zeros in front: as many as asked for.
    void digits(std::uint64_t value, int count) {
        for (char* to = at_ + count; to > at_; value /= 10)
            *--to = static_cast<char>('0' + value % 10);
        at_ += count;
    }
    /// Seconds with so many decimals, rounded; a negative time is 0.
    /// @param decimals  1 to 9
    void seconds(Duration time, int decimals) {
        static constexpr std::array<std::uint64_t, 10> kPowers{
            1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
        const std::uint64_t unit = kPowers[static_cast<std::size_t>(decimals)];
        const std::uint64_t step = kPowers[9] / unit;
        const auto nanoseconds = time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
        const std::uint64_t units = (nanoseconds + step / 2) / step;
        number(units / unit);
        put('.');
        digits(units % unit, decimals);
    }

private:
    char* at_;
};

/// Appends what `write(TextWriter&)` writes.
/// @param most_bytes  that it may write
template <std::invocable<TextWriter&> Write>
void append_written(std::string& to, std::size_t most_bytes, Write write) {
    const std::size_t before = to.size();
    to.resize_and_overwrite(before + most_bytes, [&](char* text, std::size_t) {
        TextWriter out(text + before);
        write(out);
        return static_cast<std::size_t>(out.end() - text);
    });
}

}  // namespace breakwater
