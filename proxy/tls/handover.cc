#include "proxy/tls/handover.h"

#include <openssl/crypto.h>
#include <array>

#include <charconv>
#include <span>

namespace breakwater::tls {
namespace {

/// @return empty where the text is no secret
TrafficSecret parse_secret(std::string_view hex) {
    std::array<std::uint8_t, TrafficSecret::kMostBytes> bytes;
    const std::size_t count = hex.size() / 2;
    if (hex.size() % 2 != 0 || count > bytes.size()) return {};
    for (std::size_t i = 0; i < count; ++i) {
        const char* const digits = hex.data() + 2 * i;
        const auto [end, error] = std::from_chars(digits, digits + 2, bytes[i], 16);
        if (error != std::errc{} || end != digits + 2) return {};
    }
    TrafficSecret secret(std::span(bytes.data(), count));
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return secret;
}

}  // namespace

void Handover::take_line(std::string_view line) {
    const bool client = line.starts_with("CLIENT_TRAFFIC_SECRET_0 ");
    if (!client && !line.starts_with("SERVER_TRAFFIC_SECRET_0 ")) return;
    const TrafficSecret secret = parse_secret(line.substr(line.rfind(' ') + 1));
    if (client) {
        client_ = secret;
    } else {
        server_ = secret;
        written_ = 0;
    }
}

std::optional<Handover::Records> Handover::records(std::uint16_t id) const {
    const RecordSuite* const suite = find_record_suite(id);
    if (!suite || client_.size() != suite->secret_bytes || server_.size() != suite->secret_bytes) {
        return {};
    }
    return Records{RecordProtection(*suite, client_, RecordProtection::Way::open, 0),
                   RecordProtection(*suite, server_, RecordProtection::Way::seal, written_)};
}

}  // namespace breakwater::tls
