#pragma once
// The groups of flags, a source each, in the order of `--help`: `add_…` declares the flags of one, `settle_…` sees to what
// they mean together, once all have been read, and returns a mistake in them.
//
// Pure; one thread.

#include <optional>
#include <string>

#include "cmd/breakwater/options.h"

namespace CLI {
class App;
}

namespace breakwater::cmd {

void add_objects(CLI::App& app, Options& to);
std::optional<std::string> settle_objects(Options& options);

void add_ingresses(CLI::App& app, Options& to);
std::optional<std::string> settle_ingresses(Options& options);

void add_writers(CLI::App& app, Options& to);
std::optional<std::string> settle_writers(Options& options);

void add_ports(CLI::App& app, Options& to);
std::optional<std::string> settle_ports(Options& options);

void add_admission(CLI::App& app, Options& to);
std::optional<std::string> settle_admission(Options& options);

void add_process(CLI::App& app, Options& to);
std::optional<std::string> settle_process(Options& options);

}  // namespace breakwater::cmd
