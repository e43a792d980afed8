#include "proxy/fastcgi/params.h"

#include <algorithm>
#include <array>

#include "proxy/base/text_writer.h"
#include "proxy/fastcgi/records.h"

namespace breakwater::fastcgi {
namespace {

/// Up to this a length takes one byte, beyond it four: section 3.4.
constexpr std::size_t kShortLength = 127;

std::size_t size_of_length(std::size_t length) { return length <= kShortLength ? 1 : 4; }

std::size_t content_size(std::span<const Param> params) {
    std::size_t bytes = 0;
    for (const auto& [name, value] : params) {
        bytes +=
            size_of_length(name.size()) + size_of_length(value.size()) + name.size() + value.size();
    }
    return bytes;
}

/// A stream of known length, cut into records.
class StreamWriter {
public:
    StreamWriter(std::size_t content_bytes, char* to) : rest_bytes_(content_bytes), at_(to) {}

    void put(std::string_view bytes) {
        while (!bytes.empty()) {
            if (room_bytes_ == 0) begin_record();
            const std::string_view part = bytes.substr(0, room_bytes_);
            at_ = copy_bytes(at_, part);
            room_bytes_ -= part.size();
            bytes.remove_prefix(part.size());
        }
    }
    void put_length(std::size_t length) {
        const std::array<char, 4> all{static_cast<char>(length >> 24U | 0x80U),
                                      static_cast<char>(length >> 16U),
                                      static_cast<char>(length >> 8U), static_cast<char>(length)};
        const std::size_t bytes = size_of_length(length);
        put({all.data() + all.size() - bytes, bytes});
    }
    char* end() { return write_record_header(RecordType::params, 0, at_); }

private:
    void begin_record() {
        room_bytes_ = std::min(rest_bytes_, kMaxContentBytes);
        rest_bytes_ -= room_bytes_;
        at_ = write_record_header(RecordType::params, room_bytes_, at_);
    }

    std::size_t rest_bytes_;      ///< of the records that have not begun
    std::size_t room_bytes_ = 0;  ///< in the present one
    char* at_;
};

}  // namespace

std::size_t size_of_params(std::span<const Param> params) {
    const std::size_t content = content_size(params);
    const std::size_t records = (content + kMaxContentBytes - 1) / kMaxContentBytes;
    return content + (records + 1) * kRecordHeaderBytes;
}

char* write_params(std::span<const Param> params, char* to) {
    StreamWriter out(content_size(params), to);
    for (const auto& [name, value] : params) {
        out.put_length(name.size());
        out.put_length(value.size());
        out.put(name);
        out.put(value);
    }
    return out.end();
}

}  // namespace breakwater::fastcgi
