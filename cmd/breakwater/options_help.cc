#include "cmd/breakwater/options_help.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <utility>

namespace breakwater::cmd {
namespace {

/// Where descriptions begin; that of a longer flag has a line of its own, as with GNU's programs.
constexpr std::size_t kColumn = 36;

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

std::vector<std::string_view> forms_of(const CLI::App& app) {
    if (!app.get_parent()) {
        return {"[flags]", "check [flags] FILE|DIR...", "explain [flags] URL [FILE|DIR...]",
                "version"};
    }
    if (app.get_name() == "check") return {"[flags] FILE|DIR...", "[flags] --from-cluster"};
    if (app.get_name() == "explain") {
        return {"[flags] URL                  by the one running here (--admin-port)",
                "[flags] URL FILE|DIR...      by manifests",
                "[flags] URL --from-cluster   by the objects of a cluster"};
    }
    return {"[flags]"};
}

}  // namespace

std::string HelpFormat::make_help(const CLI::App* app, std::string name,
                                  CLI::AppFormatMode mode) const {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    const CLI::App* const whole = app->get_parent();
    if (!whole) return text;
    for (const std::string group : {"Objects", "Ingresses"}) {
        const auto of_group = [&](const CLI::Option* option) {
            return option->get_group() == group;
        };
        text += make_group(group, false, whole->get_options(of_group)) + "\n";
    }
    text.pop_back();
    return text;
}

std::string HelpFormat::make_usage(const CLI::App* app, std::string name) const {
    std::string text = "Usage:";
    for (const std::string_view form : forms_of(*app)) {
        fmt::format_to(std::back_inserter(text), "{} {}{}{}\n", text.size() > 6 ? "      " : "",
                       name, form.empty() ? "" : " ", form);
    }
    return text + "\n";
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
    if (left.size() >= kColumn) left += fmt::format("\n  {:{}}", "", kColumn);
    return fmt::format("  {:<{}}{}{}\n", left, kColumn, option->get_description(),
                       default_note(*option));
}

}  // namespace breakwater::cmd
