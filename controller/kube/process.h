#pragma once
// Runs a program to its end and keeps what it prints. No shell: an argument is an argument.

#include <expected>
#include <stop_token>
#include <string>
#include <vector>

#include "proxy/base/clock.h"

namespace breakwater::kube {

struct Command {
    std::vector<std::string> argv;         ///< the first is the program, looked up in PATH
    std::vector<std::string> environment;  ///< `NAME=value`, the whole of it
    Duration time_limit{};
};

struct Ended {
    int exit_code = 0;   ///< 128 + the signal that ended it, as shells say it
    std::string output;  ///< the first 1 MiB of stdout
    std::string errors;  ///< the first 4 KiB of stderr
};

struct NotEnded {
    bool started = true;
    std::string reason;
};

/// Blocks until the program ended; its standard input is empty, it inherits no descriptor of ours.
/// At the time limit, or when `stop` asks, it and what it started are killed.
///
/// @error it could not be started, took too long, or we are to stop.
[[nodiscard]] std::expected<Ended, NotEnded> run(const Command& command,
                                                 const std::stop_token& stop);

}  // namespace breakwater::kube
