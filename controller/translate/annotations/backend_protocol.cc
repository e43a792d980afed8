// Which protocol the pods speak.

#include <array>
#include <utility>

#include "controller/translate/annotations/row.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

using table::BackendProtocol;

constexpr std::array kProtocols{
    std::pair{"HTTP", BackendProtocol::http},           std::pair{"HTTPS", BackendProtocol::https},
    std::pair{"AUTO_HTTP", BackendProtocol::auto_http}, std::pair{"GRPC", BackendProtocol::grpc},
    std::pair{"GRPCS", BackendProtocol::grpcs},         std::pair{"FCGI", BackendProtocol::fcgi},
};

Value<BackendProtocol> parse_protocol(std::string_view text) {
    for (const auto& [name, protocol] : kProtocols) {
        if (equals_ignoring_case(text, name)) return protocol;
    }
    return refuse("is none of HTTP, HTTPS, AUTO_HTTP, GRPC, GRPCS and FCGI");
}

constexpr Row kRows[] = {
    {.name = "backend-protocol", .set = set<parse_protocol, &Draft::backend_protocol>},
};

}  // namespace

RowGroup backend_protocol_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
