#include "proxy/http/date.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace breakwater::http {
namespace {

constexpr std::size_t kDateBytes = 29;
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void format(std::chrono::sys_seconds second, char* to) {
    const auto midnight = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day day(midnight);
    const std::chrono::hh_mm_ss time(second - midnight);
    fmt::format_to_n(to, kDateBytes, "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[std::chrono::weekday(midnight).c_encoding()],
                     static_cast<unsigned>(day.day()),
                     kMonths[static_cast<unsigned>(day.month()) - 1], static_cast<int>(day.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace

std::string_view http_date(WallTime now) {
    thread_local std::array<char, kDateBytes> text;
    thread_local std::chrono::sys_seconds shown = std::chrono::sys_seconds::min();

    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != shown) {
        format(second, text.data());
        shown = second;
    }
    return {text.data(), text.size()};
}

}  // namespace breakwater::http
