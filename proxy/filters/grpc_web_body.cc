#include "proxy/filters/grpc_web_body.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/base/text_writer.h"

namespace breakwater::filters {

using crypto::Base64Segments;
using http::Chunk;
using http::Pull;

namespace {

constexpr char kTrailersFlag = '\x80';
constexpr std::size_t kFrameHeadBytes = 5;

/// Of which a block holds the text, without padding in between.
constexpr std::size_t kPieceBytes = BlockPool::kBlockBytes / 4 * 3;
/// Of which a block holds the bytes.
constexpr std::size_t kPieceCharacters = BlockPool::kBlockBytes / 3 * 4 - 4;
static_assert(crypto::base64_size(kPieceBytes) <= BlockPool::kBlockBytes && kPieceBytes % 3 == 0);
static_assert(Base64Segments::most_bytes(kPieceCharacters) <= BlockPool::kBlockBytes);

/// @return the front of it, of at most that many bytes.
std::string_view take_front(std::string_view& text, std::size_t most) {
    const std::string_view front = text.substr(0, most);
    text.remove_prefix(front.size());
    return front;
}

}  // namespace

std::string_view trailers_frame(const http::Fields& trailers, Arena& arena) {
    constexpr std::size_t kAroundField = std::string_view(": \r\n").size();
    std::size_t bytes = 0;
    for (const http::Field& field : trailers) {
        bytes += field.name().size() + field.value().size() + kAroundField;
    }
    char* const frame = arena.array<char>(kFrameHeadBytes + bytes);
    char* to = frame;
    *to++ = kTrailersFlag;
    for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<char>(bytes >> shift & 0xFF);
    for (const http::Field& field : trailers) {
        to = std::ranges::transform(field.name(), to, to_lower).out;
        to = std::ranges::copy(std::string_view(": "), to).out;
        to = std::ranges::copy(field.value(), to).out;
        to = std::ranges::copy(std::string_view("\r\n"), to).out;
    }
    return {frame, kFrameHeadBytes + bytes};
}

Pull FramedTrailers::try_pull() {
    if (ended_) return http::End{};
    Pull pull = from_->try_pull();
    const auto* end = std::get_if<http::End>(&pull);
    if (!end || !end->trailers) return pull;
    ended_ = true;
    return Chunk{trailers_frame(*end->trailers, arena_), {}};
}

Pull Base64Text::try_pull() {
    if (rest_.bytes.empty()) {
        Pull pull = from_->try_pull();
        auto* chunk = std::get_if<Chunk>(&pull);
        if (!chunk) return pull;
        rest_ = std::move(*chunk);
    }
    const std::string_view piece = take_front(rest_.bytes, kPieceBytes);
    Ref<Block> block = blocks_.take();
    crypto::encode_base64(piece, block->data());
    if (rest_.bytes.empty()) rest_ = {};
    return Chunk{{block->data(), crypto::base64_size(piece.size())}, block};
}

Pull DecodedText::try_pull() {
    for (;;) {
        if (rest_.bytes.empty()) {
            rest_ = {};
            Pull pull = from_.try_pull();
            auto* chunk = std::get_if<Chunk>(&pull);
            if (!chunk) {
                const bool cut = std::holds_alternative<http::End>(pull) && !segments_.whole();
                return cut ? Error{Err::bad_body, "Base64 without its end"} : std::move(pull);
            }
            rest_ = std::move(*chunk);
        }
        const std::string_view piece = take_front(rest_.bytes, kPieceCharacters);
        Ref<Block> block = blocks_.take();
        const auto bytes = segments_.decode(piece, block->data());
        if (!bytes) return Error{Err::bad_body, "no Base64"};
        if (*bytes > 0) return Chunk{{block->data(), *bytes}, block};
    }
}

}  // namespace breakwater::filters
