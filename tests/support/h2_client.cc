#include "tests/support/h2_client.h"

#include <limits>
#include <utility>

namespace breakwater::test {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace

std::optional<std::string> H2Answer::field(std::string_view name) const {
    return field_of(fields, name);
}

H2Client::H2Client(Peer connection, const H2Settings& entries) : H2Peer(std::move(connection)) {
    peer().send(kPreface);
    settings(entries);
}

H2Fields H2Client::get(std::string_view path, const H2Fields& more) {
    H2Fields fields{{":method", "GET"},
                    {":scheme", "http"},
                    {":path", std::string(path)},
                    {":authority", "a.test"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

H2Fields H2Client::post(std::string_view path, const H2Fields& more) {
    H2Fields fields = get(path, more);
    fields.front().second = "POST";
    return fields;
}

H2Fields H2Client::connect(std::string_view path, const H2Fields& more) {
    H2Fields fields = get(path, more);
    fields.front().second = "CONNECT";
    fields.insert(fields.begin() + 1, {":protocol", "websocket"});
    return fields;
}

StreamId H2Client::request(const H2Fields& fields, bool end) {
    const StreamId stream = next_stream();
    headers(stream, fields, end);
    return stream;
}

void H2Client::take_fields(StreamId stream, H2Fields fields, bool end) {
    H2Answer& answer = answers_[stream];
    answer.ended = end;
    if (answer.status >= 200) {
        answer.trailers = std::move(fields);
        return;
    }
    const int status = fields.empty() ? 0 : std::stoi(fields.front().second);
    if (status < 200) {
        answer.interim.push_back(status);
    } else {
        answer.status = status;
        answer.fields = std::move(fields);
    }
}

void H2Client::take_data(StreamId stream, std::string_view bytes, bool end) {
    H2Answer& answer = answers_[stream];
    answer.body += bytes;
    answer.ended = end;
}

void H2Client::take_reset(StreamId stream, std::uint32_t code) { answers_[stream].reset = code; }

H2Answer H2Client::read_answer(StreamId stream) {
    for (;;) {
        H2Answer& answer = answers_[stream];
        if (answer.ended || answer.reset) return std::exchange(answer, {});
        if (!read_frame()) {
            answer.cut = true;
            answer.goaway = goaway_;
            return std::exchange(answer, {});
        }
    }
}

std::string H2Client::read_data(StreamId stream) {
    while (answers_[stream].body.empty()) {
        if (!read_frame()) break;
    }
    return std::exchange(answers_[stream].body, {});
}

void H2Client::take_goaway(StreamId last, std::uint32_t code) {
    if (last == std::numeric_limits<StreamId>::max()) {
        goaway_announced_ = true;
        return;
    }
    goaway_ = code;
    last_served_ = last;
}

bool H2Client::read_announced_goaway() {
    while (!goaway_announced_ && read_frame()) {
    }
    return goaway_announced_;
}

std::optional<std::uint32_t> H2Client::read_goaway() {
    while (!goaway_ && read_frame()) {
    }
    return goaway_;
}

}  // namespace breakwater::test
