#pragma once
// What a handshake of TLS 1.3 leaves to who protects the records behind it: both traffic secrets, and how
// many records OpenSSL has written under ours (tickets). OpenSSL says the secrets only as lines of a key
// log, which is for debuggers; here they go no further.
//
// A value; one thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/tls/record_protection.h"

namespace breakwater::tls {

class Handover {
public:
    /// A line of a key log; others than those of the two secrets are passed over.
    /// https://www.ietf.org/archive/id/draft-ietf-tls-keylogfile-05.html
    void take_line(std::string_view line);
    /// A record has been written.
    void count_written() { ++written_; }

    struct Records {
        RecordProtection reading;
        RecordProtection writing;
    };
    /// Of the server's side, once the handshake is over.
    /// @return nothing: it was another version's, or is of a suite that OpenSSL is left with
    [[nodiscard]] std::optional<Records> records(std::uint16_t suite) const;

private:
    TrafficSecret client_;
    TrafficSecret server_;
    std::uint64_t written_ = 0;  ///< since the server's secret is known
};

}  // namespace breakwater::tls
