#include "proxy/serve/access_log_output.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace breakwater::serve {
namespace {

/// Whole lines that go in one write, or a piece of a line that is longer than one write.
std::string_view next_piece(std::string_view text) {
    if (text.size() <= PIPE_BUF) return text;
    const std::size_t end = text.substr(0, PIPE_BUF).rfind('\n');
    return text.substr(0, end == std::string_view::npos ? PIPE_BUF : end + 1);
}

bool is_writable(int fd) {
    pollfd waiting{fd, POLLOUT, 0};
    return poll(&waiting, 1, 0) > 0;
}

}  // namespace

std::string_view LogOutput::rest() const { return std::string_view(text_).substr(written_); }

LogOutput::State LogOutput::write_some() {
    while (!rest().empty()) {
        if (!is_writable(fd_)) return State::full;
        const std::string_view piece = next_piece(rest());
        const ssize_t count = ::write(fd_, piece.data(), piece.size());
        if (count > 0) {
            written_ += static_cast<std::size_t>(count);
        } else if (count < 0 && errno == EAGAIN) {
            return State::full;
        } else if (count == 0 || errno != EINTR) {
            return State::broken;
        }
    }
    text_.clear();
    written_ = 0;
    return State::written;
}

std::size_t LogOutput::discard() {
    const std::string_view lost = rest();
    const auto lines = static_cast<std::size_t>(std::ranges::count(lost, '\n'));
    text_.clear();
    written_ = 0;
    return lines;
}

}  // namespace breakwater::serve
