#include "cmd/breakwater/flags/commands.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "cmd/breakwater/flags/flag_group.h"

namespace breakwater::cmd {
namespace {

constexpr Choice<bool> kOutputs[]{{"text", false}, {"json", true}};
constexpr const char* kCommandTitle = "Options";

/// What the commands that look at objects have in common.
CLI::App& add_command(CLI::App& app, const char* name, const char* text, ObjectsFrom& from,
                      bool& json) {
    CLI::App& command = *app.add_subcommand(name, text)->group("")->fallthrough();
    command.set_help_flag("-h,--help", "print this and exit");
    FlagGroup flags(command, kCommandTitle);
    flags.choice("--output", json, kOutputs, "FORMAT", "text or json");
    flags.on_off("--from-cluster", from.cluster, "of the objects of a cluster (see --kubeconfig)");
    return command;
}

/// Last, so that other arguments come before the files.
void add_paths(CLI::App& command, ObjectsFrom& from) {
    command.add_option("FILE", from.paths, "manifests, or directories of them")->type_name("");
}

void add_check(CLI::App& app, CheckCommand& to) {
    CLI::App& check = add_command(app, "check",
                                  "Says what is wrong with manifests, or with the objects of "
                                  "a cluster: what a Breakwater\nthat has them would log. "
                                  "Exit code 1 where something asked for would not be served.",
                                  to.from, to.json);
    add_paths(check, to.from);
}

void add_explain(CLI::App& app, ExplainCommand& to) {
    CLI::App& explain =
        add_command(app, "explain",
                    "Says what becomes of a request: which Ingress and rule decide, which filters "
                    "it passes, which\n"
                    "endpoints are behind them, and why other rules that match do not count.",
                    to.from, to.json);
    FlagGroup(explain, kCommandTitle)
        .text("-X,--request", to.method, "METHOD", "the request's method");
    explain
        .add_option("-H,--header", to.headers, "a field of it, 'Name: value'; as often as wanted")
        ->type_name("FIELD")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    explain.add_option("URL", to.url, "of the request")->type_name("")->required();
    add_paths(explain, to.from);
}

/// `--manifests` names objects, too. @return a mistake
std::optional<std::string> settle_objects_from(ObjectsFrom& from, const Options& options) {
    if (!options.manifests.empty()) from.paths.push_back(options.manifests.string());
    if (from.cluster && !from.paths.empty()) return "--from-cluster excludes files";
    return {};
}

}  // namespace

Commands::Commands(CLI::App& app) : app_(app) {
    add_check(app, check_);
    add_explain(app, explain_);
    app.add_subcommand("version", "as --version")->group("");
}

bool Commands::asks_for_version() const {
    return app_.count("--version") > 0 || app_.got_subcommand("version");
}

std::optional<std::string> Commands::settle(Options& options) {
    if (app_.got_subcommand("check")) {
        if (auto mistake = settle_objects_from(check_.from, options)) return mistake;
        if (check_.from.nothing()) return "FILE is required, or --from-cluster";
        options.check = std::move(check_);
    } else if (app_.got_subcommand("explain")) {
        if (auto mistake = settle_objects_from(explain_.from, options)) return mistake;
        options.explain = std::move(explain_);
    }
    return {};
}

}  // namespace breakwater::cmd
