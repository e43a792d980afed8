#pragma once
// What bytes pass through between two sockets when they never come into our memory: splice(2). A pipe
// is lent for one body and kept for the next, for making one costs more than a small body.
//
// One thread a pool.

#include <cstddef>
#include <string_view>
#include <vector>

#include "proxy/reactor/descriptor.h"

namespace breakwater {

class Pipe {
public:
    /// What is asked of the kernel for one. It counts pages, of which a network's packets fill but a
    /// part: the default of 64 KiB holds some 20 KiB of them.
    static constexpr std::size_t kPipeBytes = 128 * 1024;

    /// An empty one. It is none where no descriptor is free, and where this user has so many pages in
    /// pipes (`fs.pipe-user-pages-soft`) that it would hold two: ask.
    static Pipe open();
    [[nodiscard]] explicit operator bool() const { return static_cast<bool>(in_); }

    /// Bytes in it.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    /// Between a socket and this pipe, never waiting. @return what splice(2) returns
    ssize_t fill_from(int fd, std::size_t most_bytes);
    ssize_t drain_to(int fd);
    /// Copies bytes into it, as many as fit. @return how many
    std::size_t put(std::string_view bytes);

private:
    Pipe() = default;

    Descriptor out_;
    Descriptor in_;
    std::size_t bytes_ = 0;
};

class PipePool {
public:
    /// Kept for reuse a worker: each counts against what this user may have.
    static constexpr std::size_t kKeptPipes = 8;

    /// A pipe for as long as this lives. One that still holds bytes then is closed with them.
    class Loan {
    public:
        explicit Loan(PipePool& home) : home_(home), pipe_(home.take()) {}
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        ~Loan();

        /// Whether there is one.
        [[nodiscard]] explicit operator bool() const { return static_cast<bool>(pipe_); }
        Pipe& operator*() { return pipe_; }

    private:
        PipePool& home_;
        Pipe pipe_;
    };

private:
    Pipe take();

    std::vector<Pipe> kept_;
};

}  // namespace breakwater
