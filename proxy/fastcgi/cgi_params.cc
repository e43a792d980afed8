#include "proxy/fastcgi/cgi_params.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/base/text_writer.h"
#include "proxy/base/try.h"
#include "proxy/exchange/connection.h"
#include "proxy/http/target_text.h"
#include "proxy/table/path.h"

namespace breakwater::fastcgi {
namespace {

using exchange::Fetch;
using http::Field;
using http::FieldName;
using table::CgiVariable;
using table::FastCgiParam;

/// A parameter that is sent unless the location has one of that name.
struct Standard {
    std::string_view name;
    CgiVariable variable;
    std::string_view text = {};  ///< where it is no variable
};

// nginx's fastcgi_params, in its order. SCRIPT_FILENAME is made of two variables.
constexpr std::array kStandard{
    Standard{"QUERY_STRING", CgiVariable::query_string},
    Standard{"REQUEST_METHOD", CgiVariable::request_method},
    Standard{"CONTENT_TYPE", CgiVariable::content_type},
    Standard{"CONTENT_LENGTH", CgiVariable::content_length},
    Standard{"SCRIPT_NAME", CgiVariable::script_name},
    Standard{"REQUEST_URI", CgiVariable::request_uri},
    Standard{"DOCUMENT_URI", CgiVariable::document_uri},
    Standard{"DOCUMENT_ROOT", CgiVariable::document_root},
    Standard{"SERVER_PROTOCOL", CgiVariable::server_protocol},
    Standard{"REQUEST_SCHEME", CgiVariable::scheme},
    Standard{"GATEWAY_INTERFACE", CgiVariable::none, "CGI/1.1"},
    Standard{"SERVER_SOFTWARE", CgiVariable::none, "breakwater"},
    Standard{"REMOTE_ADDR", CgiVariable::remote_addr},
    Standard{"REMOTE_PORT", CgiVariable::remote_port},
    Standard{"SERVER_ADDR", CgiVariable::server_addr},
    Standard{"SERVER_PORT", CgiVariable::server_port},
    Standard{"SERVER_NAME", CgiVariable::server_name},
    Standard{"REDIRECT_STATUS", CgiVariable::none, "200"},  // PHP's force-cgi-redirect wants one
};

/// HTTPS, where it is one, and SCRIPT_FILENAME.
constexpr std::size_t kOthers = 2;

class Values {
public:
    explicit Values(const Fetch& fetch) : fetch_(fetch) {}
    Done find();
    [[nodiscard]] std::string_view operator[](CgiVariable variable) const {
        return values_[static_cast<std::size_t>(variable)];
    }

private:
    void set(CgiVariable variable, std::string_view value) {
        values_[static_cast<std::size_t>(variable)] = value;
    }
    [[nodiscard]] std::string_view field(FieldName name) const {
        return fetch_.head.fields.get(name).value_or("");
    }
    Done find_path();
    Done find_body();
    void find_ends();

    const Fetch& fetch_;
    std::array<std::string_view, table::kCgiVariables> values_{};
};

Done Values::find() {
    const http::RequestHead& head = fetch_.head;
    set(CgiVariable::query_string, head.query);
    set(CgiVariable::request_method, head.method_text);
    set(CgiVariable::request_uri, http::path_and_query(head.target, *fetch_.arena));
    set(CgiVariable::server_protocol, http::text_of(head.version));
    set(CgiVariable::document_root, fetch_.policies->fastcgi.document_root);
    find_ends();
    TRY(find_body());
    return find_path();
}

/// What rules have matched, so that a script's name leaves its root for no reader; what a rewrite made of
/// it, where there is one.
Done Values::find_path() {
    std::string_view path = fetch_.head.path;
    if (path.starts_with('/')) {
        LET(normalised, table::normalise_path(path, *fetch_.arena));
        path = normalised;
    }
    set(CgiVariable::document_uri, path);
    const bool folder = path.ends_with('/');
    const std::string& index = fetch_.policies->fastcgi.index;
    set(CgiVariable::script_name,
        folder && !index.empty() ? fetch_.arena->concat(path, index) : path);
    return {};
}

Done Values::find_body() {
    set(CgiVariable::content_type, field(FieldName::content_type));
    if (!fetch_.body) return {};
    const auto length = fetch_.body->length();
    if (!length) return fail(Err::length_required);
    set(CgiVariable::content_length, fetch_.arena->decimal(*length));
    return {};
}

/// The same as the X-Forwarded-* fields say: a trusted proxy in front speaks for the client.
void Values::find_ends() {
    const std::string_view scheme = field(FieldName::x_forwarded_proto);
    set(CgiVariable::scheme, scheme);
    set(CgiVariable::https, scheme == "https" ? "on" : "");
    set(CgiVariable::remote_addr, field(FieldName::x_real_ip));
    set(CgiVariable::server_port, field(FieldName::x_forwarded_port));
    set(CgiVariable::server_name, fetch_.head.host);
    if (!fetch_.connection) return;
    const exchange::ConnectionFacts& facts = *fetch_.connection;
    set(CgiVariable::server_addr, fetch_.arena->copy(facts.local.ip.to_string()));
    const bool itself = facts.peer_ip == field(FieldName::x_real_ip);
    if (itself) set(CgiVariable::remote_port, fetch_.arena->decimal(facts.peer.port));
}

/// `Accept-Language` as `HTTP_ACCEPT_LANGUAGE`. No two fields become one: those with `_` were dropped.
std::string_view name_of(const Field& field, Arena& arena) {
    constexpr std::string_view kPrefix = "HTTP_";
    const std::string_view from = field.name();
    char* const name = arena.array<char>(kPrefix.size() + from.size());
    std::ranges::copy(kPrefix, name);
    std::ranges::transform(from, name + kPrefix.size(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
    });
    return {name, kPrefix.size() + from.size()};
}

bool same_name(const Field& a, const Field& b) {
    return a.id() == b.id() &&
           (a.id() != FieldName::other || equals_ignoring_case(a.name(), b.name()));
}

/// Letters, digits and dashes, which are all that nginx takes (`ignore_invalid_headers`): applications make
/// an underscore of other characters, too, PHP of a dot, and so one field's name of another's.
bool is_unmistakable(std::string_view name) {
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

/// Told by parameters of their own (RFC 3875 section 4.1.18), or never: httpoxy; what we answer (ask.cc).
bool passes(const Field& field) {
    return field.id() != FieldName::content_type && field.id() != FieldName::content_length &&
           field.id() != FieldName::proxy && field.id() != FieldName::expect &&
           (field.id() != FieldName::other || is_unmistakable(field.name()));
}

/// What `each(put)` puts, in one piece.
template <class Each>
std::string_view build(Arena& arena, const Each& each) {
    std::size_t bytes = 0;
    each([&](std::string_view part) { bytes += part.size(); });
    char* const text = arena.array<char>(bytes);
    char* at = text;
    each([&](std::string_view part) { at = copy_bytes(at, part); });
    return {text, bytes};
}

class Gathering {
public:
    Gathering(const Fetch& fetch, const Values& values)
        : fetch_(fetch),
          own_(fetch.policies->fastcgi.params),
          values_(values),
          params_(fetch.arena->array<Param>(kStandard.size() + kOthers + own_.size() +
                                            fetch.head.fields.size())) {}

    void add_standard();
    void add_own();
    void add_fields();
    [[nodiscard]] std::span<const Param> all() const { return {params_, count_}; }

private:
    void add(std::string_view name, std::string_view value) { params_[count_++] = {name, value}; }
    /// Unless the location says otherwise.
    void offer(std::string_view name, std::string_view value) {
        if (!std::ranges::binary_search(own_, name, {}, &FastCgiParam::name)) add(name, value);
    }
    [[nodiscard]] std::string_view value_of(const FastCgiParam& param) const;
    [[nodiscard]] std::string_view joined(const Field& first) const;

    const Fetch& fetch_;
    const std::vector<FastCgiParam>& own_;
    const Values& values_;
    Param* params_;
    std::size_t count_ = 0;
};

void Gathering::add_standard() {
    offer("SCRIPT_FILENAME", fetch_.arena->concat(values_[CgiVariable::document_root],
                                                  values_[CgiVariable::script_name]));
    for (const auto& [name, variable, text] : kStandard) {
        offer(name, variable == CgiVariable::none ? text : values_[variable]);
    }
    const std::string_view https = values_[CgiVariable::https];
    if (!https.empty()) offer("HTTPS", https);  // scripts ask whether it is there
}

std::string_view Gathering::value_of(const FastCgiParam& param) const {
    return build(*fetch_.arena, [&](const auto& put) {
        for (const auto& [text, variable] : param.value) {
            put(variable == CgiVariable::none ? std::string_view(text) : values_[variable]);
        }
    });
}

void Gathering::add_own() {
    for (const FastCgiParam& param : own_) add(param.name, value_of(param));
}

/// All lines of a field as one: RFC 3875 section 4.1.18; of cookies, RFC 9113 section 8.2.3.
std::string_view Gathering::joined(const Field& first) const {
    const std::string_view between = first.id() == FieldName::cookie ? "; " : ", ";
    return build(*fetch_.arena, [&](const auto& put) {
        put(first.value());
        for (const Field* next = &first + 1; next != fetch_.head.fields.end(); ++next) {
            if (!same_name(first, *next)) continue;
            put(between);
            put(next->value());
        }
    });
}

void Gathering::add_fields() {
    const http::Fields& fields = fetch_.head.fields;
    for (const Field& field : fields) {
        const auto same = [&](const Field& other) { return same_name(field, other); };
        const bool seen = std::any_of(fields.begin(), &field, same);
        if (!seen && passes(field)) offer(name_of(field, *fetch_.arena), joined(field));
    }
}

}  // namespace

Result<std::span<const Param>> cgi_params(const Fetch& fetch) {
    Values values(fetch);
    TRY(values.find());
    Gathering gathering(fetch, values);
    gathering.add_standard();
    gathering.add_own();
    gathering.add_fields();
    return gathering.all();
}

}  // namespace breakwater::fastcgi
