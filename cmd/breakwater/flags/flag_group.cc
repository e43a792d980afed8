#include "cmd/breakwater/flags/flag_group.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <span>
#include <utility>

namespace breakwater::cmd {

std::optional<int> whole_number(std::string_view text, int least, int most) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return value >= least && value <= most ? std::optional(value) : std::nullopt;
}

std::string listed(const std::vector<std::string>& words) {
    if (words.size() < 2) return words.empty() ? std::string() : words.front();
    return fmt::format("{} or {}", fmt::join(std::span(words).first(words.size() - 1), ", "),
                       words.back());
}

void FlagGroup::add(const char* name, const char* value_name, const char* help,
                    const std::string& fallback, MistakeIn mistake_in,
                    const std::function<void(const std::string&)>& set) {
    CLI::Option* const option = app_.add_option_function<std::string>(name, set, help);
    option->type_name(value_name)->default_str(fallback)->group(title_);
    if (!mistake_in) return;
    const auto check = [mistake_in = std::move(mistake_in)](const std::string& value) {
        const std::string mistake = mistake_in(value);
        return mistake.empty() ? mistake : fmt::format("\"{}\" {}", value, mistake);
    };
    option->check(check, "");
}

void FlagGroup::text(const char* name, std::string& into, const char* value_name, const char* help,
                     MistakeIn mistake_in) {
    add(name, value_name, help, into, std::move(mistake_in),
        [&into](const std::string& text) { into = text; });
}

void FlagGroup::word(const char* name, std::string& into, const char* value_name,
                     const char* help) {
    text(name, into, value_name, help,
         [](const std::string& text) { return std::string(text.empty() ? "is empty" : ""); });
}

void FlagGroup::path(const char* name, std::filesystem::path& into, const char* value_name,
                     const char* help) {
    add(name, value_name, help, {}, {}, [&into](const std::string& text) { into = text; });
}

void FlagGroup::on_off(const char* name, bool& into, const char* help) {
    app_.add_flag(name, into, help)->default_str(into ? "true" : "")->group(title_);
}

void FlagGroup::port(const char* name, std::uint16_t& into, const char* help) {
    constexpr int kMost = 65535;
    read<int>(
        name, into, "PORT", help, std::to_string(into),
        [](const std::string& text) { return whole_number(text, 0, kMost); },
        "is not a port (0 to 65535)");
}

void FlagGroup::number(const char* name, int& into, int least, int most, const char* value_name,
                       const char* complaint, const char* help) {
    read<int>(
        name, into, value_name, help, std::to_string(into),
        [least, most](const std::string& text) { return whole_number(text, least, most); },
        fmt::format("is not {} ({} to {})", complaint, least, most));
}

void FlagGroup::seconds(const char* name, std::chrono::seconds& into, int least, const char* help) {
    constexpr int kMost = 24 * 3600;
    read<std::chrono::seconds>(
        name, into, "SECONDS", help, std::to_string(into.count()),
        [least](const std::string& text) {
            const auto count = whole_number(text, least, kMost);
            return count ? std::optional(std::chrono::seconds(*count)) : std::nullopt;
        },
        fmt::format("is not a number of seconds ({} to {})", least, kMost));
}

void FlagGroup::object(const char* name, std::optional<kube::Key>& into, const char* help) {
    optional<kube::Key>(name, into, "NS/NAME", help, kube::Key::from,
                        "is not of the form NAMESPACE/NAME");
}

void FlagGroup::exclude(const char* name, std::initializer_list<const char*> others) {
    CLI::Option* const option = app_.get_option(name);
    for (const char* other : others) option->excludes(app_.get_option(other));
}

}  // namespace breakwater::cmd
