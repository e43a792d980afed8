#include "cmd/breakwater/version.h"

#include <fmt/format.h>

#include <breakwater_version.h>  // of the build: cmake/Version.cmake
#include "controller/kube/library.h"
#include "proxy/base/crypto/library.h"
#include "proxy/base/regex/library.h"
#include "proxy/http2/library.h"
#include "proxy/reactor/io.h"
#include "proxy/resolve/library.h"
#include "proxy/tls/negotiation.h"

namespace breakwater::cmd {
namespace {

std::string libraries() {
    return fmt::format("{}, {}, {}, {}, {}", crypto::library_version(), kube::library_version(),
                       http2::library_version(), regex_library_version(),
                       resolve::library_version());
}

/// How sockets receive and send here where `--io` does not say it.
std::string io() {
    const auto chosen = choose_io({});
    return chosen ? std::string(name(*chosen)) : chosen.error();
}

}  // namespace

std::string_view version() { return BREAKWATER_BUILD; }

std::string version_text() {
    return fmt::format(
        "breakwater {}\n"
        "compiler: clang {}\n"
        "libraries: {}\n"
        "protocols: HTTP/1.1, HTTP/2, WebSocket, gRPC, gRPC-Web, FastCGI, PROXY, TCP, UDP\n"
        "TLS groups: {}\n"
        "io: {}\n",
        version(), __clang_version__, libraries(), tls::standard_groups(), io());
}

}  // namespace breakwater::cmd
