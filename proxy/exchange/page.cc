#include "proxy/exchange/page.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "proxy/http/head.h"

namespace breakwater::exchange {
namespace {

constexpr int kFirst = 300;
constexpr int kEnd = 600;

std::array<std::string, kEnd - kFirst> all_pages() {
    std::array<std::string, kEnd - kFirst> pages;
    for (int status = kFirst; status < kEnd; ++status) {
        pages[status - kFirst] =
            fmt::format("<!doctype html><title>{0} {1}</title><h1>{0} {1}</h1>\n", status,
                        http::reason_phrase(status));
    }
    return pages;
}

}  // namespace

std::string_view page_of(int status) {
    static const auto pages = all_pages();
    if (status < kFirst || status >= kEnd) return {};
    return pages[status - kFirst];
}

}  // namespace breakwater::exchange
