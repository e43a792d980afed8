#include "proxy/serve/access_log_pack.h"

#include <cstring>
#include <type_traits>

namespace breakwater::serve {
namespace {

static_assert(std::is_trivially_copyable_v<LogRecord>);
static_assert(std::is_trivially_copyable_v<exchange::Attempt>);
static_assert(sizeof(LogRecord) % alignof(exchange::Attempt) == 0,
              "the attempts lie behind the record, aligned");

template <class T>
std::string_view bytes_of(const T* objects, std::size_t count) {
    return {reinterpret_cast<const char*>(objects), count * sizeof(T)};
}

}  // namespace

PackedRecord::PackedRecord(const LogRecord& record) : cut_(record) {
    parts_[0] = bytes_of(&cut_, 1);
    parts_[1] = bytes_of(record.attempts.data(), record.attempts.size());
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        std::string_view& text = cut_.*kTexts[i].text;
        text = text.substr(0, kTexts[i].max_bytes);
        parts_[i + 2] = text;
    }
}

LogRecord unpack(std::span<const char> entry) {
    LogRecord record;
    std::memcpy(static_cast<void*>(&record), entry.data(), sizeof(record));
    const char* at = entry.data() + sizeof(record);

    const std::size_t attempts = record.attempts.size();
    record.attempts = {reinterpret_cast<const exchange::Attempt*>(at), attempts};
    at += attempts * sizeof(exchange::Attempt);
    for (const TextRow& row : kTexts) {
        std::string_view& text = record.*row.text;
        text = {at, text.size()};
        at += text.size();
    }
    return record;
}

}  // namespace breakwater::serve
