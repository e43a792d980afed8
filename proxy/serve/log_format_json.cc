#include <chrono>

#include "proxy/base/json_text.h"
#include "proxy/serve/log_format.h"

namespace breakwater::serve {
namespace {

/// One object, member by member.
class Object {
public:
    explicit Object(TextWriter& out) : out_(out) { out_.put('{'); }

    void text(std::string_view key, std::string_view value) {
        this->key(key);
        write_json_string(out_, value);
    }
    void number(std::string_view key, std::uint64_t value) {
        this->key(key);
        out_.number(value);
    }
    void seconds(std::string_view key, Duration value) {
        this->key(key);
        out_.seconds(value, 6);
    }
    /// What follows is its value.
    void key(std::string_view key) {
        if (!first_) out_.put(',');
        first_ = false;
        out_.put('"');
        out_.put(key);
        out_.put("\":");
    }
    void end() { out_.put('}'); }

private:
    TextWriter& out_;
    bool first_ = true;
};

/// An address needs no escapes.
template <class Address>
void write_quoted(TextWriter& out, const Address& address) {
    out.put('"');
    out.set_end(address.write(out.end()));
    out.put('"');
}

/// RFC 3339, UTC.
void write_time(TextWriter& out, WallTime time) {
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day day(midnight);
    const std::chrono::hh_mm_ss clock(
        std::chrono::floor<std::chrono::milliseconds>(time - midnight));
    const auto digits = [&out](auto value, int count) {
        out.digits(static_cast<std::uint64_t>(value), count);
    };
    out.put('"');
    digits(static_cast<int>(day.year()), 4);
    out.put('-');
    digits(static_cast<unsigned>(day.month()), 2);
    out.put('-');
    digits(static_cast<unsigned>(day.day()), 2);
    out.put('T');
    digits(clock.hours().count(), 2);
    out.put(':');
    digits(clock.minutes().count(), 2);
    out.put(':');
    digits(clock.seconds().count(), 2);
    out.put('.');
    digits(clock.subseconds().count(), 3);
    out.put("Z\"");
}

void write_upstream(TextWriter& out, const exchange::Attempt& attempt) {
    Object object(out);
    object.key("addr");
    write_quoted(out, attempt.endpoint);
    object.number("status", static_cast<std::uint64_t>(attempt.status));
    object.seconds("connect_time", attempt.connect_time);
    object.seconds("header_time", attempt.header_time);
    object.seconds("response_time", attempt.response_time);
    object.number("bytes", attempt.body_bytes);
    object.text("error", attempt.error ? attempt.error : "");
    object.end();
}

void write_upstreams(TextWriter& out, const LogRecord& record) {
    out.put('[');
    for (const exchange::Attempt& attempt : record.attempts) {
        if (&attempt != record.attempts.data()) out.put(',');
        write_upstream(out, attempt);
    }
    out.put(']');
}

void write_request(TextWriter& out, Object& object, const LogRecord& record) {
    object.key("remote_addr");
    write_quoted(out, record.remote.ip);
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

void write_route(Object& object, const LogRecord& record) {
    object.text("namespace", record.namespace_name);
    object.text("ingress", record.ingress);
    object.text("service", record.service);
    object.text("service_port", record.service_port);
    object.text("route_host", record.route_host);
    object.text("route_path", record.route_path);
}

}  // namespace

void write_json_line(TextWriter& out, const LogRecord& record) {
    Object object(out);
    object.key("time");
    write_time(out, record.time);
    write_request(out, object, record);
    object.number("status", static_cast<std::uint64_t>(record.status));
    if (record.grpc_status) {
        object.number("grpc_status", static_cast<std::uint64_t>(*record.grpc_status));
    }
    object.number("request_bytes", record.request_bytes);
    object.number("response_bytes", record.response_bytes);
    object.number("body_bytes", record.body_bytes);
    object.seconds("request_time", record.request_time);
    write_route(object, record);
    object.key("upstreams");
    write_upstreams(out, record);
    object.text("error", record.error ? row(*record.error).token : "");
    object.text("error_detail", record.error_detail);
    object.end();
    out.put('\n');
}

}  // namespace breakwater::serve
