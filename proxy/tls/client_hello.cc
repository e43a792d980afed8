#include "proxy/tls/client_hello.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "proxy/tls/server_name.h"

namespace breakwater::tls {
namespace {

constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kClientHello = 1;
constexpr std::size_t kServerName = 0;
constexpr std::size_t kRecordHeaderBytes = 5;
constexpr std::size_t kMessageHeaderBytes = 4;
constexpr std::size_t kMaxRecordBytes = 16 * 1024;

/// Takes fields off the front of some bytes. What is not there makes it fail, once for all.
class Fields {
public:
    explicit Fields(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::string_view take(std::size_t count) {
        if (count > rest_.size()) {
            failed_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view front = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return front;
    }
    std::size_t number(std::size_t bytes) {
        std::size_t value = 0;
        for (const char c : take(bytes)) value = value << 8U | static_cast<unsigned char>(c);
        return value;
    }
    /// A vector behind its length, which is a number of so many bytes.
    std::string_view vector(std::size_t length_bytes) { return take(number(length_bytes)); }

private:
    std::string_view rest_;
    bool failed_ = false;
};

/// @param body  of the ClientHello, whole
std::string name_in(std::string_view body) {
    Fields hello(body);
    hello.take(2 + 32);  // the version and the random bytes
    hello.vector(1);     // the session
    hello.vector(2);     // the ciphers
    hello.vector(1);     // the compressions
    Fields extensions(hello.vector(2));
    while (!hello.failed() && !extensions.empty()) {
        const std::size_t type = extensions.number(2);
        const std::string_view data = extensions.vector(2);
        if (extensions.failed()) break;
        if (type != kServerName) continue;
        return server_name({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()});
    }
    return {};
}

/// What the records at the front bring of the handshake; a hello may be cut into several.
struct Gathered {
    std::string message;
    bool other = false;  ///< behind it comes something that no hello goes on with
};

Gathered gather(std::string_view bytes) {
    Gathered out;
    while (!bytes.empty() && !out.other) {
        out.other =
            static_cast<std::uint8_t>(bytes[0]) != kHandshake ||
            (bytes.size() > 1 && bytes[1] != 3);  // the version's first byte: SSL 3 and all TLS
        if (out.other || bytes.size() < kRecordHeaderBytes) break;
        const std::size_t length = Fields(bytes.substr(3)).number(2);
        out.other = length == 0 || length > kMaxRecordBytes;
        const std::string_view part = bytes.substr(kRecordHeaderBytes);
        if (!out.other) out.message += part.substr(0, length);
        bytes = part.substr(std::min(length, part.size()));
    }
    return out;
}

}  // namespace

Result<std::optional<std::string>> hello_server_name(std::string_view bytes) {
    bytes = bytes.substr(0, kMaxHelloBytes);
    const Gathered gathered = gather(bytes);
    const std::string_view message = gathered.message;
    const bool hello = message.empty() || static_cast<std::uint8_t>(message[0]) == kClientHello;
    if (!hello) return std::string();
    if (message.size() >= kMessageHeaderBytes) {
        const std::size_t length = Fields(message.substr(1)).number(3);
        if (length > kMaxHelloBytes) return std::string();
        const std::string_view body = message.substr(kMessageHeaderBytes);
        if (body.size() >= length) return name_in(body.substr(0, length));
    }
    if (gathered.other || bytes.size() >= kMaxHelloBytes) return std::string();
    return std::nullopt;
}

}  // namespace breakwater::tls
