// What the record layer promises of whatever a client seals, and of what it does not seal: reading comes to
// an end, and brings nothing but the application data that was sealed, in order.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/check.h"
#include "proxy/tls/record_layer.h"
#include "tests/support/scripted_stream.h"

namespace {

using namespace breakwater;
using tls::ContentType;
using tls::RecordProtection;
using Way = RecordProtection::Way;

RecordProtection protection(std::uint8_t fill, Way way) {
    const tls::RecordSuite& suite = *tls::find_record_suite(0x1301);
    return {suite, tls::TrafficSecret(std::vector<std::uint8_t>(suite.secret_bytes, fill)), way, 0};
}

std::string_view take(std::string_view& bytes, std::size_t count) {
    const std::string_view taken = bytes.substr(0, count);
    bytes.remove_prefix(taken.size());
    return taken;
}

/// What a client sends, and the application data of it.
struct Sent {
    std::string bytes;
    std::string data;
};

/// Each piece of the input is a type, a length and a content; type 0 is sent as it is.
Sent seal_all(std::string_view input) {
    RecordProtection sealing = protection('c', Way::seal);
    Sent sent;
    std::string room(RecordProtection::kExtraBytes + 255, '\0');
    while (input.size() >= 2) {
        const std::string_view head = take(input, 2);
        const std::string_view content = take(input, static_cast<std::uint8_t>(head[1]));
        if (head[0] == 0) {
            sent.bytes += content;
            continue;
        }
        const auto type = static_cast<ContentType>(head[0]);
        sent.bytes += sealing.seal(type, content, {}, room);
        if (type == ContentType::application_data) sent.data += content;
        if (type == ContentType::handshake && content.size() == 5) sealing.update();
    }
    return sent;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    if (size < 2) return 0;
    const std::string_view sizes = take(input, 2);
    const Sent sent = seal_all(input);

    static Reactor reactor;
    test::ScriptedStream script(reactor, sent.bytes, 1 + static_cast<std::uint8_t>(sizes[0]));
    tls::Wire wire(script);
    tls::RecordLayer layer(script, wire, protection('c', Way::open), protection('s', Way::seal),
                           {});
    std::string into(1 + static_cast<std::uint8_t>(sizes[1]), '\0');
    std::string read;
    Tried got = layer.read(into);
    for (; got.state == Tried::State::some; got = layer.read(into)) {
        CHECK(got.bytes > 0);
        read.append(into, 0, got.bytes);
    }
    CHECK(got.state != Tried::State::wait);
    CHECK(sent.data.starts_with(read));
    return 0;
}
