#include "proxy/fastcgi/stdin_sink.h"

#include <string_view>
#include <utility>

#include "proxy/base/try.h"

namespace breakwater::fastcgi {

bool StdinSink::begin_record(std::size_t content_bytes) {
    if (begun_) return true;
    write_record_header(RecordType::stdin_, content_bytes, header_.data());
    begun_ = out_.try_push({std::string_view(header_.data(), header_.size()), {}});
    return begun_;
}

/// A chunk that went in part comes again, to push(): it goes on where it has stopped.
bool StdinSink::try_push(const http::Chunk& chunk) {
    while (taken_bytes_ < chunk.bytes.size()) {
        const std::string_view part = chunk.bytes.substr(taken_bytes_, kMaxContentBytes);
        if (!begin_record(part.size()) || !out_.try_push({part, chunk.owner})) return false;
        begun_ = false;
        taken_bytes_ += part.size();
    }
    taken_bytes_ = 0;
    return true;
}

Task<Done> StdinSink::push_later(http::Chunk chunk) {
    while (!try_push(chunk)) CO_TRY(co_await out_.flush());
    co_return Done{};
}

bool StdinSink::try_finish(const http::Fields* /*trailers*/) {  // CGI has none
    if (!ended_ && !begin_record(0)) return false;
    ended_ = true;
    return out_.try_finish(nullptr);
}

Eventual<Done> StdinSink::finish(const http::Fields* trailers) {
    if (try_finish(trailers)) return Done{};
    return finish_later();
}

Task<Done> StdinSink::finish_later() {
    while (!ended_) {
        CO_TRY(co_await out_.flush());
        ended_ = begin_record(0);
    }
    Done done = co_await out_.finish(nullptr);
    co_return done;
}

Eventual<Done> StdinSink::splice(Pipe& /*pipe*/) {
    return fail(Err::internal, "records are never spliced");
}

}  // namespace breakwater::fastcgi
