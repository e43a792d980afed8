#pragma once
// Writes lines to a descriptor that somebody else made and may share (stdout), and never blocks in
// it: the descriptor's own mode is left alone, because O_NONBLOCK would hold for everybody who has
// it open.
//
// Instead each write is preceded by poll() and is at most PIPE_BUF bytes long, which a pipe that
// polls as writable takes without waiting (pipe(7)). Whole lines go together while they are shorter
// than that, so that they stay whole beside another writer's.
//
// One thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater::serve {

class LogOutput {
public:
    enum class State : std::uint8_t {
        written,  ///< everything; the text is empty again
        full,     ///< the reader does not read: wait until writable
        broken,   ///< nobody can read any more
    };

    explicit LogOutput(int fd) : fd_(fd) {}
    [[nodiscard]] int fd() const { return fd_; }

    /// Takes the lines at the front of text() away as far as they go without waiting.
    State write_some();
    /// What is still to be written: lines with their ends.
    std::string& text() { return text_; }
    /// Forgets what is still to be written. @return how many lines that were
    std::size_t discard();

private:
    [[nodiscard]] std::string_view rest() const;

    const int fd_;
    std::string text_;
    std::size_t written_ = 0;  ///< of text_
};

}  // namespace breakwater::serve
