#pragma once
// The bounds on what a peer can make us hold of a message, each with its reason. docs/bounds.md has those
// of everything else.

#include <cstddef>
#include <cstdint>

namespace breakwater::http {

/// Fields of one head or one trailer section. Browsers send some 20; past this a head is an attack on
/// whoever walks the list.
inline constexpr std::size_t kMaxFields = 200;

/// Empty lines before a request line (RFC 9112 section 2.2): old clients send one behind a form.
inline constexpr std::size_t kMaxEmptyLines = 8;

/// A response head: larger than nginx's default of 4 KiB (`proxy-buffer-size`), which real cookies
/// overflow, and one block of the pool.
inline constexpr std::size_t kMaxResponseHeadBytes = 16 * 1024;

/// The trailer section of a chunked body, both directions: RFC 9112 section 7.1.2.
inline constexpr std::size_t kMaxTrailerBytes = 8 * 1024;

/// A chunk-size line with its extensions (RFC 9112 section 7.1.1), which mean nothing to us.
inline constexpr std::size_t kMaxChunkLineBytes = 256;

/// What the size lines of one body may be longer than they need to be, taken together. A line may have
/// kFreeChunkLineBytes and twice its chunk, so that a byte at a time passes, and comments for nothing do not
/// (CVE-2023-39326; the rule is that of Go's net/http).
inline constexpr std::size_t kMaxChunkExcessBytes = 16 * 1024;
inline constexpr std::size_t kFreeChunkLineBytes = 16;

/// 1xx responses before the final one; more is a pod that will never answer.
inline constexpr int kMaxInterimResponses = 16;

/// What of a request body is kept for another attempt. One block of the pool: covers forms and API
/// calls; an upload that is larger is not sent twice.
inline constexpr std::size_t kReplayBytes = 16 * 1024;

/// What is read and dropped after an answer that left input outstanding, so that the answer is not
/// destroyed by a reset (RFC 9112 section 9.6), and for how long.
inline constexpr std::size_t kLingerBytes = 256 * 1024;
inline constexpr int kLingerSeconds = 5;

}  // namespace breakwater::http
