#include "proxy/tls/ticket_keys.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "proxy/base/crypto/random.h"

namespace breakwater::tls {
namespace {

/// A value that says nothing of the secret nor of another purpose's value: secrets have one length, so
/// a purpose in front is enough of a separation.
crypto::Sha256 derive(std::string_view purpose, const crypto::Sha256& secret) {
    std::string text(purpose);
    text.append(reinterpret_cast<const char*>(secret.data()), secret.size());
    const crypto::Sha256 derived = crypto::sha256(text);
    OPENSSL_cleanse(text.data(), text.size());
    return derived;
}

TicketKey key_of(const crypto::Sha256& secret) {
    TicketKey key{{}, derive("ticket cipher", secret), derive("ticket mac", secret)};
    const crypto::Sha256 name = derive("ticket name", secret);
    std::copy_n(name.begin(), key.name.size(), key.name.begin());
    return key;
}

void forget(TicketKey& key) { OPENSSL_cleanse(&key, sizeof key); }

}  // namespace

TicketSeed TicketSeed::make(const Clock& clock) {
    TicketSeed seed{{}, clock.now()};
    crypto::fill_random(seed.secret);
    return seed;
}

TicketKeys::TicketKeys(const TicketSeed& seed, const Clock& clock)
    : clock_(clock), secret_(seed.secret), step_ends_(seed.made + kStep) {
    push_key();
}

TicketKeys::~TicketKeys() {
    OPENSSL_cleanse(secret_.data(), secret_.size());
    std::for_each(keys_.begin(), keys_.end(), forget);
}

void TicketKeys::push_key() {
    keys_.push_front(key_of(secret_));
    if (keys_.size() <= kKept) return;
    forget(keys_.back());
    keys_.pop_back();
}

/// By the clock itself, not by the time of the turn: a ticket that another worker has sealed came here
/// after its step began there, so it has begun here, too.
void TicketKeys::catch_up() {
    for (const Time now = clock_.now(); now >= step_ends_; step_ends_ += kStep) {
        secret_ = derive("next step", secret_);
        push_key();
    }
}

const TicketKey& TicketKeys::current() {
    catch_up();
    return keys_.front();
}

const TicketKey* TicketKeys::find(std::span<const std::uint8_t, 16> name) {
    catch_up();
    const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const TicketKey& key) {
        return std::equal(name.begin(), name.end(), key.name.begin());
    });
    return found == keys_.end() ? nullptr : &*found;
}

}  // namespace breakwater::tls
