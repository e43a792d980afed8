#include "proxy/tls/wire.h"

#include <openssl/bio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"

namespace breakwater::tls {
namespace {

/// Memory for a batch, which each connection of this worker uses in turn: one that cannot be sent at
/// once takes it along.
thread_local std::string spare;

/// Of one receive: the longest record, or what speaks no TLS.
constexpr std::size_t kAheadBytes = 17 * 1024;

}  // namespace

/// The calls of OpenSSL, as those of a Wire.
struct WireBio {
    static Wire& wire(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int size) {
        BIO_clear_retry_flags(bio);
        Wire& self = wire(bio);
        const int got = self.read({into, static_cast<std::size_t>(size)});
        if (got < 0 && self.dry_) BIO_set_retry_read(bio);
        return got;
    }

    static int write(BIO* bio, const char* bytes, int size) {
        BIO_clear_retry_flags(bio);
        return wire(bio).write({bytes, static_cast<std::size_t>(size)}) ? size : -1;
    }

    static long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
        switch (command) {
            case BIO_CTRL_FLUSH: return 1;  // nothing is held back
            case BIO_CTRL_EOF: return wire(bio).ended_ ? 1 : 0;
            default: return 0;
        }
    }

    static BIO_METHOD* make_method() {
        BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "breakwater");
        CHECK(method != nullptr);
        BIO_meth_set_read(method, read);
        BIO_meth_set_write(method, write);
        BIO_meth_set_ctrl(method, control);
        return method;
    }
};

BIO* Wire::make_bio() {
    static const BIO_METHOD* const method = WireBio::make_method();
    BIO* const bio = BIO_new(method);
    CHECK(bio != nullptr);
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

Tried Wire::receive() {
    std::array<char, kAheadBytes> room;
    const Tried got = below_.try_read(room);
    if (got.state == Tried::State::some) received_.assign(room.data(), got.bytes);
    return got;
}

Tried Wire::next(std::span<char> into) {
    if (!has_received()) {
        const Tried got = receive();
        if (got.state != Tried::State::some) return got;
    }
    const std::size_t given = received_.copy(into.data(), into.size(), given_);
    given_ += given;
    if (!has_received()) (void)take_received();  // an idle connection keeps no memory
    return Tried::some(given);
}

int Wire::read(std::span<char> into) {
    dry_ = false;
    if (readable_bytes_ == 0) return -1;
    const Tried got = next(into.first(std::min(into.size(), readable_bytes_)));
    switch (got.state) {
        case Tried::State::some: readable_bytes_ -= got.bytes; break;
        case Tried::State::wait: dry_ = true; return -1;
        case Tried::State::end: ended_ = true; return 0;
        case Tried::State::failed: error_ = got.error; return -1;
    }
    if (!began_ && is_alpha(into.front())) {
        plain_.assign(into.data(), got.bytes);
        plain_ += take_received();
        return -1;
    }
    began_ = true;
    return static_cast<int>(got.bytes);
}

std::string Wire::take_received() {
    std::string rest = std::exchange(received_, {});
    rest.erase(0, std::exchange(given_, 0));
    return rest;
}

bool Wire::write(std::string_view bytes) {
    ++answers_;
    if (unsent_.empty() && !batching_) {
        const Tried put = below_.try_write(bytes);
        if (put.state == Tried::State::failed) {
            error_ = put.error;
            return false;
        }
        if (put.bytes == bytes.size()) return true;
        bytes.remove_prefix(put.bytes);
    }
    if (sent_ > 0) {
        // Else what has left would pile up in front, where a peer never takes all of it.
        unsent_.erase(0, std::exchange(sent_, 0));
    }
    unsent_.append(bytes);
    return unsent_.size() <= kMostUnsentBytes;
}

void Wire::begin_batch() {
    batching_ = true;
    unsent_.swap(spare);
}

Tried Wire::flush() {
    if (unsent_.empty()) return Tried::some(0);
    while (sent_ < unsent_.size()) {
        const Tried put = below_.try_write(std::string_view(unsent_).substr(sent_));
        if (put.state != Tried::State::some) {
            if (put.state == Tried::State::failed) error_ = put.error;
            return put;
        }
        sent_ += put.bytes;
    }
    unsent_.clear();
    sent_ = 0;
    if (unsent_.capacity() > spare.capacity()) unsent_.swap(spare);
    return Tried::some(0);
}

void Wire::trim() {
    if (unsent_.empty()) std::string().swap(unsent_);  // an assignment would keep its memory
}

}  // namespace breakwater::tls
