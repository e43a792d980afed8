#include "proxy/tls/ticket_keys.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <string>

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

/// Of which steps tickets are opened, counted from the one at hand, which seals.
constexpr std::array kOpened{0, -1, 1};

TicketKey key_of_step(std::int64_t step, const crypto::Sha256& secret) {
    crypto::Sha256 of_step = derive("step " + std::to_string(step) + " of shared tickets", secret);
    const TicketKey key = key_of(of_step);
    OPENSSL_cleanse(of_step.data(), of_step.size());
    return key;
}

}  // namespace

TicketKeys::~TicketKeys() { forget_keys(0); }

void TicketKeys::forget_keys(std::size_t kept) {
    for (std::size_t i = kept; i < keys_.size(); ++i) OPENSSL_cleanse(&keys_[i], sizeof keys_[i]);
    if (keys_.size() > kept) keys_.resize(kept);
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

TicketSeed TicketSeed::make(const Clock& clock) {
    TicketSeed seed{{}, clock.now()};
    crypto::fill_random(seed.secret);
    return seed;
}

ProcessTicketKeys::ProcessTicketKeys(const TicketSeed& seed, const Clock& clock)
    : clock_(clock), secret_(seed.secret), step_ends_(seed.made + kStep) {
    keys_.reserve(kKept + 1);  // none is ever copied to where nobody wipes it
    keys_.push_back(key_of(secret_));
}

ProcessTicketKeys::~ProcessTicketKeys() { OPENSSL_cleanse(secret_.data(), secret_.size()); }

/// By the clock itself, not by the time of the turn: a ticket that another worker has sealed came here
/// after its step began there, so it has begun here, too.
void ProcessTicketKeys::catch_up() {
    for (const Time now = clock_.now(); now >= step_ends_; step_ends_ += kStep) {
        secret_ = derive("next step", secret_);
        keys_.insert(keys_.begin(), key_of(secret_));
        forget_keys(kKept);
    }
}

SharedTicketKeys::SharedTicketKeys(std::string_view seed, const Clock& clock)
    : clock_(clock), secret_(crypto::sha256(seed)) {
    keys_.reserve(kOpened.size());
}

SharedTicketKeys::~SharedTicketKeys() { OPENSSL_cleanse(secret_.data(), secret_.size()); }

void SharedTicketKeys::catch_up() {
    const std::int64_t step = clock_.wall().time_since_epoch() / kStep;
    if (step == step_) return;
    forget_keys(0);
    for (const int apart : kOpened) keys_.push_back(key_of_step(step + apart, secret_));
    step_ = step;
}

}  // namespace breakwater::tls
