#include "proxy/serve/access_log_pack.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>

#include "proxy/base/check.h"
#include "proxy/base/text_writer.h"

namespace breakwater::serve {
namespace {

using exchange::Attempt;

static_assert(std::is_trivially_copyable_v<PackedHead> && alignof(PackedHead) <= 8);
static_assert(std::is_trivially_copyable_v<Attempt>);
static_assert(sizeof(PackedHead) % alignof(Attempt) == 0, "the attempts behind it are aligned");
static_assert(sizeof(LogRecord) == sizeof(LogFacts) + sizeof(LogRecord::attempts) +
                                       kTexts.size() * sizeof(std::string_view),
              "a text without a row would be lost");
static_assert(std::ranges::all_of(kTexts, [](const TextRow& row) {
    return row.max_bytes <= std::numeric_limits<std::uint16_t>::max();
}));

/// Copies texts one behind the other; those that lie so already, as a route's do, in one piece.
class Run {
public:
    explicit Run(char* to) : to_(to) {}
    void add(const char* text, std::size_t bytes) {
        if (bytes == 0) return;
        if (text != end_) {
            to_ = copy_bytes(to_, {begin_, end_});
            begin_ = text;
        }
        end_ = text + bytes;
    }
    /// Behind all that was added.
    char* end() const { return copy_bytes(to_, {begin_, end_}); }

private:
    char* to_;
    const char* begin_ = nullptr;
    const char* end_ = nullptr;
};

}  // namespace

std::size_t pack(const LogRecord& record, char* to) {
    CHECK(record.attempts.size() <= exchange::AttemptRecord::kRecorded);
    auto& head = *new (to) PackedHead{.facts = static_cast<const LogFacts&>(record),
                                      .attempts = record.attempts.size()};
    char* const attempts = to + sizeof(head);
    std::ranges::uninitialized_copy(
        record.attempts, std::span(reinterpret_cast<Attempt*>(attempts), record.attempts.size()));
    Run run(attempts + record.attempts.size_bytes());
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        const std::string_view text = record.*kTexts[i].text;
        const std::size_t bytes = std::min(text.size(), kTexts[i].max_bytes);
        head.text_bytes[i] = static_cast<std::uint16_t>(bytes);
        run.add(text.data(), bytes);
    }
    return static_cast<std::size_t>(run.end() - to);
}

LogRecord unpack(std::span<const char> entry) {
    PackedHead head;
    std::memcpy(&head, entry.data(), sizeof(head));
    const char* at = entry.data() + sizeof(head);
    LogRecord record;
    static_cast<LogFacts&>(record) = head.facts;
    record.attempts = {reinterpret_cast<const Attempt*>(at), head.attempts};
    at += record.attempts.size_bytes();
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        record.*kTexts[i].text = {at, head.text_bytes[i]};
        at += head.text_bytes[i];
    }
    return record;
}

}  // namespace breakwater::serve
