#include "proxy/http/field_name.h"

#include <array>
#include <cstring>

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
    "ssl-client-cert",
    "ssl-client-issuer-dn",
    "ssl-client-subject-dn",
    "ssl-client-verify",
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

// A name finds its slot by its length and two of its letters, with multipliers by which no two known
// names share one. A new name that does not fit needs other multipliers: the compiler says so.
constexpr std::size_t kSlots = 128;
constexpr std::size_t kLeastBytes = 2;

/// @param name  of at least kLeastBytes
constexpr std::size_t slot_of(std::string_view name) {
    const auto letter = [name](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(name[i]) | 0x20U);
    };
    return (name.size() * 3 + letter(name.size() - 2) * 63 + letter(0)) % kSlots;
}

consteval bool each_has_its_slot() {
    std::array<bool, kSlots> taken{};
    for (std::size_t i = 1; i < kFieldNames.size(); ++i) {
        bool& slot = taken[slot_of(kFieldNames[i])];
        if (slot) return false;
        slot = true;
    }
    return true;
}
static_assert(each_has_its_slot(), "two known names share a slot");

consteval std::array<FieldName, kSlots> fill_slots() {
    std::array<FieldName, kSlots> slots{};
    for (std::size_t i = 1; i < kFieldNames.size(); ++i) {
        slots[slot_of(kFieldNames[i])] = static_cast<FieldName>(i);
    }
    return slots;
}

constexpr std::array<FieldName, kSlots> kSlotNames = fill_slots();

/// In lower case. Setting one bit makes lower case of a letter and keeps digits and `-`; of the other
/// bytes none becomes one of these but a control character, which no name holds.
template <class Word>
Word lowered(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof(word));
    return word | static_cast<Word>(0x2020202020202020);
}

/// Two texts of the same length, at least a word, which the last words may cover again.
template <class Word>
bool same_words(std::string_view name, std::string_view known) {
    const std::size_t last = name.size() - sizeof(Word);
    for (std::size_t at = 0; at < last; at += sizeof(Word)) {
        if (lowered<Word>(name.data() + at) != lowered<Word>(known.data() + at)) return false;
    }
    return lowered<Word>(name.data() + last) == lowered<Word>(known.data() + last);
}

/// @param known  of kFieldNames
bool equals_known(std::string_view name, std::string_view known) {
    if (name.size() != known.size()) return false;
    if (name.size() >= sizeof(std::uint64_t)) return same_words<std::uint64_t>(name, known);
    if (name.size() >= sizeof(std::uint32_t)) return same_words<std::uint32_t>(name, known);
    return same_words<std::uint16_t>(name, known);
}

}  // namespace

FieldName field_name(std::string_view name) {
    if (name.size() < kLeastBytes) return FieldName::other;
    const FieldName found = kSlotNames[slot_of(name)];
    return equals_known(name, text_of(found)) ? found : FieldName::other;
}

std::string_view text_of(FieldName name) { return kFieldNames[static_cast<std::size_t>(name)]; }

}  // namespace breakwater::http
