#pragma once
// A connection whose peer has said all that it will say, and takes whatever it is told unless something else
// is said: for what reads and writes without waiting. One thread.

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "proxy/reactor/byte_stream.h"

namespace breakwater::test {

class Script final : public ByteStream {
public:
    /// @param bytes  outlive this; in pieces of `piece`, and then the end
    Script(Reactor& reactor, std::string_view bytes, std::size_t piece)
        : watch_(reactor, -1), rest_(bytes), piece_(piece) {}

    Tried try_read(std::span<char> into) override {
        const std::size_t count = std::min({into.size(), piece_, rest_.size()});
        if (count == 0) return Tried::end();
        std::ranges::copy(rest_.substr(0, count), into.begin());
        rest_.remove_prefix(count);
        return Tried::some(count);
    }
    Tried try_write(std::string_view bytes) override {
        const std::size_t taken = std::min(bytes.size(), room_);
        if (taken == 0) return Tried::wait();
        room_ -= taken;
        written_ += bytes.substr(0, taken);
        return Tried::some(taken);
    }
    Tried try_write2(std::string_view first, std::string_view second) override {
        return try_write(std::string(first).append(second));
    }
    IoWait wait_readable(Deadline deadline) override { return {watch_, Direction::read, deadline}; }
    IoWait wait_writable(Deadline deadline) override {
        return {watch_, Direction::write, deadline};
    }
    Watch& watch() override { return watch_; }
    Tried try_shutdown_write() override { return Tried::some(0); }
    [[nodiscard]] bool idle_and_intact() const override { return false; }

    /// From here on it takes so many bytes and no more.
    void set_room(std::size_t bytes) { room_ = bytes; }
    /// All that it was told.
    [[nodiscard]] std::string& written() { return written_; }

private:
    Watch watch_;
    std::string_view rest_;
    std::size_t piece_;
    std::size_t room_ = static_cast<std::size_t>(-1);
    std::string written_;
};

}  // namespace breakwater::test
