#include "tests/support/fcgi_pod.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace breakwater::test {
namespace {

constexpr int kBeginRequest = 1;
constexpr int kEndRequest = 3;
constexpr int kParams = 4;
constexpr int kStdin = 5;
constexpr int kStdout = 6;

std::size_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes.at(at));
}

/// Section 3.4: one byte, or four with the highest bit set.
std::size_t take_length(std::string_view& bytes) {
    std::size_t length = byte_at(bytes, 0);
    std::size_t taken = 1;
    if (length >= 0x80) {
        length &= 0x7f;
        for (; taken < 4; ++taken) length = length << 8U | byte_at(bytes, taken);
    }
    bytes.remove_prefix(taken);
    return length;
}

std::string take(std::string_view& bytes, std::size_t count) {
    EXPECT_LE(count, bytes.size());
    std::string taken(bytes.substr(0, count));
    bytes.remove_prefix(taken.size());
    return taken;
}

std::string record_of(int type, std::string_view content, int padding) {
    std::string bytes{1,
                      static_cast<char>(type),
                      0,
                      1,
                      static_cast<char>(content.size() >> 8U),
                      static_cast<char>(content.size() & 0xffU),
                      static_cast<char>(padding),
                      0};
    return bytes.append(content).append(static_cast<std::size_t>(padding), '\0');
}

std::string end_of(int status) {
    return record_of(kEndRequest, std::string{0, 0, 0, 0, static_cast<char>(status), 0, 0, 0}, 0);
}

}  // namespace

FcgiPod::Record FcgiPod::next_record() {
    const std::string header = peer_.read_exactly(8);
    EXPECT_EQ(byte_at(header, 0), 1U) << "version";
    EXPECT_EQ(byte_at(header, 3), 1U) << "request";
    Record record;
    record.type = static_cast<int>(byte_at(header, 1));
    const std::size_t bytes = byte_at(header, 4) << 8U | byte_at(header, 5);
    if (bytes > 0) record.content = peer_.read_exactly(bytes);
    if (const std::size_t padding = byte_at(header, 6); padding > 0) peer_.read_exactly(padding);
    return record;
}

std::string FcgiPod::read_stream(int type) {
    std::string all;
    for (;;) {
        const Record record = next_record();
        EXPECT_EQ(record.type, type);
        if (record.type != type || record.content.empty()) return all;
        all += record.content;
    }
}

FcgiRequest FcgiPod::next_params() {
    FcgiRequest request;
    const Record begin = next_record();
    EXPECT_EQ(begin.type, kBeginRequest);
    EXPECT_EQ(byte_at(begin.content, 1), 1U) << "a Responder";
    request.keep = (byte_at(begin.content, 2) & 1U) != 0;
    const std::string params = read_stream(kParams);
    for (std::string_view rest = params; !rest.empty();) {
        const std::size_t name_bytes = take_length(rest);
        const std::size_t value_bytes = take_length(rest);
        std::string name = take(rest, name_bytes);
        EXPECT_TRUE(request.params.emplace(name, take(rest, value_bytes)).second) << name;
    }
    return request;
}

std::string FcgiPod::read_body() { return read_stream(kStdin); }

FcgiRequest FcgiPod::next_request() {
    FcgiRequest request = next_params();
    request.body = read_body();
    return request;
}

void FcgiPod::send(int type, std::string_view content, int padding) {
    peer_.send(record_of(type, content, padding));
}

void FcgiPod::end(int status) { peer_.send(end_of(status)); }

void FcgiPod::answer(std::string_view text) {
    peer_.send(record_of(kStdout, text, 0) + record_of(kStdout, "", 0) + end_of(0));
}

}  // namespace breakwater::test
