#pragma once
// Which kernel interface carries a loop's input and output.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/reactor/poller.h"

namespace breakwater {

enum class Io : std::uint8_t { epoll, uring };

/// As `--io` has it.
std::string_view name(Io io);

/// Finds out by trying what this machine allows.
/// @param wanted  none: io_uring where it can be had, else epoll
/// @return one sentence where io_uring is wanted and the kernel refuses it
std::expected<Io, std::string> choose_io(std::optional<Io> wanted);

/// For one loop. Where its thread gets no ring after all (descriptors, memory), it goes on by epoll,
/// with a warning.
std::unique_ptr<Poller> make_poller(Io io);

}  // namespace breakwater
