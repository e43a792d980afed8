#pragma once
// The process's own log lines (not the access log): a constant message, then key=value pairs.
//
//   log::warn("manifest refused", {{"file", path}, {"line", 12}, {"reason", text}});
//
// Lines go to stderr through a bounded queue and a thread of their own, so no caller ever waits; what
// does not fit is dropped, counted and said. Any thread. No secret belongs into a value.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace breakwater::log {

enum class Level : std::uint8_t { debug, info, warn, error };
enum class Format : std::uint8_t { text, json };

/// One key and its value as text; numbers and booleans are printed bare.
struct Field {
    std::string_view key;
    std::string value;
    bool quoted = true;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const std::string& v) : key(k), value(v) {}
    Field(std::string_view k, const char* v) : key(k), value(v ? v : "") {}
    Field(std::string_view k, bool v) : key(k), value(v ? "true" : "false"), quoted(false) {}
    template <class Number>
        requires std::is_arithmetic_v<Number>
    Field(std::string_view k, Number v) : key(k), value(std::to_string(v)), quoted(false) {}
};
using Fields = std::initializer_list<Field>;

/// Before the first line, on one thread; without it lines are text at info and above.
void set_up(Format format, Level least);
/// Writes what is queued. Called once, last.
void flush();

void write(Level level, std::string_view message, Fields fields);
inline void debug(std::string_view message, Fields fields = {}) {
    write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
    write(Level::info, message, fields);
}
inline void warn(std::string_view message, Fields fields = {}) {
    write(Level::warn, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
    write(Level::error, message, fields);
}

}  // namespace breakwater::log
