#include "proxy/serve/log_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "proxy/base/json_text.h"
#include "proxy/serve/access_log_pack.h"

namespace breakwater::serve {
namespace {

using exchange::Attempt;

constexpr char kHex[] = "0123456789ABCDEF";
/// ingress-nginx's word for what answers where no Ingress names a service.
constexpr std::string_view kDefaultUpstream = "upstream-default-backend";

/// More than either format needs beside the texts: keys, numbers, punctuation; and for an attempt.
constexpr std::size_t kLineBytes = 1024;
constexpr std::size_t kAttemptBytes = 512;

/// The most that a line of this record takes, whichever the format.
std::size_t max_line_bytes(const LogRecord& record) {
    std::size_t most = kLineBytes + record.attempts.size() * kAttemptBytes;
    for (const TextRow& row : kTexts) most += max_json_bytes(record.*row.text);
    return most;
}

bool needs_escape(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\';
}

/// nginx's status of an attempt without an answer: what it would have told the client.
int status_of(const Attempt& attempt) {
    if (attempt.status != 0 || !attempt.error) return attempt.status;
    for (const ErrorRow& row : kErrors) {
        if (row.token == attempt.error) return row.status;
    }
    return 0;
}

void write_status(TextWriter& out, int status) {
    out.digits(static_cast<std::uint64_t>(status), 3);
}

/// ` a, b`, or ` -` where nothing was tried. `write` writes one attempt's value.
template <class Write>
void write_attempts(TextWriter& out, const LogRecord& record, Write write) {
    out.put(' ');
    if (record.attempts.empty()) out.put('-');
    for (const Attempt& attempt : record.attempts) {
        if (&attempt != record.attempts.data()) out.put(", ");
        write(attempt);
    }
}

void write_request(TextWriter& out, const LogRecord& record) {
    if (record.method.empty() && record.target.empty()) {
        out.put('-');
        return;
    }
    write_nginx_text(out, record.method);
    out.put(' ');
    write_nginx_text(out, record.target);
    out.put(' ');
    write_nginx_text(out, record.protocol);
}

void write_upstream_name(TextWriter& out, const LogRecord& record) {
    if (record.service.empty()) {
        out.put(record.routed ? kDefaultUpstream : "-");
        return;
    }
    out.put(record.namespace_name);
    out.put('-');
    out.put(record.service);
    out.put('-');
    out.put(record.service_port);
}

}  // namespace

void write_nginx_text(TextWriter& out, std::string_view text) {
    if (text.empty()) out.put('-');
    while (!text.empty()) {
        const auto stranger = std::ranges::find_if(text, needs_escape);
        const auto plain = static_cast<std::size_t>(stranger - text.begin());
        out.put(text.substr(0, plain));
        if (plain == text.size()) return;
        const auto byte = static_cast<unsigned char>(*stranger);
        out.put("\\x");
        out.put(kHex[byte >> 4]);
        out.put(kHex[byte & 0xF]);
        text.remove_prefix(plain + 1);
    }
}

void LineFormat::append(std::string& to, const LogRecord& record) {
    append_written(to, max_line_bytes(record), [&](TextWriter& out) {
        if (format_ == log::Format::json) {
            write_json_line(out, record);
        } else if (record.session) {
            write_session(out, record);
        } else {
            write_text(out, record);
        }
    });
}

void LineFormat::write_text(TextWriter& out, const LogRecord& record) {
    out.set_end(record.remote.ip.write(out.end()));
    out.put(" - ");
    write_nginx_text(out, record.user);
    out.put(" [");
    out.put(local_time(record.time));
    out.put("] \"");
    write_request(out, record);
    out.put("\" ");
    write_status(out, record.status);
    out.put(' ');
    out.number(record.body_bytes);
    out.put(" \"");
    write_nginx_text(out, record.referer);
    out.put("\" \"");
    write_nginx_text(out, record.user_agent);
    out.put("\" ");
    out.number(record.request_bytes);
    out.put(' ');
    out.seconds(record.request_time, 3);
    out.put(" [");
    write_upstream_name(out, record);
    out.put("] []");
    write_attempts(out, record,
                   [&](const Attempt& a) { out.set_end(a.endpoint.write(out.end())); });
    write_attempts(out, record, [&](const Attempt& a) { out.number(a.body_bytes); });
    write_attempts(out, record, [&](const Attempt& a) { out.seconds(a.response_time, 3); });
    write_attempts(out, record, [&](const Attempt& a) { write_status(out, status_of(a)); });
    out.put(' ');
    write_nginx_text(out, record.request_id);
    out.put('\n');
}

void LineFormat::write_session(TextWriter& out, const LogRecord& record) {
    out.put('[');
    out.set_end(record.remote.ip.write(out.end()));
    out.put("] [");
    out.put(local_time(record.time));
    out.put("] ");
    out.put(record.protocol);
    out.put(' ');
    write_status(out, record.status);
    out.put(' ');
    out.number(record.response_bytes);
    out.put(' ');
    out.number(record.request_bytes);
    out.put(' ');
    out.seconds(record.request_time, 3);
    out.put('\n');
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
