#include "proxy/tls/wire.h"

#include <openssl/bio.h>

#include <array>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"

namespace breakwater::tls {
namespace {

/// Memory for a batch, which each connection of this worker uses in turn: one that cannot be sent at
/// once takes it along.
thread_local std::string spare;

}  // namespace

/// The calls of OpenSSL, as those of a Wire.
struct WireBio {
    static Wire& wire(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int size) {
        BIO_clear_retry_flags(bio);
        Wire& self = wire(bio);
        const int got = self.read(into, static_cast<std::size_t>(size));
        if (got < 0 && self.dry_) BIO_set_retry_read(bio);
        return got;
    }

    static int write(BIO* bio, const char* bytes, int size) {
        BIO_clear_retry_flags(bio);
        return wire(bio).write(bytes, static_cast<std::size_t>(size));
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

int Wire::read(char* into, std::size_t size) {
    dry_ = false;
    const Tried got = below_.try_read({into, size});
    switch (got.state) {
        case Tried::State::some: break;
        case Tried::State::wait: dry_ = true; return -1;
        case Tried::State::end: ended_ = true; return 0;
        case Tried::State::failed: error_ = got.error; return -1;
    }
    if (!began_ && is_alpha(*into)) {
        plain_.assign(into, got.bytes);
        read_rest_of_plain();
        return -1;
    }
    began_ = true;
    return static_cast<int>(got.bytes);
}

/// OpenSSL may have asked for no more than a record's first bytes. What stays unread would reset the
/// connection when it is closed, and the answer with it.
void Wire::read_rest_of_plain() {
    std::array<char, kMostPlainBytes> room;
    const Tried got = below_.try_read(room);
    if (got.state == Tried::State::some) plain_.append(room.data(), got.bytes);
}

int Wire::write(const char* bytes, std::size_t size) {
    std::size_t taken = 0;
    if (unsent_.empty() && !batching_) {
        const Tried put = below_.try_write({bytes, size});
        if (put.state == Tried::State::failed) {
            error_ = put.error;
            return -1;
        }
        taken = put.bytes;
    }
    unsent_.append(bytes + taken, size - taken);
    if (unsent_.size() - sent_ > kMostUnsentBytes) return -1;
    return static_cast<int>(size);
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
