#include "proxy/http/read_body.h"

#include "proxy/base/try.h"

namespace breakwater::http {

Task<Result<std::string>> read_body(BodySource& from, std::size_t most_bytes) {
    std::string body;
    for (;;) {
        Pull pull = from.try_pull();
        if (const auto* chunk = std::get_if<Chunk>(&pull)) {
            if (chunk->bytes.size() > most_bytes - body.size()) {
                co_return fail(Err::bad_response, "it is too long");
            }
            body += chunk->bytes;
        } else if (std::holds_alternative<WouldWait>(pull)) {
            CO_TRY(co_await from.wait());
        } else if (std::holds_alternative<End>(pull)) {
            co_return body;
        } else {
            co_return fail(std::get<Error>(pull));
        }
    }
}

}  // namespace breakwater::http
