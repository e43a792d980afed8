#include "cmd/breakwater/options_help.h"

#include <fmt/format.h>

namespace breakwater::cmd {
namespace {

/// `PORT`, without what CLI11 adds of its checks.
std::string value_name(const CLI::Option& option) {
    if (option.get_expected_min() == 0) return {};  // a flag
    const std::string name = option.get_type_name();
    return name.substr(0, name.find(':'));
}

/// `(default 80)`; nothing for what is off or empty unless it is given.
std::string default_note(const CLI::Option& option) {
    const std::string value = option.get_default_str();
    if (value.empty() || value == "\"\"" || value == "false") return {};
    return fmt::format(" (default {})", value);
}

}  // namespace

std::string HelpFormat::make_usage(const CLI::App* app, std::string name) const {
    if (app->get_parent()) return fmt::format("Usage: {}\n", name);
    return fmt::format(
        "Usage: {0} [flags]\n       {0} check [flags] [--output text|json] FILE|DIR...\n"
        "       {0} version\n\n",
        name);
}

std::string HelpFormat::make_group(std::string group, bool is_positional,
                                   std::vector<const CLI::Option*> options) const {
    std::string text = group + ":\n";
    for (const CLI::Option* option : options) text += make_option(option, is_positional);
    return text;
}

std::string HelpFormat::make_option(const CLI::Option* option, bool) const {
    std::string left = option->get_name(false, true);
    if (const std::string value = value_name(*option); !value.empty()) left += " " + value;
    return fmt::format("  {:<36}{}{}\n", left, option->get_description(), default_note(*option));
}

}  // namespace breakwater::cmd
