#include "proxy/http1/body_reader.h"

#include <algorithm>

#include "proxy/base/try.h"
#include "proxy/reactor/socket.h"

namespace breakwater::http1 {

using http::Chunk;
using http::Pull;
using http::WouldWait;

namespace {

constexpr PeerErrors kClientErrors{Err::client_gone, Err::body_timeout};
constexpr PeerErrors kPodErrors{Err::response_cut, Err::upstream_timeout};

}  // namespace

BodyReader::BodyReader(ByteStream& stream, ReadBuffer& in, Framing framing, MessageKind kind,
                       Duration timeout, Arena& arena)
    : stream_(stream),
      in_(in),
      framing_(framing),
      errors_(kind == MessageKind::request ? kClientErrors : kPodErrors),
      timeout_(timeout),
      rest_bytes_(framing.length_bytes),
      chunked_(arena, kind),
      complete_(framing.kind == Framing::Kind::none ||
                (framing.kind == Framing::Kind::length && framing.length_bytes == 0)) {}

Pull BodyReader::try_pull() {
    if (complete_) return end();
    switch (framing_.kind) {
        case Framing::Kind::length: return pull_length();
        case Framing::Kind::chunked: return pull_chunked();
        case Framing::Kind::until_close: return pull_until_close();
        case Framing::Kind::none: break;
    }
    return end();
}

std::optional<Pull> BodyReader::refill() {
    if (!in_.empty()) return std::nullopt;
    const Tried got = in_.fill(stream_);
    switch (got.state) {
        case Tried::State::some: wire_bytes_ += got.bytes; return std::nullopt;
        case Tried::State::wait: in_.release_if_empty(); return WouldWait{};
        case Tried::State::end:
            if (framing_.kind == Framing::Kind::until_close) return end();
            return Error{errors_.cut, "closed in the middle of the body"};
        case Tried::State::failed:
            return Error{errors_.cut, "connection broke in the middle of the body"};
    }
    return std::nullopt;
}

Pull BodyReader::take(std::size_t count) {
    Chunk chunk{in_.bytes().substr(0, count), in_.block()};
    in_.consume(count);
    body_bytes_ += count;
    return chunk;
}

Pull BodyReader::end(const http::Fields* trailers) {
    complete_ = true;
    return http::End{trailers};
}

Pull BodyReader::pull_length() {
    if (auto instead = refill()) return std::move(*instead);
    const std::size_t count = std::min<std::uint64_t>(rest_bytes_, in_.bytes().size());
    rest_bytes_ -= count;
    complete_ = rest_bytes_ == 0;
    return take(count);
}

Pull BodyReader::pull_until_close() {
    if (auto instead = refill()) return std::move(*instead);
    return take(in_.bytes().size());
}

Pull BodyReader::pull_chunked() {
    for (;;) {
        if (auto instead = refill()) return std::move(*instead);
        const auto step = chunked_.step(in_.bytes());
        if (!step) return step.error();
        switch (step->state) {
            case ChunkedDecoder::Step::State::data: {
                Chunk chunk{step->data, in_.block()};
                in_.consume(step->consumed);
                body_bytes_ += chunk.bytes.size();
                return chunk;
            }
            case ChunkedDecoder::Step::State::end:
                in_.consume(step->consumed);
                return end(chunked_.trailers());
            case ChunkedDecoder::Step::State::more: in_.consume(step->consumed); break;
        }
    }
}

Task<Done> BodyReader::wait() {
    Time silent_since = this_reactor().now();
    for (;;) {
        Done ready = co_await stream_.wait_readable(Deadline::after(silent_since, timeout_));
        if (ready) co_return ready;
        if (!last_activity_ || *last_activity_ <= silent_since) co_return fail(errors_.stalled);
        silent_since = *last_activity_;
    }
}

std::optional<std::uint64_t> BodyReader::length() const {
    switch (framing_.kind) {
        case Framing::Kind::none: return 0;
        case Framing::Kind::length: return rest_bytes_;
        default: return std::nullopt;
    }
}

bool BodyReader::splices() {
    return framing_.kind == Framing::Kind::length && rest_bytes_ >= kLeastSpliced && in_.empty() &&
           stream_.plain_socket();
}

Tried BodyReader::try_splice(Pipe& pipe) {
    if (complete_) return Tried::end();
    in_.release_if_empty();
    Socket& socket = *stream_.plain_socket();
    const Tried got = socket.try_splice_to(pipe, rest_bytes_);
    if (got.state != Tried::State::some) return got;
    rest_bytes_ -= got.bytes;
    body_bytes_ += got.bytes;
    wire_bytes_ += got.bytes;
    complete_ = rest_bytes_ == 0;
    if (complete_) socket.look_for_more();
    return got;
}

}  // namespace breakwater::http1
