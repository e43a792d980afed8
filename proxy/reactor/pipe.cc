#include "proxy/reactor/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace breakwater {
namespace {

constexpr unsigned kSpliceFlags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

}  // namespace

Pipe Pipe::open() {
    Pipe pipe;
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return pipe;
    pipe.out_ = Descriptor(ends[0]);
    pipe.in_ = Descriptor(ends[1]);
    if (fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes) < 0) return {};
    return pipe;
}

ssize_t Pipe::fill_from(int fd, std::size_t most_bytes) {
    const std::size_t bytes = std::min(most_bytes, kPipeBytes);
    const ssize_t moved = splice(fd, nullptr, in_.get(), nullptr, bytes, kSpliceFlags);
    if (moved > 0) bytes_ += static_cast<std::size_t>(moved);
    return moved;
}

ssize_t Pipe::drain_to(int fd) {
    const ssize_t moved = splice(out_.get(), nullptr, fd, nullptr, bytes_, kSpliceFlags);
    if (moved > 0) bytes_ -= static_cast<std::size_t>(moved);
    return moved;
}

std::size_t Pipe::put(std::string_view bytes) {
    const ssize_t put = write(in_.get(), bytes.data(), bytes.size());
    if (put <= 0) return 0;
    bytes_ += static_cast<std::size_t>(put);
    return static_cast<std::size_t>(put);
}

Pipe PipePool::take() {
    if (kept_.empty()) return Pipe::open();
    Pipe pipe = std::move(kept_.back());
    kept_.pop_back();
    return pipe;
}

PipePool::Loan::~Loan() {
    if (!pipe_ || pipe_.bytes() > 0 || home_.kept_.size() >= kKeptPipes) return;
    home_.kept_.push_back(std::move(pipe_));
}

}  // namespace breakwater
