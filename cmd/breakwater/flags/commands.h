#pragma once
// The commands besides running the controller, with their flags: `check`, `explain`, `version`.
//
// Pure; one thread.

#include <optional>
#include <string>

#include "cmd/breakwater/options.h"

namespace CLI {
class App;
}

namespace breakwater::cmd {

class Commands {
public:
    /// Declares them. The app's parsing writes into this object, which stays where it is.
    explicit Commands(CLI::App& app);
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    /// The command that was given, if it was one of these. @return a mistake in it
    std::optional<std::string> settle(Options& options);
    /// `version`, or `--version`.
    [[nodiscard]] bool asks_for_version() const;

private:
    const CLI::App& app_;
    CheckCommand check_;
    ExplainCommand explain_;
};

}  // namespace breakwater::cmd
