// Flags, wiring, signals: no logic. docs/life_of_a_change.md and docs/life_of_a_request.md tell what
// happens between the parts that are put together here.

#include <cstdio>
#include <span>
#include <string>

#include "cmd/breakwater/application.h"
#include "cmd/breakwater/check.h"
#include "cmd/breakwater/explain.h"
#include "cmd/breakwater/options.h"
#include "cmd/breakwater/signals.h"
#include "cmd/breakwater/version.h"
#include "proxy/base/log.h"

namespace {

int end_with(int code, const std::string& text, std::FILE* to) {
    std::fputs(text.c_str(), to);
    breakwater::log::flush();
    return code;
}

int run_check(const breakwater::cmd::Options& options) {
    const auto report = breakwater::cmd::check(options);
    return end_with(report.errors ? 1 : 0, report.text, stdout);
}

int run_explain(const breakwater::cmd::Options& options) {
    const auto text = breakwater::cmd::explain(options);
    if (text) return end_with(0, *text, stdout);
    return end_with(1, "breakwater: " + text.error() + "\n", stderr);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace breakwater;
    const std::span<const char* const> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
    const auto options = cmd::parse_options(arguments, cmd::version_text());
    if (!options) {
        std::fputs(options.error().text.c_str(), options.error().code == 0 ? stdout : stderr);
        return options.error().code;
    }
    if (options->check) return run_check(*options);
    if (options->explain) return run_explain(*options);
    cmd::Signals signals;  // before the first thread, which the log starts
    log::set_up(options->log_format, options->log_level);
    const int code = cmd::run(*options, signals);
    log::flush();
    return code;
}
