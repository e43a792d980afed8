#include "proxy/upstream/replay.h"

namespace breakwater::upstream {

using http::Chunk;
using http::Pull;

Pull ReplayBody::try_pull() {
    if (replayed_ < held_count_) {
        Chunk chunk = held_[replayed_++];
        if (!holding_ && replayed_ == held_count_) let_go();
        return chunk;
    }
    if (end_) return *end_;
    Pull pull = from_.try_pull();
    if (const auto* chunk = std::get_if<Chunk>(&pull)) {
        hold(*chunk);
    } else if (const auto* end = std::get_if<http::End>(&pull)) {
        end_ = *end;
    }
    return pull;
}

void ReplayBody::hold(const Chunk& chunk) {
    if (!holding_) return;
    if (held_count_ == kMaxChunks || held_bytes_ + chunk.bytes.size() > http::kReplayBytes) {
        stop_holding();
        return;
    }
    held_[held_count_++] = chunk;
    held_bytes_ += chunk.bytes.size();
    replayed_ = held_count_;
}

void ReplayBody::stop_holding() {
    holding_ = false;
    if (replayed_ == held_count_) let_go();  // else once the rest has been given again
}

void ReplayBody::let_go() {
    for (std::size_t i = 0; i < held_count_; ++i) held_[i] = {};
    held_count_ = held_bytes_ = replayed_ = 0;
}

std::optional<std::uint64_t> ReplayBody::length() const {
    const auto rest = from_.length();
    if (!rest) return std::nullopt;
    std::uint64_t again = 0;
    for (std::size_t i = replayed_; i < held_count_; ++i) again += held_[i].bytes.size();
    return *rest + again;
}

bool ReplayBody::rewind() {
    if (holding_) {
        replayed_ = 0;
        return true;
    }
    end_.reset();
    return from_.rewind();  // it may hold all of itself
}

}  // namespace breakwater::upstream
