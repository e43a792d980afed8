#include "controller/kube/timestamp.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace breakwater::kube {
namespace {

/// Takes what it expects off the front of the text; after the first surprise it is `bad`.
struct Cursor {
    std::string_view rest;
    bool bad = false;

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const char c = take();
            if (c < '0' || c > '9') bad = true;
            value = value * 10 + (c - '0');
        }
        return bad ? 0 : value;
    }
    void literal(char wanted) {
        if (take() != wanted) bad = true;
    }
    char take() {
        if (rest.empty()) {
            bad = true;
            return '\0';
        }
        const char c = rest.front();
        rest.remove_prefix(1);
        return c;
    }
    [[nodiscard]] bool at(char c) const { return rest.starts_with(c); }
};

std::chrono::microseconds fraction(Cursor& in) {
    std::chrono::microseconds out{0};
    int digits = 0;
    for (int weight = 100'000; !in.rest.empty() && in.rest[0] >= '0' && in.rest[0] <= '9';
         weight /= 10, ++digits) {
        out += std::chrono::microseconds(in.digits(1) * weight);
    }
    if (digits == 0) in.bad = true;
    return out;
}

std::chrono::minutes offset(Cursor& in) {
    const char sign = in.take();
    if (sign == 'Z' || sign == 'z') return {};
    if (sign != '+' && sign != '-') in.bad = true;
    const int hours = in.digits(2);
    in.literal(':');
    const int minutes = in.digits(2);
    if (hours > 23 || minutes > 59) in.bad = true;
    const auto distance = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return sign == '-' ? -distance : distance;
}

}  // namespace

std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_timestamp(
    std::string_view text) {
    using namespace std::chrono;
    Cursor in{text};
    const year y(in.digits(4));
    in.literal('-');
    const month m(static_cast<unsigned>(in.digits(2)));
    in.literal('-');
    const day d(static_cast<unsigned>(in.digits(2)));
    if (!in.at('T') && !in.at('t')) return std::nullopt;
    in.take();
    const int hour = in.digits(2);
    in.literal(':');
    const int minute = in.digits(2);
    in.literal(':');
    const int second = in.digits(2);
    microseconds part{0};
    if (in.at('.')) {
        in.take();
        part = fraction(in);
    }
    const minutes from_utc = offset(in);
    const year_month_day date(y, m, d);
    // 60 is a leap second: the second after 59, as everybody reads it.
    if (in.bad || !in.rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + part - from_utc;
}

std::string format_timestamp(std::chrono::system_clock::time_point at) {
    using namespace std::chrono;
    const auto whole = floor<seconds>(at);
    const auto part = floor<microseconds>(at - whole);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(system_clock::to_time_t(whole)),
                       part.count());
}

}  // namespace breakwater::kube
