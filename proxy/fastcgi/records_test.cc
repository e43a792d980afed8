#include "proxy/fastcgi/records.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace breakwater::fastcgi {
namespace {

using namespace std::string_literals;
using Kind = RecordReader::Piece::Kind;

/// A record as a pod sends it.
std::string record(int type, std::string_view content, int padding = 0, int version = 1,
                   int request = 1) {
    std::string bytes;
    for (const std::size_t byte :
         {static_cast<std::size_t>(version), static_cast<std::size_t>(type), std::size_t{0},
          static_cast<std::size_t>(request), content.size() >> 8U, content.size() & 0xffU,
          static_cast<std::size_t>(padding), std::size_t{0}}) {
        bytes += static_cast<char>(byte);
    }
    return bytes.append(content).append(static_cast<std::size_t>(padding), 'p');
}

constexpr int kEnd = 3;
constexpr int kOut = 6;
constexpr int kError = 7;
const std::string kInOrder(8, '\0');

struct Outcome {
    std::string out = {};
    std::string error_text = {};
    bool ended = false;
    bool refused = false;
    int ended_as = 0;
    bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t step) {
    RecordReader reader;
    Outcome outcome;
    std::string unread;
    while (!bytes.empty() && !outcome.ended && !outcome.refused) {
        unread += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
        for (;;) {
            const auto piece = reader.step(unread);
            outcome.refused = !piece;
            if (!piece) break;
            if (piece->kind == Kind::out) outcome.out += piece->data;
            if (piece->kind == Kind::error) outcome.error_text += piece->data;
            outcome.ended = piece->kind == Kind::end;
            unread.erase(0, piece->consumed);
            if (outcome.ended || piece->kind == Kind::more) break;
        }
    }
    if (outcome.ended) outcome.ended_as = static_cast<int>(reader.ended_as());
    return outcome;
}

struct RecordsCase {
    const char* name;
    const char* source;  ///< a section of the FastCGI specification 1.0
    std::string bytes;
    Outcome want;
};

const Outcome kRefused{.refused = true};

const RecordsCase kRecordsCases[] = {
    {"answer",
     "appendix B",
     record(kOut, "head") + record(kOut, "") + record(kEnd, kInOrder),
     {.out = "head", .ended = true}},
    {"end_of_stream_left_out",
     "5.5",
     record(kOut, "a") + record(kEnd, kInOrder),
     {.out = "a", .ended = true}},
    {"padding",
     "3.3",
     record(kOut, "a", 7) + record(kOut, "b", 255) + record(kEnd, kInOrder, 3),
     {.out = "ab", .ended = true}},
    {"streams_mixed",
     "5.3",
     record(kError, "x") + record(kOut, "a") + record(kError, "y") + record(kOut, "b") +
         record(kError, "") + record(kOut, "c") + record(kEnd, kInOrder),
     {.out = "abc", .error_text = "xy", .ended = true}},
    {"longest_content",
     "3.3",
     record(kOut, std::string(65535, 'a')) + record(kEnd, kInOrder),
     {.out = std::string(65535, 'a'), .ended = true}},
    {"overloaded", "5.5", record(kEnd, "\0\0\0\0\2\0\0\0"s), {.ended = true, .ended_as = 2}},
    {"exit_status_is_nobodys",
     "6.2",
     record(kOut, "a") + record(kEnd, "\0\0\0\7\0\0\0\0"s),
     {.out = "a", .ended = true}},
    {"not_at_its_end", "5.5", record(kOut, "a"), {.out = "a"}},
    {"status_out_of_range", "5.5", record(kEnd, "\0\0\0\0\4\0\0\0"s), kRefused},
    {"another_version", "3.3", record(kOut, "a", 0, 2), kRefused},
    {"another_request", "3.3", record(kOut, "a", 0, 1, 2), kRefused},
    {"no_request", "4", record(kOut, "a", 0, 1, 0), kRefused},
    {"get_values_result", "4.1", record(10, "", 0), kRefused},
    {"a_request_of_its_own", "5.1", record(1, kInOrder), kRefused},
    {"end_too_short", "5.5", record(kEnd, "1234"), kRefused},
    {"out_behind_its_end", "3.3", record(kOut, "") + record(kOut, "a"), kRefused},
    {"errors_behind_their_end", "3.3", record(kError, "") + record(kError, ""), kRefused},
    {"http", "3.3", "HTTP/1.1 200 OK\r\n\r\n", kRefused},
};

class Records : public testing::TestWithParam<RecordsCase> {};

TEST_P(Records, AreReadHoweverTheyAreCut) {
    const RecordsCase& c = GetParam();
    SCOPED_TRACE(c.source);
    for (const std::size_t step :
         {c.bytes.size(), std::size_t{1}, std::size_t{3}, std::size_t{9}}) {
        EXPECT_EQ(read(c.bytes, step), c.want) << step;
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, Records, testing::ValuesIn(kRecordsCases),
                         [](const auto& info) { return info.param.name; });

/// Sections 3.3 and 5.1, appendix B.
TEST(RecordWriting, ARequestBeginsAsTheSpecificationHasIt) {
    std::array<char, kBeginRequestBytes> bytes{};
    EXPECT_EQ(write_begin_request(bytes.data()), bytes.data() + bytes.size());
    EXPECT_EQ(std::string(bytes.data(), bytes.size()), "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0"s);
    write_record_header(RecordType::stdin_, 0x1234, bytes.data());
    EXPECT_EQ(std::string(bytes.data(), kRecordHeaderBytes), "\1\5\0\1\x12\x34\0\0"s);
}

}  // namespace
}  // namespace breakwater::fastcgi
