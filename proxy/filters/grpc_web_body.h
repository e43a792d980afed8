#pragma once
// The bodies of gRPC-Web, each a source in front of another. None holds more than a block beside the chunk
// that it is given. One worker.

#include <optional>
#include <string_view>

#include "proxy/base/crypto/base64.h"
#include "proxy/http/body.h"

namespace breakwater::filters {

/// Trailers as the last frame of a body: 0x80, a length of four bytes, then their lines.
/// @return in the arena
[[nodiscard]] std::string_view trailers_frame(const http::Fields& trailers, Arena& arena);

/// A body whose trailers are its last frame.
class FramedTrailers final : public http::BodySource {
public:
    FramedTrailers(Arena& arena, http::BodyPtr from) : arena_(arena), from_(std::move(from)) {}
    http::Pull try_pull() override;
    Task<Done> wait() override { return from_->wait(); }

private:
    Arena& arena_;
    http::BodyPtr from_;
    bool ended_ = false;
};

/// A body as Base64. Each chunk is a segment with its own padding: whatever has left can be decoded.
class Base64Text final : public http::BodySource {
public:
    Base64Text(BlockPool& blocks, http::BodyPtr from) : blocks_(blocks), from_(std::move(from)) {}
    http::Pull try_pull() override;
    Task<Done> wait() override { return from_->wait(); }

private:
    BlockPool& blocks_;
    http::BodyPtr from_;
    http::Chunk rest_;  ///< of a chunk whose text does not fit into a block
};

/// What a body of Base64 says, cut and padded as its sender likes.
/// Fails with bad_body where it is none.
class DecodedText final : public http::BodySource {
public:
    DecodedText(BlockPool& blocks, http::BodySource& from) : blocks_(blocks), from_(from) {}
    http::Pull try_pull() override;
    Task<Done> wait() override { return from_.wait(); }

private:
    BlockPool& blocks_;
    http::BodySource& from_;
    http::Chunk rest_;  ///< likewise
    crypto::Base64Segments segments_;
};

}  // namespace breakwater::filters
