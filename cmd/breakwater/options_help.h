#pragma once
// How `--help` looks: groups, a line a flag, the default at its end, under 100 columns.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace breakwater::cmd {

class HelpFormat final : public CLI::Formatter {
public:
    /// Of a command also the flags of the whole that decide for it.
    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override;
    std::string make_usage(const CLI::App* app, std::string name) const override;
    std::string make_group(std::string group, bool is_positional,
                           std::vector<const CLI::Option*> options) const override;
    std::string make_option(const CLI::Option* option, bool is_positional) const override;
};

}  // namespace breakwater::cmd
