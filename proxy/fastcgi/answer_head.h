#pragma once
// The head of an answer of CGI: RFC 3875 section 6.
//
// Strict where it can be: a line that is no field, a folded one, or a second Status is refused. Lines end
// in LF or CR LF, as section 6.2 leaves it to the system. One thread.

#include <cstddef>
#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/head.h"
#include "proxy/reactor/buffer.h"

namespace breakwater::fastcgi {

/// Gathers the head in one piece: records cut it wherever they like.
class HeadCollector {
public:
    /// @param block  of at least http::kMaxResponseHeadBytes, where the head will be
    explicit HeadCollector(Ref<Block> block) : block_(std::move(block)) {}

    /// @return how many of the bytes are the head's
    /// @error response_head_too_large
    [[nodiscard]] Result<std::size_t> add(std::string_view bytes);
    /// Whether its empty line has come: nothing is added then.
    [[nodiscard]] bool complete() const { return complete_; }
    [[nodiscard]] std::string_view text() const { return {block_->data(), size_}; }

private:
    Ref<Block> block_;
    std::size_t size_ = 0;
    std::size_t line_ = 0;  ///< where the present line begins
    bool complete_ = false;
};

/// Fills `into` with views into `text`. Without a Status it is 200, or 302 where there is a Location: a
/// local one (section 6.2.2) goes to the client too, as with nginx.
///
/// @param text  of a collector. Outlives `into`. @param into  as constructed
/// @error bad_response
[[nodiscard]] Done parse_answer_head(std::string_view text, http::ResponseHead& into);

}  // namespace breakwater::fastcgi
