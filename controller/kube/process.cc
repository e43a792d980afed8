#include "controller/kube/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

extern "C" {  // glibc 2.36 forgets to say it itself
#include <sys/pidfd.h>
}

namespace breakwater::kube {
namespace {

constexpr std::size_t kMaxOutputBytes = 1 << 20;
constexpr std::size_t kMaxErrorBytes = 4096;

/// A descriptor that closes itself.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        reset();
        fd_ = std::exchange(other.fd_, -1);
        return *this;
    }
    ~Fd() { reset(); }
    [[nodiscard]] int get() const { return fd_; }
    void reset() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_ = -1;
};

/// The two ends of a pipe: ours does not block.
struct Pipe {
    Fd ours;
    Fd theirs;

    static std::optional<Pipe> make() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        return Pipe{Fd(ends[0]), Fd(ends[1])};
    }
};

std::unexpected<NotEnded> not_started(const Command& command, const std::string& reason) {
    return std::unexpected(NotEnded{false, command.argv.front() + " cannot be started: " + reason});
}

/// What posix_spawn wants to know, freed with it.
class Spawn {
public:
    Spawn(int out, int err) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, out, 1);
        posix_spawn_file_actions_adddup2(&actions_, err, 2);
        posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
        posix_spawnattr_init(&attributes_);
        // A group of its own, so that what it starts can be ended with it; no signal blocked or
        // ignored because we do so.
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    Spawn(const Spawn&) = delete;
    Spawn& operator=(const Spawn&) = delete;
    ~Spawn() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    std::expected<pid_t, NotEnded> start(const Command& command) {
        const auto pointers = [](const std::vector<std::string>& texts) {
            std::vector<char*> out;
            for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
            out.push_back(nullptr);
            return out;
        };
        pid_t pid = -1;
        const int error =
            ::posix_spawnp(&pid, command.argv.front().c_str(), &actions_, &attributes_,
                           pointers(command.argv).data(), pointers(command.environment).data());
        if (error == 0) return pid;
        return not_started(command, std::generic_category().message(error));
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

/// Takes what is there. @return false at the end of the stream.
bool drain(int fd, std::string& into, std::size_t most) {
    char block[4096];
    for (;;) {
        const ssize_t got = ::read(fd, block, sizeof block);
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        if (got == 0) return false;
        const std::size_t room = most - std::min(most, into.size());
        into.append(block, std::min(room, static_cast<std::size_t>(got)));
    }
}

int exit_code_of(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int poll_timeout(Time end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - system_clock().now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

int reap(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

std::expected<Ended, NotEnded> run(const Command& command, const std::stop_token& stop) {
    auto out = Pipe::make();
    auto err = Pipe::make();
    const Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!out || !err || wake.get() < 0) return not_started(command, "no descriptor is free");
    const std::stop_callback on_stop(stop, [fd = wake.get()] { ::eventfd_write(fd, 1); });

    const auto pid = Spawn(out->theirs.get(), err->theirs.get()).start(command);
    if (!pid) return std::unexpected(pid.error());
    out->theirs.reset();
    err->theirs.reset();
    const Fd exited(::pidfd_open(*pid, 0));

    Ended ended;
    const Time end = system_clock().now() + command.time_limit;
    bool done = false;
    while (!done && !stop.stop_requested() && system_clock().now() < end) {
        // Its exit ends the wait, not the end of its output: what it left behind may hold that open.
        std::array<pollfd, 4> waits{{{out->ours.get(), POLLIN, 0},
                                     {err->ours.get(), POLLIN, 0},
                                     {exited.get(), POLLIN, 0},
                                     {wake.get(), POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), poll_timeout(end));
        done = waits[2].revents != 0;
        if (!drain(out->ours.get(), ended.output, kMaxOutputBytes)) out->ours.reset();
        if (!drain(err->ours.get(), ended.errors, kMaxErrorBytes)) err->ours.reset();
    }
    if (!done) ::kill(-*pid, SIGKILL);
    ended.exit_code = exit_code_of(reap(*pid));
    if (done) return ended;
    return std::unexpected(NotEnded{
        true, command.argv.front() + (stop.stop_requested() ? " was ended: we stop"
                                                            : " took too long and was ended")});
}

}  // namespace breakwater::kube
