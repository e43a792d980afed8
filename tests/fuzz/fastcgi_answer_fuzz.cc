// What reading an answer of FastCGI promises of any bytes: whole or in two pieces it is the same answer
// or the same refusal, and a head that is taken can be sent on. The first byte of the input says where to cut.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/fastcgi/answer_head.h"
#include "proxy/fastcgi/records.h"
#include "proxy/http/limits.h"

namespace {

using namespace breakwater;
using Piece = fastcgi::RecordReader::Piece;

struct Answer {
    std::string out;
    std::string error_text;
    bool ended = false;
    std::optional<Err> error;
};

/// Reads as an answer's body does: what was not consumed comes again in front of the next piece.
class Reading {
public:
    void feed(std::string_view bytes) {
        unread_ += bytes;
        while (!answer.ended && !answer.error) {
            const auto piece = reader_.step(unread_);
            if (!piece) {
                answer.error = piece.error().code;
                return;
            }
            CHECK(piece->consumed <= unread_.size() && piece->data.size() <= piece->consumed);
            const bool has_data =
                piece->kind == Piece::Kind::out || piece->kind == Piece::Kind::error;
            CHECK(has_data != piece->data.empty());
            if (has_data) {
                (piece->kind == Piece::Kind::out ? answer.out : answer.error_text) += piece->data;
            }
            answer.ended = piece->kind == Piece::Kind::end;
            unread_.erase(0, piece->consumed);
            if (piece->kind == Piece::Kind::more) return;
        }
    }

    Answer answer;

private:
    fastcgi::RecordReader reader_;
    std::string unread_;
};

Answer read(std::string_view bytes, std::size_t cut) {
    Reading reading;
    reading.feed(bytes.substr(0, cut));
    reading.feed(bytes.substr(cut));
    return reading.answer;
}

/// The head's text, however it was cut; nothing where it has no end, or too much.
std::optional<std::string> collect(BlockPool& pool, std::string_view bytes, std::size_t cut) {
    fastcgi::HeadCollector collector(pool.take());
    std::size_t used = 0;
    for (const std::string_view part : {bytes.substr(0, cut), bytes.substr(cut)}) {
        const auto taken = collector.add(part);
        if (!taken) return std::nullopt;
        CHECK(*taken <= part.size() && (collector.complete() || *taken == part.size()));
        used += *taken;
    }
    if (!collector.complete()) return std::nullopt;
    CHECK(collector.text() == bytes.substr(0, used));
    return std::string(collector.text());
}

void check_head(std::string_view out, std::size_t cut) {
    BlockPool pool;
    const auto head_text = collect(pool, out, out.size());
    CHECK(collect(pool, out, std::min(cut, out.size())) == head_text);
    if (!head_text) return;
    Arena arena;
    http::ResponseHead head(arena);
    if (!fastcgi::parse_answer_head(*head_text, head)) return;
    CHECK(head.status >= 200 && head.status <= 999);
    CHECK(head.fields.size() <= http::kMaxFields);
    CHECK(http::valid_field_value(head.reason));
    for (const http::Field& field : head.fields) {
        CHECK(http::valid_field_name(field.name()) && http::valid_field_value(field.value()));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t cut = data[0] % bytes.size();
    const Answer whole = read(bytes, bytes.size());
    const Answer parts = read(bytes, cut);
    CHECK(parts.error == whole.error && parts.ended == whole.ended);
    CHECK(parts.out == whole.out && parts.error_text == whole.error_text);
    check_head(whole.out, cut);
    check_head(bytes, cut);  // without records in the way
    return 0;
}
