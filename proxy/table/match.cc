#include "proxy/table/match.h"

#include <algorithm>

namespace breakwater::table {
namespace {

std::size_t look_up(const TextIndex& index, std::string_view text, std::size_t none) {
    if (index.empty()) return none;  // before the text is hashed
    const auto found = index.find(text);
    return found == index.end() ? none : found->second;
}

std::string_view without_trailing_slash(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace

HostMatcher::HostMatcher(const std::vector<std::string_view>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool wildcard = names[i].starts_with("*.");
        (wildcard ? wildcard_ : exact_).emplace(names[i].substr(wildcard ? 1 : 0), i);
    }
}

std::size_t HostMatcher::find(std::string_view host) const {
    const std::size_t exact = look_up(exact_, host, kNone);
    if (exact != kNone) return exact;
    const std::size_t dot = host.find('.');
    if (dot == host.npos || dot == 0) return kNone;
    return look_up(wildcard_, host.substr(dot), kNone);
}

PathMatcher::PathMatcher(const std::vector<Location>& locations) {
    for (std::size_t i = 0; i < locations.size(); ++i) {
        const Location& location = locations[i];
        if (location.path_type == PathType::exact) {
            exact_.emplace(location.path, i);
            continue;
        }
        const std::string_view key = without_trailing_slash(location.path);
        longest_prefix_ = std::max(longest_prefix_, key.size());
        const auto [same, added] = prefix_.emplace(key, i);
        // `/foo` and `/foo/` are one key: "precedence is given to the longest matching path".
        if (!added && location.path.size() > locations[same->second].path.size()) same->second = i;
    }
}

std::size_t PathMatcher::find(std::string_view path) const {
    const std::size_t exact = look_up(exact_, path, kNone);
    if (exact != kNone) return exact;

    std::string_view prefix = without_trailing_slash(path);
    if (prefix.size() > longest_prefix_) prefix = path.substr(0, path.rfind('/', longest_prefix_));
    while (true) {
        const std::size_t found = look_up(prefix_, prefix, kNone);
        if (found != kNone || prefix.empty()) return found;
        prefix = prefix.substr(0, prefix.rfind('/'));
    }
}

}  // namespace breakwater::table
