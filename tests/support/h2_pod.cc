#include "tests/support/h2_pod.h"

#include <gtest/gtest.h>

#include <utility>

namespace breakwater::test {

H2Pod::H2Pod(Peer connection, const H2Settings& entries) : H2Peer(std::move(connection)) {
    EXPECT_EQ(peer().read_exactly(24), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    settings(entries);
}

H2Request H2Pod::next_head() {
    const StreamId stream = std::exchange(next_, next_ + 2);
    while (requests_[stream].fields.empty()) {
        if (!read_frame()) {
            ADD_FAILURE() << "the connection ended before request " << stream;
            break;
        }
    }
    return requests_[stream];
}

H2Request H2Pod::next_request() {
    const StreamId stream = std::exchange(next_, next_ + 2);
    return read_to_end(stream);
}

H2Request H2Pod::read_to_end(StreamId stream) {
    while (!requests_[stream].ended && !requests_[stream].reset) {
        if (!read_frame()) break;
    }
    return requests_[stream];
}

std::string H2Pod::read_data(StreamId stream) {
    while (requests_[stream].body.empty()) {
        if (!read_frame()) break;
    }
    return std::exchange(requests_[stream].body, {});
}

std::optional<std::uint32_t> H2Pod::read_reset(StreamId stream) {
    while (!requests_[stream].reset && read_frame()) {
    }
    return requests_[stream].reset;
}

void H2Pod::answer(StreamId stream, std::string_view body, const H2Fields& more) {
    H2Fields fields{{":status", "200"}};
    fields.insert(fields.end(), more.begin(), more.end());
    headers(stream, fields, body.empty());
    if (!body.empty()) data(stream, body, true);
}

void H2Pod::take_fields(StreamId stream, H2Fields fields, bool end) {
    H2Request& request = requests_[stream];
    request.stream = stream;
    request.ended = end;
    (request.fields.empty() ? request.fields : request.trailers) = std::move(fields);
}

void H2Pod::take_data(StreamId stream, std::string_view bytes, bool end) {
    requests_[stream].body += bytes;
    requests_[stream].ended = end;
}

void H2Pod::take_reset(StreamId stream, std::uint32_t code) { requests_[stream].reset = code; }

}  // namespace breakwater::test
