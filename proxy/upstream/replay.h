#pragma once
// A request body that can be sent again, as long as all of it that has left is still held: another
// attempt then starts it over. Larger bodies simply flow by. One worker.

#include <array>
#include <cstddef>

#include "proxy/http/body.h"
#include "proxy/http/limits.h"

namespace breakwater::upstream {

class ReplayBody final : public http::BodySource {
public:
    explicit ReplayBody(http::BodySource& from) : from_(from) {}

    http::Pull try_pull() override;
    Task<Done> wait() override { return from_.wait(); }
    [[nodiscard]] std::optional<std::uint64_t> length() const override;
    [[nodiscard]] bool rewind() override;
    [[nodiscard]] bool splices() override {
        return !holding_ && held_count_ == 0 && from_.splices();
    }
    Tried try_splice(Pipe& pipe) override { return from_.try_splice(pipe); }
    /// Nobody will ask for another attempt: lets go of what is held and holds no more.
    void stop_holding();

private:
    /// A chunk pins its whole block, so their number is bounded as their bytes are.
    static constexpr std::size_t kMaxChunks = 8;

    void hold(const http::Chunk& chunk);
    void let_go();

    http::BodySource& from_;
    std::array<http::Chunk, kMaxChunks> held_;
    std::size_t held_count_ = 0;
    std::size_t held_bytes_ = 0;
    std::size_t replayed_ = 0;  ///< chunks given again since the last rewind()
    bool holding_ = true;
    std::optional<http::End> end_;
};

}  // namespace breakwater::upstream
