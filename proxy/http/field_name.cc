#include "proxy/http/field_name.h"

#include <array>

#include "proxy/base/ascii.h"

namespace breakwater::http {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(FieldName::last_) + 1> kFieldNames{
    "",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-forwarded-scheme",
    "x-original-forwarded-for",
    "x-original-forwarded-host",
    "x-original-uri",
    "x-real-ip",
    "x-request-id",
    "x-scheme",
    "authorization",
    "content-type",
    "cookie",
    "date",
    "http2-settings",
    "location",
    "proxy",
    "referer",
    "server",
    "strict-transport-security",
    "user-agent",
};

// A name finds its slot by its length and two of its letters; the compiler finds multipliers with which
// no two known names share one.
constexpr std::size_t kSlots = 256;

struct Mix {
    std::size_t length = 0;
    std::size_t last = 0;

    /// @param name  not empty
    [[nodiscard]] constexpr std::size_t slot(std::string_view name) const {
        const auto letter = [&](std::size_t i) {
            return static_cast<std::size_t>(static_cast<unsigned char>(to_lower(name[i])));
        };
        return (name.size() * length + letter(name.size() - 1) * last + letter(name.size() / 2)) %
               kSlots;
    }
};

consteval bool is_perfect(Mix mix) {
    std::array<bool, kSlots> taken{};
    for (std::size_t i = 1; i < kFieldNames.size(); ++i) {
        bool& slot = taken[mix.slot(kFieldNames[i])];
        if (slot) return false;
        slot = true;
    }
    return true;
}

consteval Mix find_mix() {
    for (std::size_t length = 1; length < 64; ++length) {
        for (std::size_t last = 1; last < 64; ++last) {
            if (is_perfect({length, last})) return {length, last};
        }
    }
    return {};
}

constexpr Mix kMix = find_mix();
static_assert(kMix.length != 0, "another letter is needed to tell the names apart");

consteval std::array<FieldName, kSlots> fill_slots() {
    std::array<FieldName, kSlots> slots{};
    for (std::size_t i = 1; i < kFieldNames.size(); ++i) {
        slots[kMix.slot(kFieldNames[i])] = static_cast<FieldName>(i);
    }
    return slots;
}

constexpr std::array<FieldName, kSlots> kSlotNames = fill_slots();

}  // namespace

FieldName field_name(std::string_view name) {
    if (name.empty()) return FieldName::other;
    const FieldName found = kSlotNames[kMix.slot(name)];
    return equals_ignoring_case(name, text_of(found)) ? found : FieldName::other;
}

std::string_view text_of(FieldName name) { return kFieldNames[static_cast<std::size_t>(name)]; }

}  // namespace breakwater::http
