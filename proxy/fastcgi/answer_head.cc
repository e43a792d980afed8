#include "proxy/fastcgi/answer_head.h"

#include <charconv>
#include <cstring>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/http/field_name.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/limits.h"

namespace breakwater::fastcgi {

static_assert(BlockPool::kBlockBytes >= http::kMaxResponseHeadBytes);

Result<std::size_t> HeadCollector::add(std::string_view bytes) {
    std::size_t used = 0;
    while (!complete_ && used < bytes.size()) {
        const std::size_t end = bytes.find('\n', used);
        const bool ends = end != bytes.npos;
        const std::string_view part =
            bytes.substr(used, ends ? end + 1 - used : std::string_view::npos);
        if (part.size() > http::kMaxResponseHeadBytes - size_) {
            return fail(Err::response_head_too_large);
        }
        std::memcpy(block_->data() + size_, part.data(), part.size());
        size_ += part.size();
        used += part.size();
        if (!ends) break;
        const std::string_view line = text().substr(line_);
        complete_ = line == "\n" || line == "\r\n";
        line_ = size_;
    }
    return used;
}

namespace {

/// `3DIGIT [SP reason]`: RFC 3875 section 6.3.3. Interim answers are none of CGI.
Done take_status(std::string_view value, http::ResponseHead& into) {
    constexpr std::size_t kDigits = 3;
    int status = 0;
    const std::string_view digits = value.substr(0, kDigits);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
    const bool whole = error == std::errc() && end == digits.data() + kDigits;
    const bool ends = value.size() == kDigits || (value.size() > kDigits && value[kDigits] == ' ');
    if (!whole || !ends || status < 200) return fail(Err::bad_response, "no status");
    into.status = status;
    into.reason = trim(value.substr(kDigits));
    return {};
}

/// The first line of `rest`, without its end; `rest` begins behind it then.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

Done parse_answer_head(std::string_view text, http::ResponseHead& into) {
    bool has_status = false;
    for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
        const std::size_t colon = line.find(':');
        if (colon == line.npos) return fail(Err::bad_response, "a line that is no field");
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        if (!http::valid_field_name(name) || !http::valid_field_value(value)) {
            return fail(Err::bad_response, "a field that is none");
        }
        if (equals_ignoring_case(name, "Status")) {
            if (std::exchange(has_status, true)) return fail(Err::bad_response, "a second status");
            TRY(take_status(value, into));
        } else if (into.fields.size() == http::kMaxFields) {
            return fail(Err::bad_response, "too many fields");
        } else {
            into.fields.add_view(name, value);
        }
    }
    if (!has_status && into.fields.empty()) return fail(Err::bad_response, "no field");
    if (!has_status && into.fields.has(http::FieldName::location)) into.status = 302;
    if (into.reason.empty()) into.reason = http::reason_phrase(into.status);
    return {};
}

}  // namespace breakwater::fastcgi
