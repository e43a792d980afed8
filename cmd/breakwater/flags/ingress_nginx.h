#pragma once
// Flags of ingress-nginx that Breakwater has no use for. Most are taken, so that a manifest which was written for
// ingress-nginx starts, and named in one warning; `--help` does not show them.
//
// Pure; one thread.

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace breakwater::cmd {

class IngressNginxFlags {
public:
    explicit IngressNginxFlags(CLI::App& app);

    /// One that was given and that it would be wrong to ignore, as a mistake.
    [[nodiscard]] std::optional<std::string> refused() const;
    /// Those that were given and mean nothing here, by their names.
    [[nodiscard]] std::vector<std::string> without_effect() const;

private:
    const CLI::App& app_;
};

}  // namespace breakwater::cmd
