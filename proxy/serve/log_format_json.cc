#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "proxy/base/json_text.h"
#include "proxy/serve/log_format.h"

namespace breakwater::serve {
namespace {

/// One object, member by member.
class Object {
public:
    explicit Object(std::string& to) : to_(to) { to_ += '{'; }

    void text(std::string_view key, std::string_view value) {
        this->key(key);
        append_json_string(to_, value);
    }
    void number(std::string_view key, std::uint64_t value) {
        this->key(key);
        fmt::format_to(std::back_inserter(to_), "{}", value);
    }
    void seconds(std::string_view key, Duration value) {
        this->key(key);
        fmt::format_to(std::back_inserter(to_), "{:.6f}",
                       std::chrono::duration<double>(value).count());
    }
    /// What follows is its value.
    void key(std::string_view key) {
        if (!first_) to_ += ',';
        first_ = false;
        to_ += '"';
        to_ += key;
        to_ += "\":";
    }
    void end() { to_ += '}'; }

private:
    std::string& to_;
    bool first_ = true;
};

/// RFC 3339, UTC.
std::string time_text(WallTime time) {
    const auto millis =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time)), millis % 1000);
}

void append_upstream(std::string& to, const exchange::Attempt& attempt) {
    Object object(to);
    object.text("addr", attempt.endpoint.to_string());
    object.number("status", static_cast<std::uint64_t>(attempt.status));
    object.seconds("connect_time", attempt.connect_time);
    object.seconds("header_time", attempt.header_time);
    object.seconds("response_time", attempt.response_time);
    object.number("bytes", attempt.body_bytes);
    object.text("error", attempt.error ? attempt.error : "");
    object.end();
}

void append_upstreams(std::string& to, const LogRecord& record) {
    to += '[';
    for (const exchange::Attempt& attempt : record.attempts) {
        if (&attempt != record.attempts.data()) to += ',';
        append_upstream(to, attempt);
    }
    to += ']';
}

void append_request(Object& object, const LogRecord& record) {
    object.text("remote_addr", record.remote.ip.to_string());
    object.number("remote_port", record.remote.port);
    object.text("remote_user", record.user);
    object.text("method", record.method);
    object.text("scheme", record.scheme);
    object.text("host", record.host);
    object.text("uri", record.target);
    object.text("protocol", record.protocol);
    object.text("referer", record.referer);
    object.text("user_agent", record.user_agent);
    object.text("request_id", record.request_id);
}

void append_route(Object& object, const LogRecord& record) {
    object.text("namespace", record.namespace_name);
    object.text("ingress", record.ingress);
    object.text("service", record.service);
    object.text("service_port", record.service_port);
    object.text("route_host", record.route_host);
    object.text("route_path", record.route_path);
}

}  // namespace

void append_json_line(std::string& to, const LogRecord& record) {
    Object object(to);
    object.text("time", time_text(record.time));
    append_request(object, record);
    object.number("status", static_cast<std::uint64_t>(record.status));
    object.number("request_bytes", record.request_bytes);
    object.number("response_bytes", record.response_bytes);
    object.number("body_bytes", record.body_bytes);
    object.seconds("request_time", record.request_time);
    append_route(object, record);
    object.key("upstreams");
    append_upstreams(to, record);
    object.text("error", record.error ? row(*record.error).token : "");
    object.text("error_detail", record.error_detail);
    object.end();
    to += '\n';
}

}  // namespace breakwater::serve
