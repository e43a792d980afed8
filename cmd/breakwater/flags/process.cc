#include <CLI/CLI.hpp>

#include "cmd/breakwater/flags/flag_group.h"
#include "cmd/breakwater/flags/groups.h"
#include "cmd/breakwater/processors.h"

namespace breakwater::cmd {
namespace {

constexpr int kMostWorkers = 1024;
constexpr const char* kTitle = "Process";

constexpr Choice<std::optional<Io>> kIos[]{
    {"auto", std::nullopt}, {"epoll", Io::epoll}, {"uring", Io::uring}};
constexpr Choice<log::Format> kFormats[]{{"text", log::Format::text}, {"json", log::Format::json}};
constexpr Choice<log::Level> kLevels[]{{"debug", log::Level::debug},
                                       {"info", log::Level::info},
                                       {"warn", log::Level::warn},
                                       {"error", log::Level::error}};

}  // namespace

void add_process(CLI::App& app, Options& to) {
    FlagGroup flags(app, kTitle);
    flags.number("--workers", to.workers, 0, kMostWorkers, "N", "a number of workers",
                 "worker threads; 0: one for each usable processor");
    flags.choice("--io", to.io, kIos, "KIND", "auto, epoll or uring (io_uring)");
    flags.seconds("--shutdown-grace-period", to.shutdown_grace_period, 0,
                  "serve on for so long after SIGTERM");
    flags.choice("--log-format", to.log_format, kFormats, "FORMAT", "text or json");
    flags.choice("--log-level", to.log_level, kLevels, "LEVEL", "debug, info, warn or error");
    app.add_flag("--version")->description("print the version and exit")->group(kTitle);
    app.set_help_flag("-h,--help", "print this and exit")->group(kTitle);
}

std::optional<std::string> settle_process(Options& options) {
    if (options.workers == 0) options.workers = usable_processors();
    return {};
}

}  // namespace breakwater::cmd
