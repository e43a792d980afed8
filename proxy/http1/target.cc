#include "proxy/http1/target.h"

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/http/field_syntax.h"

namespace breakwater::http1 {
namespace {

/// The target behind `http://` or `https://` (RFC 9110 section 4.2), whatever their case; nothing
/// where there is neither.
std::string_view behind_scheme(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
            return target.substr(scheme.size());
        }
    }
    return {};
}

void split_query(std::string_view text, Target& into) {
    const std::size_t mark = text.find('?');
    into.path = text.substr(0, mark);
    if (mark == std::string_view::npos) return;
    into.query = text.substr(mark + 1);
    into.has_query = true;
}

Target split_absolute(std::string_view behind, http::Method method) {
    Target into;
    into.absolute = true;
    const std::size_t end = behind.find_first_of("/?");
    into.authority = behind.substr(0, end);
    if (end != std::string_view::npos) split_query(behind.substr(end), into);
    if (into.path.empty()) {
        into.path = method == http::Method::options && !into.has_query ? "*" : "/";
    }
    return into;
}

}  // namespace

Result<Target> split_target(std::string_view target, http::Method method) {
    if (method == http::Method::connect) return fail(Err::method_refused, "CONNECT");
    if (target.empty() || http::target_length(target) != target.size()) {
        return fail(Err::bad_target, "character that no target holds");
    }
    if (target.front() == '/' || (target == "*" && method == http::Method::options)) {
        Target into;
        split_query(target, into);
        return into;
    }

    const std::string_view behind = behind_scheme(target);
    if (behind.empty()) return fail(Err::bad_target, "neither a path nor an http URI");
    return split_absolute(behind, method);
}

}  // namespace breakwater::http1
