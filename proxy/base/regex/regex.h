#pragma once
// Regular expressions as ingress-nginx understands them: PCRE2, which is nginx's, too.
//
// An expression comes from a user and the text from a client, so a match may cost only so much: PCRE2
// counts its steps and gives up. Bytes, not characters: `.` is one byte, as in nginx.
//
// Compiled off the workers, once a publish; const and shared afterwards. Any thread.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;

namespace breakwater {

class Regex {
public:
    /// Of the expression. Longer ones are machine-made, and their compilation takes milliseconds.
    static constexpr std::size_t kMostPatternBytes = 4096;
    /// Steps of one match, some hundred microseconds; a usual one takes fewer than a hundred.
    static constexpr std::uint32_t kMostSteps = 100'000;

    /// What came of a match.
    enum class Found : std::uint8_t {
        no,
        yes,
        gave_up,  ///< after kMostSteps: nobody knows. Whoever guards something takes it for no match
    };

    /// @return one sentence's end where it cannot be compiled: `is no regular expression: … (at 3)`
    [[nodiscard]] static std::expected<std::shared_ptr<const Regex>, std::string> compile(
        std::string_view pattern);

    explicit Regex(pcre2_real_code_8* code) : code_(code) {}  ///< compile() makes it; owned
    Regex(const Regex&) = delete;
    Regex& operator=(const Regex&) = delete;
    ~Regex();

    /// Beginning at `offset` of `text`, which an assertion may look back from. No allocation but a
    /// thread's first.
    [[nodiscard]] Found match_at(std::string_view text, std::size_t offset) const;

private:
    pcre2_real_code_8* code_;
};

}  // namespace breakwater
