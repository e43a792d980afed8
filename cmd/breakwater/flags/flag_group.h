#pragma once
// How flags are declared: what each writes into, what it takes, how its mistakes are told. CLI11 is behind it.
//
//     FlagGroup ports(app, "Ports");
//     ports.port("--http-port", options.http_port, "clients, plain");
//
// A flag that is not given leaves what it writes into as it is: the default, which `--help` shows. What it writes into
// outlives the parsing. One thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/kube/objects.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace breakwater::cmd {

/// A word that a flag takes, and what it stands for.
template <class Value>
struct Choice {
    const char* word;
    Value value;
};

/// `a, b or c`
[[nodiscard]] std::string listed(const std::vector<std::string>& words);

/// In decimal digits alone; nothing where it is not from `least` to `most`.
[[nodiscard]] std::optional<int> whole_number(std::string_view text, int least, int most);

/// Flags that `--help` shows together. Names are as CLI11 takes them: `--name`, `-n,--name`.
class FlagGroup {
public:
    /// What is wrong with a text, as it follows the text: `is not a port`; empty for nothing.
    using MistakeIn = std::function<std::string(const std::string& text)>;
    /// What a text stands for; nothing is a mistake.
    template <class Value>
    using FromText = std::function<std::optional<Value>(const std::string& text)>;

    /// @param title  as `--help` has it; empty: the flags are not shown.
    FlagGroup(CLI::App& app, const char* title) : app_(app), title_(title) {}

    void text(const char* name, std::string& into, const char* value_name, const char* help,
              MistakeIn mistake_in = {});
    /// An empty one is a mistake.
    void word(const char* name, std::string& into, const char* value_name, const char* help);
    void path(const char* name, std::filesystem::path& into, const char* value_name,
              const char* help);
    void on_off(const char* name, bool& into, const char* help);
    /// 0 to 65535
    void port(const char* name, std::uint16_t& into, const char* help);
    void number(const char* name, int& into, int least, int most, const char* value_name,
                const char* complaint, const char* help);
    /// A number of them, not longer than a day.
    void seconds(const char* name, std::chrono::seconds& into, int least, const char* help);
    /// NAMESPACE/NAME; an empty text is nothing.
    void object(const char* name, std::optional<kube::Key>& into, const char* help);

    template <class Value, std::size_t kChoices>
    void choice(const char* name, Value& into, const Choice<Value> (&choices)[kChoices],
                const char* value_name, const char* help) {
        std::vector<std::string> words;
        std::string fallback;
        for (const Choice<Value>& one : choices) {
            words.emplace_back(one.word);
            if (one.value == into) fallback = one.word;
        }
        const auto find = [&choices](const std::string& text) {
            for (const Choice<Value>& one : choices) {
                if (one.word == text) return std::optional<Value>(one.value);
            }
            return std::optional<Value>();
        };
        read<Value>(name, into, value_name, help, fallback, find, "is not " + listed(words));
    }

    /// What `from_text` makes of the text. `complaint` tells of its mistakes.
    template <class Value, class Into>
    void read(const char* name, Into& into, const char* value_name, const char* help,
              const std::string& fallback, const FromText<Value>& from_text,
              const std::string& complaint) {
        add(
            name, value_name, help, fallback,
            [from_text, complaint](const std::string& text) {
                return from_text(text) ? std::string() : complaint;
            },
            [from_text, &into](const std::string& text) { into = *from_text(text); });
    }

    /// The same, where an empty text is nothing.
    template <class Value>
    void optional(const char* name, std::optional<Value>& into, const char* value_name,
                  const char* help, const FromText<Value>& from_text,
                  const std::string& complaint) {
        add(
            name, value_name, help, {},
            [from_text, complaint](const std::string& text) {
                return text.empty() || from_text(text) ? std::string() : complaint;
            },
            [from_text, &into](const std::string& text) {
                into = text.empty() ? std::optional<Value>() : from_text(text);
            });
    }

    /// At most one of the first and any of the others may be given.
    void exclude(const char* name, std::initializer_list<const char*> others);

private:
    void add(const char* name, const char* value_name, const char* help,
             const std::string& fallback, MistakeIn mistake_in,
             const std::function<void(const std::string& text)>& set);

    CLI::App& app_;
    const char* title_;
};

}  // namespace breakwater::cmd
