#include "proxy/tls/record_layer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace breakwater::tls {
namespace {

constexpr std::size_t kHeaderBytes = RecordProtection::kHeaderBytes;
constexpr std::size_t kRecordBytes = kHeaderBytes + RecordProtection::kMostBodyBytes;
/// A reader with room for so much is given several records by one receive.
constexpr std::size_t kMuchBytes = 2 * RecordProtection::kMostContentBytes;
constexpr std::size_t kAtHandBytes = 4 * kRecordBytes;

/// RFC 8446 section 4.6.3.
constexpr std::string_view kKeyUpdate("\x18\0\0\1\0", 5);
constexpr std::string_view kKeyUpdateRequested("\x18\0\0\1\1", 5);

/// What connections of this thread have received and not opened yet, each while it reads.
std::array<char, kAtHandBytes>& at_hand() {
    thread_local std::array<char, kAtHandBytes> bytes;
    return bytes;
}

std::size_t body_bytes(std::span<const char> record) {
    return static_cast<std::size_t>(static_cast<unsigned char>(record[3])) << 8 |
           static_cast<unsigned char>(record[4]);
}

/// Whether its first record can be judged: it is whole, or too long to become so.
bool has_record(std::span<const char> bytes) {
    if (bytes.size() < kHeaderBytes) return false;
    const std::size_t body = body_bytes(bytes);
    return body > RecordProtection::kMostBodyBytes || bytes.size() >= kHeaderBytes + body;
}

}  // namespace

RecordLayer::RecordLayer(ByteStream& below, Wire& wire, RecordProtection reading,
                         RecordProtection writing, std::string received)
    : below_(below),
      wire_(wire),
      reading_(std::move(reading)),
      writing_(std::move(writing)),
      sealed_(std::move(received)) {}

bool RecordLayer::idle() const { return !end_ && kept_.empty() && sealed_.empty(); }

Tried RecordLayer::read(std::span<char> into) {
    if (!kept_.empty()) return Tried::some(take_kept(into));
    while (!end_) {
        const Tried received = receive(into.size());
        if (received.state == Tried::State::wait) allowance_.rest();
        if (received.state != Tried::State::some) return received;
        const std::size_t opened = open_all(into, received.bytes);
        if (opened > 0) return Tried::some(opened);
    }
    return *end_;
}

std::size_t RecordLayer::take_kept(std::span<char> into) {
    const std::size_t taken = std::min(into.size(), kept_.size());
    std::copy_n(kept_.data(), taken, into.data());
    kept_.erase(0, taken);
    if (kept_.empty()) std::string().swap(kept_);
    return taken;
}

Tried RecordLayer::receive(std::size_t room) {
    auto& bytes = at_hand();
    const std::size_t before = sealed_.size();
    std::ranges::copy(sealed_, bytes.begin());
    if (has_record({bytes.data(), before})) return Tried::some(before);
    const std::size_t most = room >= kMuchBytes ? kAtHandBytes : kRecordBytes;
    const Tried got = below_.try_read({bytes.data() + before, most - before});
    switch (got.state) {
        case Tried::State::wait: return got;
        case Tried::State::end: return fail(Err::io_reset);  // cut: RFC 8446 section 6.1
        case Tried::State::failed: return fail(got.error);
        default: return Tried::some(before + got.bytes);
    }
}

std::size_t RecordLayer::open_all(std::span<char> into, std::size_t received) {
    std::span<char> rest(at_hand().data(), received);
    std::size_t opened = 0;
    while (!end_ && has_record(rest)) {
        const std::size_t body = body_bytes(rest);
        // What has not enough room is left for the next reader, unless nothing has.
        const std::size_t most = body - std::min(body, RecordProtection::kTagBytes + 1);
        if (opened > 0 && into.size() - opened < most) break;
        const auto content = open(rest);
        rest = rest.subspan(std::min(rest.size(), kHeaderBytes + body));
        const std::size_t taken = std::min(content.size(), into.size() - opened);
        std::copy_n(content.data(), taken, into.data() + opened);
        kept_.append(content.substr(taken));
        opened += taken;
    }
    if (rest.empty() || end_) {
        std::string().swap(sealed_);  // an idle connection keeps no memory, nor one that has ended
    } else {
        sealed_.assign(rest.data(), rest.size());
    }
    return opened;
}

std::string_view RecordLayer::open(std::span<char> first) {
    const std::size_t body = body_bytes(first);
    // All is protected by now, and nothing else is to be met (RFC 8446 section 5).
    if (first[0] != static_cast<char>(ContentType::application_data)) {
        return refuse(Alert::unexpected_message);
    }
    if (body > RecordProtection::kMostBodyBytes) return refuse(Alert::record_overflow);
    const auto opened = reading_.open(first.first(kHeaderBytes + body));
    if (!opened) return refuse(Alert::bad_record_mac);
    switch (opened->type) {
        case ContentType::application_data: break;
        case ContentType::alert: return take_alert(opened->content);
        case ContentType::handshake: return take_handshake(opened->content);
        default: return refuse(Alert::unexpected_message);
    }
    if (!opened->content.empty()) {
        allowance_.count_content(opened->content.size());
    } else if (!allowance_.count_empty()) {
        fail(Err::io_failed);
    }
    return opened->content;
}

std::string_view RecordLayer::take_alert(std::string_view content) {
    if (content.size() != 2) return refuse(Alert::decode_error);
    switch (static_cast<Alert>(content[1])) {
        case Alert::close_notify: end_ = Tried::end(); break;
        case Alert::user_canceled:  // a close_notify follows
            if (!allowance_.count_empty()) fail(Err::io_failed);
            break;
        default: fail(Err::io_failed);  // every other one is an error: RFC 8446 section 6.2
    }
    return {};
}

std::string_view RecordLayer::take_handshake(std::string_view content) {
    // A client has nothing else to say behind its handshake, and this message ends a record.
    const bool requested = content == kKeyUpdateRequested;
    if (!requested && content != kKeyUpdate) return refuse(Alert::unexpected_message);
    if (!allowance_.count_update()) {
        fail(Err::io_failed);
        return {};
    }
    reading_.update();
    if (requested && !closed_ && !update_writing()) fail(wire_.error());
    return {};
}

bool RecordLayer::update_writing() {
    if (!write(ContentType::handshake, kKeyUpdate, {})) return false;
    writing_.update();
    return true;
}

bool RecordLayer::write(std::string_view first, std::string_view second) {
    const bool failed = end_ && end_->state == Tried::State::failed;
    if (closed_ || failed) return false;  // behind an error nothing is said: RFC 8446 section 6.2
    if (writing_.worn() && !update_writing()) return false;
    return write(ContentType::application_data, first, second);
}

bool RecordLayer::write(ContentType type, std::string_view first, std::string_view second) {
    thread_local std::array<char,
                            RecordProtection::kMostContentBytes + RecordProtection::kExtraBytes>
        room;
    return wire_.write(writing_.seal(type, first, second, room));
}

void RecordLayer::say(Alert alert) {
    constexpr char kWarning = 1;
    constexpr char kFatal = 2;
    const char level = alert == Alert::close_notify ? kWarning : kFatal;
    const std::array<char, 2> bytes{level, static_cast<char>(alert)};
    write(ContentType::alert, {bytes.data(), bytes.size()}, {});
}

void RecordLayer::close_notify() {
    if (std::exchange(closed_, true)) return;
    say(Alert::close_notify);
}

Tried RecordLayer::fail(Err why) {
    end_ = Tried::failed(why);
    return *end_;
}

std::string_view RecordLayer::refuse(Alert alert) {
    if (!std::exchange(closed_, true)) say(alert);
    fail(Err::io_failed);
    return {};
}

}  // namespace breakwater::tls
