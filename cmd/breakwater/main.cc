// Flags, wiring, signals: no logic. docs/life_of_a_change.md and docs/life_of_a_request.md tell what
// happens between the parts that are put together here.

#include <cstdio>
#include <span>
#include <string>

#include "cmd/breakwater/application.h"
#include "cmd/breakwater/check.h"
#include "cmd/breakwater/options.h"
#include "cmd/breakwater/signals.h"
#include "controller/kube/library.h"
#include "proxy/base/crypto/library.h"
#include "proxy/base/log.h"
#include "proxy/tls/negotiation.h"

namespace {

std::string libraries() {
    using namespace breakwater;
    return crypto::library_version() + "\n" + kube::library_version() + "\n" +
           "TLS groups: " + tls::standard_groups() + "\n";
}

}  // namespace

int main(int argc, char** argv) {
    using namespace breakwater;
    const std::span<const char* const> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
    const auto options = cmd::parse_options(arguments, libraries());
    if (!options) {
        std::fputs(options.error().text.c_str(), options.error().code == 0 ? stdout : stderr);
        return options.error().code;
    }
    if (options->check) {
        const cmd::CheckReport report = cmd::check(*options);
        std::fputs(report.text.c_str(), stdout);
        return report.errors ? 1 : 0;
    }
    cmd::Signals signals;  // before the first thread, which the log starts
    log::set_up(options->log_format, options->log_level);
    const int code = cmd::run(*options, signals, libraries());
    log::flush();
    return code;
}
