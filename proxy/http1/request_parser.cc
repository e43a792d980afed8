#include "proxy/http1/request_parser.h"

#include "proxy/base/try.h"
#include "proxy/http/authority.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http1/field_lines.h"
#include "proxy/http1/first_line.h"
#include "proxy/http1/target.h"
#include "proxy/http1/version.h"

namespace breakwater::http1 {
namespace {

using http::FieldName;
using http::RequestHead;
using http::Version;

/// `method SP target SP version`, exactly: RFC 9112 section 3.
Result<Target> parse_request_line(std::string_view line, RequestHead& into) {
    const std::size_t method_bytes = http::token_length(line);
    if (method_bytes == 0 || method_bytes == line.size() || line[method_bytes] != ' ') {
        return fail(Err::bad_request, "method is not a token");
    }
    into.method_text = line.substr(0, method_bytes);
    into.method = http::method_of(into.method_text);

    line.remove_prefix(method_bytes + 1);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return fail(Err::bad_request, "no version");
    into.target = line.substr(0, space);

    LET(version, parse_version(line.substr(space + 1)));
    into.version = version;
    return split_target(into.target, into.method);
}

void set_target(const Target& target, RequestHead& into) {
    into.path = target.path;
    into.query = target.query;
    into.has_query = target.has_query;
}

/// RFC 9112 sections 3.2 and 3.2.2: a Host that is wrong is refused, even where it does not decide.
Done set_host(const Target& target, RequestHead& into) {
    const std::size_t count = into.fields.count(FieldName::host);
    if (count > 1) return fail(Err::bad_host, "more than one Host");
    if (count == 0 && into.version != Version::v1_0) return fail(Err::bad_host, "no Host");

    Arena& arena = into.fields.arena();
    if (const auto field = into.fields.get(FieldName::host)) {
        into.authority = *field;
        LET(host, http::host_of(*field, arena));
        into.host = host;
    }
    if (target.absolute) {
        into.authority = target.authority;
        LET(host, http::host_of(target.authority, arena));
        into.host = host;
    }
    return {};
}

}  // namespace

Result<std::size_t> parse_request_head(std::string_view bytes, RequestHead& into) {
    LET(line, first_line(bytes, MessageKind::request));
    LET(target, parse_request_line(line, into));
    set_target(target, into);
    bytes.remove_prefix(line.size() + kLineEnd.size());
    LET(section, parse_field_section(bytes, MessageKind::request, into.fields));
    TRY(set_host(target, into));
    return line.size() + kLineEnd.size() + section;
}

}  // namespace breakwater::http1
