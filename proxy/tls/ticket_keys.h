#pragma once
// The keys of session tickets (RFC 5077, RFC 8446 section 4.6.1), changed every few hours, without
// anything that workers would have to share. Two kinds: of this process alone, or of all replicas that
// have the same Secret (docs/decisions/session_tickets.md).
//
// A TicketKeys belongs to one worker.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "proxy/base/clock.h"
#include "proxy/base/crypto/hash.h"

namespace breakwater::tls {

struct TicketKey {
    std::array<std::uint8_t, 16> name;  ///< stands open in the ticket
    crypto::Sha256 cipher_key;          ///< AES-256-CBC
    crypto::Sha256 mac_key;             ///< HMAC-SHA-256
};

class TicketKeys {
public:
    static constexpr Duration kStep = std::chrono::hours(4);

    TicketKeys() = default;
    TicketKeys(const TicketKeys&) = delete;
    TicketKeys& operator=(const TicketKeys&) = delete;
    virtual ~TicketKeys();

    /// What seals now. Valid until the next call of either.
    const TicketKey& current();
    /// What opens tickets with that name; null where it is too old or not ours.
    const TicketKey* find(std::span<const std::uint8_t, 16> name);

protected:
    /// Makes keys_ what it is to be now; never empty afterwards.
    virtual void catch_up() = 0;
    void forget_keys(std::size_t kept);

    std::vector<TicketKey> keys_;  ///< the one that seals first
};

/// Where the chain of a process begins. Made once, copied to each worker, kept nowhere else.
struct TicketSeed {
    crypto::Sha256 secret;
    Time made;  ///< the steps are counted from here

    static TicketSeed make(const Clock& clock = system_clock());
};

/// Each worker walks the same chain of hashes from one seed, by the same clock, so that each can open
/// what another has sealed. A step cannot be taken back: who reads the memory of a process learns the
/// keys of a few hours, never those of the days before (for TLS 1.2 a ticket's key opens what was sent).
class ProcessTicketKeys final : public TicketKeys {
public:
    /// A ticket is good for one step at least, which is as long as a session may live.
    static constexpr std::size_t kKept = 2;

    /// @param clock  outlives this
    explicit ProcessTicketKeys(const TicketSeed& seed, const Clock& clock = system_clock());
    ~ProcessTicketKeys() override;

private:
    void catch_up() override;

    const Clock& clock_;
    crypto::Sha256 secret_;  ///< of the step at hand
    Time step_ends_;
};

/// The key of each step comes from the seed and the step's number by the wall clock, so that replicas
/// agree which never talk. The steps before and after the one at hand are opened, too: clocks differ.
class SharedTicketKeys final : public TicketKeys {
public:
    /// @param seed   of table::TicketSecret
    /// @param clock  outlives this
    explicit SharedTicketKeys(std::string_view seed, const Clock& clock = system_clock());
    ~SharedTicketKeys() override;

private:
    void catch_up() override;

    const Clock& clock_;
    crypto::Sha256 secret_;
    std::optional<std::int64_t> step_;  ///< that keys_ are made for
};

}  // namespace breakwater::tls
