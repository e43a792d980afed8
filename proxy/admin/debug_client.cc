#include "proxy/admin/debug_client.h"

#include <fmt/format.h>
#include <httplib.h>

namespace breakwater::admin {
namespace {

constexpr time_t kLimitSeconds = 10;

}  // namespace

std::expected<std::string, std::string> ask_debug_port(std::uint16_t port, const std::string& page,
                                                       const Query& query) {
    httplib::Client client("127.0.0.1", port);
    client.set_connection_timeout(kLimitSeconds);
    client.set_read_timeout(kLimitSeconds);
    const httplib::Params parameters(query.begin(), query.end());
    const auto answer = client.Get(page, parameters, httplib::Headers{});
    if (!answer) {
        return std::unexpected(fmt::format("nobody answers at 127.0.0.1:{} (--admin-port)", port));
    }
    if (answer->status == 200) return answer->body;
    std::string text = answer->body;
    while (text.ends_with('\n')) text.pop_back();
    return std::unexpected(fmt::format("{}: {}", answer->status, text));
}

}  // namespace breakwater::admin
