#pragma once
// One direction of a TLS 1.3 connection's records: RFC 8446 section 5.2. The cipher is OpenSSL's; the
// header, the nonce and the inner type are put together here.
//
// One thread.

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "proxy/base/free.h"
#include "proxy/tls/traffic_secret.h"

namespace breakwater::tls {

/// RFC 8446 section 5.1.
enum class ContentType : std::uint8_t {
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
};

class RecordProtection {
public:
    enum class Way : std::uint8_t { seal, open };
    static constexpr std::size_t kHeaderBytes = 5;
    static constexpr std::size_t kTagBytes = 16;
    /// What a sealed record has beside its content.
    static constexpr std::size_t kExtraBytes = kHeaderBytes + 1 + kTagBytes;
    /// Of content; RFC 8446 section 5.1.
    static constexpr std::size_t kMostContentBytes = 16 * 1024;
    /// Behind a header, padding included: section 5.2. Its 256 are for suites that add more than ours.
    static constexpr std::size_t kMostBodyBytes = kMostContentBytes + 1 + kTagBytes;
    /// After so many records a secret is worn: section 5.5 has 2^24.5 for AES.
    static constexpr std::uint64_t kMostRecords = 1ULL << 24;

    /// @param suite  static
    /// @param next  the number of the next record under this secret
    RecordProtection(const RecordSuite& suite, const TrafficSecret& secret, Way way,
                     std::uint64_t next);
    RecordProtection(const RecordProtection&) = delete;
    RecordProtection& operator=(const RecordProtection&) = delete;
    RecordProtection(RecordProtection&&) = default;
    RecordProtection& operator=(RecordProtection&&) = default;
    ~RecordProtection() = default;

    /// Makes one record of both parts.
    /// @param into  kExtraBytes longer than both. @return what of it is the record
    std::string_view seal(ContentType type, std::string_view first, std::string_view second,
                          std::span<char> into);

    struct Opened {
        ContentType type;
        std::string_view content;  ///< in what was given
    };
    /// @param record  header and body; decrypted in place
    /// @return nothing: it is not what the peer has sealed. No other may follow then.
    std::optional<Opened> open(std::span<char> record);

    /// To the keys of the next generation: section 7.2.
    void update();
    [[nodiscard]] bool worn() const { return next_ >= kMostRecords; }

private:
    using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;
    using Nonce = std::array<std::uint8_t, 12>;

    void derive_keys();
    /// Of the next record, which it counts: section 5.3.
    Nonce next_nonce();

    const RecordSuite* suite_;
    TrafficSecret secret_;
    Way way_;
    CipherPtr cipher_;
    Nonce iv_{};
    std::uint64_t next_;
};

}  // namespace breakwater::tls
