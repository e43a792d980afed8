#include "proxy/table/path.h"

#include <cstddef>

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"

namespace breakwater::table {
namespace {

constexpr const char* kBadPercent = "a percent sign without two hexadecimal digits";
constexpr const char* kNul = "%00 in the path";
constexpr const char* kAboveRoot = "a .. above the root";
constexpr const char* kTwoReadings = "a .. in a path that can be read in two ways";

bool is_plain(std::string_view path) {
    bool plain = path.starts_with('/');
    // Without a branch: the compiler does sixteen at once.
    for (std::size_t i = 1; i < path.size(); ++i) {
        const char c = path[i];
        plain &= c != '%' && c != '\\' && (path[i - 1] != '/' || (c != '/' && c != '.'));
    }
    return plain;
}

/// What is remembered of a path, beside its text, to tell whether two readers agree on it.
struct Reading {
    bool climbs = false;     ///< a segment is, or may be read as, `..`
    bool ambiguous = false;  ///< there is more than one way to cut it into segments
};

Result<std::string_view> decode(std::string_view path, Arena& arena, Reading& reading) {
    char* const out = arena.array<char>(path.size());
    std::size_t size = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        char c = path[i];
        if (c == '%') {
            if (i + 2 >= path.size()) return fail(Err::bad_target, kBadPercent);
            const int high = hex_value(path[i + 1]);
            const int low = hex_value(path[i + 2]);
            if (high < 0 || low < 0) return fail(Err::bad_target, kBadPercent);
            c = static_cast<char>(high * 16 + low);
            if (c == '\0') return fail(Err::bad_target, kNul);
            if (c == '/') reading.ambiguous = true;
            i += 2;
        }
        if (c == '\\') reading.ambiguous = true;
        out[size++] = c;
    }
    return std::string_view(out, size);
}

/// Whether somebody who takes `\` for a slash, or cuts parameters off, reads a `..` in here.
bool may_climb(std::string_view segment) {
    while (true) {
        const std::size_t end = segment.find('\\');
        const std::string_view piece = segment.substr(0, end);
        if (piece.substr(0, piece.find(';')) == "..") return true;
        if (end == segment.npos) return false;
        segment.remove_prefix(end + 1);
    }
}

/// The text under construction: whole segments, each with the slash before it.
struct Output {
    char* text;
    std::size_t size = 0;

    void append(std::string_view segment) {
        text[size++] = '/';
        for (const char c : segment) text[size++] = c;
    }
    void pop() {
        while (text[--size] != '/') {
        }
    }
};

Result<std::string_view> resolve(std::string_view path, Arena& arena, Reading& reading) {
    Output out{arena.array<char>(path.size())};
    std::size_t at = 1;  // behind the slash
    while (true) {
        const std::size_t end = path.find('/', at);
        const bool last = end == path.npos;
        const std::string_view segment = path.substr(at, last ? end : end - at);
        if (segment == "..") {
            if (out.size == 0) return fail(Err::bad_target, kAboveRoot);
            reading.climbs = true;
            out.pop();
        } else if (!segment.empty() && segment != ".") {
            if (may_climb(segment)) reading.climbs = reading.ambiguous = true;
            out.append(segment);
            if (last) break;
        }
        if (last) {
            out.append({});
            break;
        }
        if (segment.empty()) reading.ambiguous = true;
        at = end + 1;
    }
    if (reading.climbs && reading.ambiguous) return fail(Err::bad_target, kTwoReadings);
    return std::string_view(out.text, out.size);
}

}  // namespace

Result<std::string_view> normalise_path(std::string_view path, Arena& arena) {
    if (is_plain(path)) return path;
    Reading reading;
    LET(decoded, decode(path, arena, reading));
    return resolve(decoded, arena, reading);
}

}  // namespace breakwater::table
