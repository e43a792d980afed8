#pragma once
// Base64 with padding: RFC 4648 section 4.
//
// Pure. Any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwater::crypto {

enum class Base64 : std::uint8_t {
    /// One text for each value: no line breaks (RFC 4648 section 3.1), and the bits beyond the last
    /// byte are zero (section 3.5).
    strict,
    /// What the Kubernetes API server takes: line breaks are passed over, spare bits may be set.
    lenient,
};

/// @return nothing where the text is not Base64: a foreign character, padding that is missing or
/// not
///         at the end.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text,
                                                       Base64 form = Base64::strict);

/// Without line breaks.
[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// The same.
/// @param to  room for base64_size(bytes.size()) characters
void encode_base64(std::string_view bytes, char* to);
/// How many characters that many bytes become.
[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

/// Four characters, taken one by one.
class Base64Group {
public:
    /// @pre !full()  @return false where `c` cannot come next
    [[nodiscard]] bool take(char c);
    [[nodiscard]] bool empty() const { return characters_ == 0; }
    [[nodiscard]] bool full() const { return characters_ == 4; }
    /// How many bytes they are. @pre full()
    [[nodiscard]] std::size_t size() const { return 3 - padding_; }
    /// Whether a bit beyond the last byte is set: RFC 4648 section 3.5. @pre full()
    [[nodiscard]] bool has_spare_bits() const;
    /// Gives the bytes and begins anew. @pre full()
    /// @param to  room for size() @return size()
    std::size_t empty_into(char* to);

private:
    std::uint32_t bits_ = 0;
    unsigned characters_ = 0;
    unsigned padding_ = 0;
};

/// Base64 that comes in pieces of any size, and in segments: behind padding another value may begin, and
/// all of them together are one. Strict.
class Base64Segments {
public:
    /// What decode() makes of that many characters, at most: up to three may have come before.
    static constexpr std::size_t most_bytes(std::size_t characters) {
        return (characters + 3) / 4 * 3;
    }
    /// @param to  room for most_bytes(text.size())
    /// @return how many bytes there are now; nothing where this is no Base64
    [[nodiscard]] std::optional<std::size_t> decode(std::string_view text, char* to);
    /// Whether nothing is missing.
    [[nodiscard]] bool whole() const { return group_.empty(); }

private:
    Base64Group group_;
};

}  // namespace breakwater::crypto
