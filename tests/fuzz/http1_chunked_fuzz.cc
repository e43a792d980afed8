// What decoding a chunked body promises of any bytes: whole or in two pieces it is the same body, and
// what was decoded and is encoded again is that body, too. The first byte of the input says where to cut.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/http1/chunked.h"

namespace {

using namespace breakwater;
using http1::ChunkedDecoder;

struct Body {
    std::string data;
    std::size_t consumed = 0;
    bool complete = false;
    std::optional<Err> error;
    std::string end;  ///< the trailers, as they are sent on
};

void feed(ChunkedDecoder& decoder, std::string_view bytes, Body& body) {
    while (!body.error && !body.complete && !bytes.empty()) {
        const auto step = decoder.step(bytes);
        if (!step) {
            body.error = step.error().code;
            return;
        }
        CHECK(step->consumed > 0 && step->consumed <= bytes.size());
        CHECK(step->data.size() <= step->consumed);
        body.data += step->data;
        body.consumed += step->consumed;
        body.complete = step->state == ChunkedDecoder::Step::State::end;
        bytes.remove_prefix(step->consumed);
    }
}

Body decode(std::string_view bytes, std::size_t cut) {
    Arena arena;
    ChunkedDecoder decoder(arena, http1::MessageKind::response);
    Body body;
    const std::string first(bytes.substr(0, cut));
    const std::string second(bytes.substr(cut));
    feed(decoder, first, body);
    feed(decoder, second, body);
    if (body.complete) {
        body.end.resize(http1::size_of_last_chunk(decoder.trailers()));
        http1::write_last_chunk(decoder.trailers(), body.end.data());
    }
    return body;
}

std::string encode(const Body& body) {
    if (body.data.empty()) return body.end;
    std::array<char, http1::kMaxChunkHeaderBytes> header;
    char* const end = http1::write_chunk_header(header.data(), body.data.size());
    std::string bytes(header.data(), static_cast<std::size_t>(end - header.data()));
    return bytes.append(body.data).append(http1::kChunkEnd).append(body.end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Body whole = decode(bytes, bytes.size());
    const Body parts = decode(bytes, data[0] % bytes.size());
    CHECK(parts.error == whole.error && parts.complete == whole.complete);
    if (whole.error) return 0;
    CHECK(parts.data == whole.data && parts.consumed == whole.consumed && parts.end == whole.end);
    if (!whole.complete) return 0;

    const std::string sent = encode(whole);
    const Body again = decode(sent, sent.size() / 2);
    CHECK(again.complete && again.consumed == sent.size());
    CHECK(again.data == whole.data && again.end == whole.end);
    return 0;
}
