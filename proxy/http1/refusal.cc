#include "proxy/http1/refusal.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "proxy/exchange/page.h"
#include "proxy/http/head.h"

namespace breakwater::http1 {

Task<void> refuse(ByteStream& stream, Err error, Deadline deadline) {
    const int status = row(error).status;
    const std::string_view page = exchange::page_of(status);
    const std::string answer = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        status, http::reason_phrase(status), exchange::kPageType, page.size(), page);
    std::string_view rest = answer;
    while (!rest.empty()) {
        const Tried put = stream.try_write(rest);
        if (put.state == Tried::State::some) {
            rest.remove_prefix(put.bytes);
            continue;
        }
        if (put.state != Tried::State::wait) co_return;
        Done ready = co_await stream.wait_writable(deadline);
        if (!ready) co_return;
    }
    stream.try_shutdown_write();
}

}  // namespace breakwater::http1
