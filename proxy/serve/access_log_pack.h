#pragma once
// A log record as bytes on its way from a worker to the log's thread, in one process: its facts as they
// lie in memory, then its attempts, then its texts. Pure; any thread.
//
// Texts are cut, so that one request cannot fill a ring: a client chooses their length.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/serve/access_log_record.h"

namespace breakwater::serve {

struct TextRow {
    std::string_view LogRecord::* text;
    std::size_t max_bytes;  ///< what is longer is cut there
};

/// Every text of a record but the static ones. What a client sends is bounded by what people read of
/// it; names are as long as Kubernetes lets them be (RFC 1123: 253).
inline constexpr std::array kTexts{
    TextRow{&LogRecord::user, 256},        TextRow{&LogRecord::method, 32},
    TextRow{&LogRecord::target, 4096},     TextRow{&LogRecord::host, 256},
    TextRow{&LogRecord::referer, 2048},    TextRow{&LogRecord::user_agent, 1024},
    TextRow{&LogRecord::request_id, 128},  TextRow{&LogRecord::namespace_name, 253},
    TextRow{&LogRecord::ingress, 253},     TextRow{&LogRecord::service, 253},
    TextRow{&LogRecord::service_port, 64}, TextRow{&LogRecord::route_host, 256},
    TextRow{&LogRecord::route_path, 1024}, TextRow{&LogRecord::error_detail, 256},
};

/// What stands before the attempts and the texts.
struct PackedHead {
    LogFacts facts;
    std::size_t attempts = 0;
    std::array<std::uint16_t, kTexts.size()> text_bytes{};
};

consteval std::size_t max_packed_bytes() {
    std::size_t most =
        sizeof(PackedHead) + exchange::AttemptRecord::kRecorded * sizeof(exchange::Attempt);
    for (const TextRow& row : kTexts) most += row.max_bytes;
    return most;
}
/// Whatever a client sends.
inline constexpr std::size_t kMaxPackedBytes = max_packed_bytes();

/// @param to  kMaxPackedBytes, aligned to 8. @return how many bytes were written
std::size_t pack(const LogRecord& record, char* to);

/// The record that was packed.
/// @param entry  borrowed: the record's texts and attempts lie in it. Aligned to 8.
[[nodiscard]] LogRecord unpack(std::span<const char> entry);

}  // namespace breakwater::serve
