#pragma once
// A record for the tests: two attempts, the second answered.

#include <array>

#include "proxy/serve/access_log_record.h"

namespace breakwater::serve {

inline const std::array<exchange::Attempt, 2> kExampleAttempts = [] {
    using std::chrono::milliseconds;
    std::array<exchange::Attempt, 2> attempts;
    attempts[0].endpoint = {IpAddress::v4({10, 0, 0, 1}), 8080};
    attempts[0].response_time = milliseconds(5);
    attempts[0].error = row(Err::connect_failed).token.data();
    attempts[1].endpoint = {*IpAddress::parse("fd00::2"), 8080};
    attempts[1].connect_time = milliseconds(1);
    attempts[1].header_time = milliseconds(30);
    attempts[1].response_time = milliseconds(31);
    attempts[1].body_bytes = 612;
    attempts[1].status = 200;
    return attempts;
}();

inline LogRecord example_record() {
    LogRecord record;
    record.time =
        WallTime(std::chrono::milliseconds(1'794'477'600'042));  // 12 Nov 2026 10:00:00.042
    record.request_time = std::chrono::microseconds(37'750);
    record.remote = {IpAddress::v4({192, 0, 2, 7}), 40000};
    record.status = 200;
    record.routed = true;
    record.request_bytes = 211;
    record.response_bytes = 840;
    record.body_bytes = 612;
    record.method = "GET";
    record.target = "/a?b=c";
    record.protocol = "HTTP/1.1";
    record.scheme = "https";
    record.host = "shop.example.com";
    record.user_agent = "curl/8.0";
    record.request_id = "0123456789abcdef";
    record.namespace_name = "shop";
    record.ingress = "front";
    record.service = "web";
    record.service_port = "80";
    record.route_host = "*.example.com";
    record.route_path = "/";
    record.attempts = kExampleAttempts;
    return record;
}

}  // namespace breakwater::serve
