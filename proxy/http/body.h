#pragma once
// A message body as something that is pulled from a source and pushed into a sink. The one body copy
// (copy_body) stands between them for every protocol, for tunnels, cache fills and mirrors.
//
// The calls of a source, in order:
//
//     ( try_pull() -> Chunk | WouldWait ( wait() )? )*  try_pull() -> End | Error
//
// where try_splice() may stand for a try_pull().
// After End or Error nothing more is asked of it. A source that ends earlier is dropped: that cancels
// whatever stood behind it. The calls of a sink:
//
//     ( try_push(chunk) | push(chunk) | flush() | splice(pipe) )*  finish(trailers)
//
// One thread. One task pulls and pushes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "proxy/base/arena.h"
#include "proxy/base/error.h"
#include "proxy/http/fields.h"
#include "proxy/reactor/buffer.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/eventual.h"
#include "proxy/reactor/pipe.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/task.h"

namespace breakwater::http {

/// Some bytes of a body, and what keeps them where they are: memory that others wait for, so nobody
/// keeps one longer than it needs the bytes.
struct Chunk {
    std::string_view bytes;  ///< never empty
    Ref<Counted> owner;  ///< a block, a frame, a cache's page; null for what outlives the exchange
};

/// Nothing at hand: `co_await wait()`, then try again.
struct WouldWait {
    /// The source holds bytes back that it may still refuse (a WAF that reads on): the copy does not
    /// flush, so that a held-back head stays. Such a source gives no chunk before it has decided.
    bool withheld = false;
};

/// The body is complete.
struct End {
    const Fields* trailers = nullptr;  ///< null where there are none; lives with the source
};

using Pull = std::variant<Chunk, WouldWait, End, Error>;

class BodySource {
public:
    virtual ~BodySource() = default;

    /// Never waits, makes no task.
    virtual Pull try_pull() = 0;
    /// Until try_pull() has something else to say than WouldWait. Its errors are those of a pull
    /// (a stalled or broken peer) and end the body.
    virtual Task<Done> wait() = 0;

    /// How many bytes are still to come, where the message said it; nullopt where only its end tells.
    [[nodiscard]] virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
    /// Starts over from the first byte, for another attempt.
    /// @return false where a byte that has been pulled is no longer held: there is no other attempt.
    [[nodiscard]] virtual bool rewind() { return false; }
    /// Whether try_splice() is possible now and worth it: the next bytes are those of a plain socket, as
    /// they come and with many more behind them. A source that looks at the bytes says no.
    [[nodiscard]] virtual bool splices() { return false; }
    /// Moves what is at hand into `pipe`, which is empty: past our memory.
    /// @return end  nothing more can go this way; try_pull() says what follows
    virtual Tried try_splice(Pipe& /*pipe*/) { return Tried::end(); }
};

/// A source whose memory is an exchange's arena, or somebody's who outlives this owner.
using BodyPtr = ArenaPtr<BodySource>;

class BodySink {
public:
    virtual ~BodySink() = default;

    /// Takes the whole chunk if it can be done without waiting.
    /// @return false: nothing of it was taken, use push().
    virtual bool try_push(const Chunk& chunk) = 0;
    virtual Eventual<Done> push(Chunk chunk) = 0;
    /// What has been pushed leaves now.
    virtual Eventual<Done> flush() = 0;
    /// The body ends here; it leaves now. `trailers` may be null.
    virtual Eventual<Done> finish(const Fields* trailers) = 0;
    /// finish() as far as it goes without waiting.
    /// @return whether the whole message has left; where not, finish() goes on or says what is wrong.
    virtual bool try_finish(const Fields* trailers) = 0;
    /// Whether bytes may leave it past our memory: on a plain socket, with nothing put between them.
    [[nodiscard]] virtual bool splices() { return false; }
    /// Sends all that is in `pipe`, behind what has been pushed and flushed. Where splices().
    virtual Eventual<Done> splice(Pipe& pipe) = 0;
    /// Whether this sink has taken its share of this turn of the loop: the copy then lets others run.
    [[nodiscard]] virtual bool turn_spent() = 0;
};

/// What one copy may move in one turn of the loop before the others have theirs: large enough that a
/// turn's cost does not show, small enough that a hundred fast copies turn within a millisecond or two.
inline constexpr std::uint64_t kTurnBytes = 256 * 1024;
/// As how many of them a chunk counts: a little one costs as much as some bytes.
constexpr std::uint64_t turn_bytes(const Chunk& chunk) {
    constexpr std::size_t kLeastCounted = 256;
    return std::max(chunk.bytes.size(), kLeastCounted);
}

/// Moves a whole body. Bytes wait in no buffer of the copy's own: a slow sink slows the source. A large
/// one goes from socket to socket inside the kernel, where both ends can (splices()).
/// @error of the source or of the sink, whichever fails first.
Task<Done> copy_body(BodySource& from, BodySink& to);
/// The same where the body may well be small and all at hand.
/// @return null where all of it has left; else what goes on with it, not started
Task<Done> begin_copy(BodySource& from, BodySink& to);

/// A body that is a text, or nothing at all. Borrowed: the text outlives the source.
class TextBody final : public BodySource {
public:
    explicit TextBody(std::string_view text) : text_(text), rest_(text) {}
    Pull try_pull() override;
    Task<Done> wait() override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return rest_.size(); }
    [[nodiscard]] bool rewind() override;

private:
    std::string_view text_;
    std::string_view rest_;
};

}  // namespace breakwater::http
