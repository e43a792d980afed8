#pragma once
// The keys of session tickets (RFC 5077, RFC 8446 section 4.6.1): the same in every worker, changed
// every few hours, without anything that workers would have to share.
//
// Each worker walks the same chain of hashes from one seed, by the same clock, so that each can open
// what another has sealed. A step cannot be taken back: who reads the memory of a process learns the
// keys of a few hours, never those of the days before (for TLS 1.2 a ticket's key opens what was sent).
//
// A TicketKeys belongs to one worker.

#include <array>
#include <cstdint>
#include <deque>
#include <span>

#include "proxy/base/clock.h"
#include "proxy/base/crypto/hash.h"

namespace breakwater::tls {

/// Where the chain begins. Made once a process, copied to each worker, kept nowhere else.
struct TicketSeed {
    crypto::Sha256 secret;
    Time made;  ///< the steps are counted from here

    static TicketSeed make(const Clock& clock = system_clock());
};

struct TicketKey {
    std::array<std::uint8_t, 16> name;  ///< stands open in the ticket
    crypto::Sha256 cipher_key;          ///< AES-256-CBC
    crypto::Sha256 mac_key;             ///< HMAC-SHA-256
};

class TicketKeys {
public:
    static constexpr Duration kStep = std::chrono::hours(4);
    /// A ticket is good for one step at least, which is more than a session lives.
    static constexpr std::size_t kKept = 2;

    /// @param clock  outlives this
    explicit TicketKeys(const TicketSeed& seed, const Clock& clock = system_clock());
    TicketKeys(const TicketKeys&) = delete;
    TicketKeys& operator=(const TicketKeys&) = delete;
    ~TicketKeys();

    /// What seals now. Valid until the next call of either.
    const TicketKey& current();
    /// What opens tickets with that name; null where it is too old or not ours.
    const TicketKey* find(std::span<const std::uint8_t, 16> name);

private:
    void catch_up();
    void push_key();

    const Clock& clock_;
    crypto::Sha256 secret_;  ///< of the step at hand
    Time step_ends_;
    std::deque<TicketKey> keys_;  ///< newest first, at most kKept
};

}  // namespace breakwater::tls
