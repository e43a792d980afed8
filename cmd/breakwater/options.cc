#include "cmd/breakwater/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "cmd/breakwater/flags/commands.h"
#include "cmd/breakwater/flags/groups.h"
#include "cmd/breakwater/flags/ingress_nginx.h"
#include "cmd/breakwater/options_help.h"
#include "proxy/base/ascii.h"

namespace breakwater::cmd {
namespace {

constexpr const char* kAbout =
    "Breakwater carries a Kubernetes cluster's incoming HTTP traffic as its Ingresses say.";
constexpr int kMistake = 2;

struct Group {
    void (*add)(CLI::App& app, Options& to);
    std::optional<std::string> (*settle)(Options& options);
};
/// In the order of `--help`.
constexpr Group kGroups[]{{add_objects, settle_objects},     {add_ingresses, settle_ingresses},
                          {add_writers, settle_writers},     {add_ports, settle_ports},
                          {add_admission, settle_admission}, {add_process, settle_process}};

/// As CLI11 takes them. It would call the value of `--name=` missing; Go's flags have an empty one.
std::vector<std::string> last_to_first(std::span<const char* const> arguments) {
    std::vector<std::string> reversed;
    for (std::size_t i = arguments.size(); i-- > 0;) {
        std::string argument = arguments[i];
        if (argument.starts_with("--") && argument.find('=') + 1 == argument.size()) {
            argument.pop_back();
            reversed.emplace_back();
        }
        reversed.push_back(std::move(argument));
    }
    return reversed;
}

/// A whole word behind one dash: CLI11 would read `-http-port` as `-h` and more.
const char* one_dash_word(std::span<const char* const> arguments) {
    const auto found = std::ranges::find_if(arguments, [](const std::string_view argument) {
        return argument.size() > 2 && argument[0] == '-' && is_alpha(argument[1]) &&
               !argument.starts_with("-v") && !argument.starts_with("-X") &&
               !argument.starts_with("-H");
    });
    return found == arguments.end() ? nullptr : *found;
}

std::unexpected<Exit> mistake(const std::string& text) {
    return std::unexpected(
        Exit{kMistake, fmt::format("breakwater: {} (see breakwater --help)\n", text)});
}

/// What CLI11 says, on one line and in our words where it speaks of its own.
std::string complaint_of(const CLI::ParseError& error, const CLI::App& app) {
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty()) {
        const bool flag = unknown.front().starts_with('-');
        return fmt::format("unknown {} {}", flag ? "flag" : "argument",
                           unknown.front().substr(0, unknown.front().find('=')));
    }
    std::string text = error.what();
    std::ranges::replace(text, '\n', ' ');
    return text;
}

}  // namespace

std::expected<Options, Exit> parse_options(std::span<const char* const> arguments,
                                           const std::string& version_text) {
    if (const char* word = one_dash_word(arguments)) {
        return mistake(fmt::format("unknown flag {}", word));
    }
    CLI::App app(kAbout, "breakwater");
    app.formatter(std::make_shared<HelpFormat>());
    app.set_help_flag();  // added last, where it is to be read
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);  // as Go's flags
    Options options;
    for (const Group& group : kGroups) group.add(app, options);
    const IngressNginxFlags ingress_nginx(app);
    Commands commands(app);

    try {
        app.parse(last_to_first(arguments));
    } catch (const CLI::CallForHelp&) {
        return std::unexpected(Exit{0, app.help()});
    } catch (const CLI::ParseError& error) {
        return mistake(complaint_of(error, app));
    }
    if (commands.asks_for_version()) return std::unexpected(Exit{0, version_text});
    if (const auto text = ingress_nginx.refused()) return mistake(*text);
    for (const Group& group : kGroups) {
        if (const auto text = group.settle(options)) return mistake(*text);
    }
    if (const auto text = commands.settle(options)) return mistake(*text);
    options.without_effect = ingress_nginx.without_effect();
    return options;
}

}  // namespace breakwater::cmd
