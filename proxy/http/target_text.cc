#include "proxy/http/target_text.h"

#include <algorithm>
#include <cassert>
#include <string_view>

#include "proxy/http/field_syntax.h"

namespace breakwater::http {
namespace {

/// One side of a target's `?`.
enum class Part : bool { path, query };

bool may_stand(char c, Part part) { return is_target_byte(c) && (part == Part::query || c != '?'); }

std::size_t encoded_size(std::string_view text, Part part) {
    const auto stranger = [part](char c) { return !may_stand(c, part); };
    return text.size() + 2 * static_cast<std::size_t>(std::ranges::count_if(text, stranger));
}

char* append_encoded(char* to, std::string_view text, Part part) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (const char c : text) {
        if (may_stand(c, part)) {
            *to++ = c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        *to++ = '%';
        *to++ = kDigits[byte >> 4];
        *to++ = kDigits[byte & 0xF];
    }
    return to;
}

}  // namespace

std::size_t target_size(const RequestHead& head) {
    const std::size_t query = head.has_query ? 1 + encoded_size(head.query, Part::query) : 0;
    return encoded_size(head.path, Part::path) + query;
}

char* write_target(const RequestHead& head, char* to) {
    assert(head.path.starts_with('/') || head.path == "*");
    to = append_encoded(to, head.path, Part::path);
    if (!head.has_query) return to;
    *to++ = '?';
    return append_encoded(to, head.query, Part::query);
}

std::string_view path_and_query(std::string_view target, Arena& arena) {
    constexpr std::string_view kBehindScheme = "://";
    const std::size_t scheme = target.starts_with('/') ? target.npos : target.find(kBehindScheme);
    if (scheme == target.npos) return target;
    const std::string_view rest = target.substr(scheme + kBehindScheme.size());
    const std::size_t behind = rest.find_first_of("/?");
    if (behind == rest.npos) return "/";
    return rest[behind] == '/' ? rest.substr(behind) : arena.concat("/", rest.substr(behind));
}

}  // namespace breakwater::http
