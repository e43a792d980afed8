#include "proxy/serve/log_format.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <iterator>

#include "proxy/base/json_text.h"

namespace breakwater::serve {
namespace {

using exchange::Attempt;
using Out = std::back_insert_iterator<std::string>;

constexpr char kHex[] = "0123456789ABCDEF";
/// ingress-nginx's word for what answers where no Ingress names a service.
constexpr std::string_view kDefaultUpstream = "upstream-default-backend";

bool needs_escape(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\';
}

double seconds_of(Duration time) { return std::chrono::duration<double>(time).count(); }

/// nginx's status of an attempt without an answer: what it would have told the client.
int status_of(const Attempt& attempt) {
    if (attempt.status != 0 || !attempt.error) return attempt.status;
    for (const ErrorRow& row : kErrors) {
        if (row.token == attempt.error) return row.status;
    }
    return 0;
}

/// ` a, b`, or ` -` where nothing was tried. `append` appends one attempt's value.
template <class Append>
void append_attempts(std::string& to, const LogRecord& record, Append append) {
    to += ' ';
    if (record.attempts.empty()) to += '-';
    for (const Attempt& attempt : record.attempts) {
        if (&attempt != record.attempts.data()) to += ", ";
        append(attempt);
    }
}

void append_request(std::string& to, const LogRecord& record) {
    if (record.method.empty() && record.target.empty()) {
        to += '-';
        return;
    }
    append_nginx_text(to, record.method);
    to += ' ';
    append_nginx_text(to, record.target);
    to += ' ';
    append_nginx_text(to, record.protocol);
}

void append_upstream_name(std::string& to, const LogRecord& record) {
    if (!record.service.empty()) {
        fmt::format_to(Out(to), "{}-{}-{}", record.namespace_name, record.service,
                       record.service_port);
    } else {
        to += record.routed ? kDefaultUpstream : "-";
    }
}

}  // namespace

void append_nginx_text(std::string& to, std::string_view text) {
    if (text.empty()) to += '-';
    for (const char c : text) {
        if (!needs_escape(c)) {
            to += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        to += "\\x";
        to += kHex[byte >> 4];
        to += kHex[byte & 0xF];
    }
}

void LineFormat::append(std::string& to, const LogRecord& record) {
    if (format_ == log::Format::json) return append_json_line(to, record);
    append_text(to, record);
}

void LineFormat::append_text(std::string& to, const LogRecord& record) {
    to += record.remote.ip.to_string();
    to += " - ";
    append_nginx_text(to, record.user);
    to += " [";
    to += local_time(record.time);
    to += "] \"";
    append_request(to, record);
    fmt::format_to(Out(to), "\" {:03} {} \"", record.status, record.body_bytes);
    append_nginx_text(to, record.referer);
    to += "\" \"";
    append_nginx_text(to, record.user_agent);
    fmt::format_to(Out(to), "\" {} {:.3f} [", record.request_bytes,
                   seconds_of(record.request_time));
    append_upstream_name(to, record);
    to += "] []";
    append_attempts(to, record, [&](const Attempt& a) { to += a.endpoint.to_string(); });
    append_attempts(to, record, [&](const Attempt& a) { to += fmt::to_string(a.body_bytes); });
    append_attempts(to, record, [&](const Attempt& a) {
        fmt::format_to(Out(to), "{:.3f}", seconds_of(a.response_time));
    });
    append_attempts(to, record,
                    [&](const Attempt& a) { fmt::format_to(Out(to), "{:03}", status_of(a)); });
    to += ' ';
    append_nginx_text(to, record.request_id);
    to += '\n';
}

const std::string& LineFormat::local_time(WallTime time) {
    const std::time_t second = std::chrono::system_clock::to_time_t(time);
    if (second == second_) return local_time_;
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm local{};
    localtime_r(&second, &local);
    const long minutes = local.tm_gmtoff / 60;
    local_time_ = fmt::format("{:02}/{}/{:04}:{:02}:{:02}:{:02} {}{:02}{:02}", local.tm_mday,
                              kMonths[local.tm_mon], local.tm_year + 1900, local.tm_hour,
                              local.tm_min, local.tm_sec, minutes < 0 ? '-' : '+',
                              std::abs(minutes) / 60, std::abs(minutes) % 60);
    second_ = second;
    return local_time_;
}

}  // namespace breakwater::serve
