// What reading a request promises of any bytes: scanned whole or in two pieces they say the same, and
// what is accepted and sent on is read again as the same request.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/head_scan.h"
#include "proxy/http1/request_parser.h"
#include "proxy/http1/serialise.h"

namespace {

using namespace breakwater;
using http::RequestHead;

using Found = Result<std::optional<std::size_t>>;

constexpr table::HeadLimits kLimits{.line_bytes = 512, .head_bytes = 1024};
/// What encoding and a Host may add to a head on its way through.
constexpr table::HeadLimits kWide{.line_bytes = 4096, .head_bytes = 8192};
constexpr table::HeadLimits kNoLimits{.line_bytes = 1U << 30, .head_bytes = 1U << 30};

Found scan_in_two(std::string_view bytes, std::size_t cut) {
    http1::HeadScan scan(http1::MessageKind::request, kLimits);
    const std::string first(bytes.substr(0, cut));
    const Found early = scan.find(first);
    if (!early || *early) return early;
    return scan.find(bytes);
}

bool same(const Found& a, const Found& b) {
    if (a.has_value() != b.has_value()) return false;
    return a ? *a == *b : a.error().code == b.error().code;
}

std::string bytes_of(const RequestHead& head) {
    std::string to(http1::size_of(head), '\0');
    CHECK(http1::write(head, to.data()) == to.data() + to.size());
    return to;
}

/// As a connection to a pod sends it: with a Host, whatever form the target had.
void name_host(RequestHead& head) {
    head.fields.set_view("Host", head.authority.empty() ? "fallback.example" : head.authority);
}

void check_read_again(const RequestHead& head) {
    const std::string sent = bytes_of(head);
    http1::HeadScan scan(http1::MessageKind::request, kWide);
    const Found found = scan.find(sent);
    CHECK(found && *found == sent.size() && scan.skipped() == 0);

    Arena arena;
    RequestHead again(arena);
    CHECK(http1::parse_request_head(sent, again));
    CHECK(again.method_text == head.method_text && again.method == head.method);
    CHECK(again.path == head.path && again.query == head.query);
    CHECK(again.has_query == head.has_query && again.version == http::Version::v1_1);
    CHECK(head.host.empty() || again.host == head.host);
    CHECK(std::ranges::equal(again.fields, head.fields, [](const auto& a, const auto& b) {
        return a.name() == b.name() && a.value() == b.value() && a.id() == b.id();
    }));
    CHECK(bytes_of(again) == sent);
    const auto before = http1::request_framing(head.fields, head.version);
    const auto after = http1::request_framing(again.fields, again.version);
    CHECK(!before || (after && *after == *before));
}

/// What one pass takes for a whole head, the scan finds too.
void check_at_once(std::string_view bytes) {
    Arena arena;
    RequestHead head(arena);
    const auto length = http1::parse_request_head(bytes, head);
    if (!length) return;
    http1::HeadScan scan(http1::MessageKind::request, kNoLimits);
    const Found found = scan.find(bytes);
    CHECK(found && *found == *length && scan.skipped() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_at_once(bytes);
    http1::HeadScan scan(http1::MessageKind::request, kLimits);
    const Found found = scan.find(bytes);
    for (const std::size_t cut :
         {std::size_t{1}, size / 3, size / 2, size - std::min<std::size_t>(size, 1)}) {
        CHECK(same(scan_in_two(bytes, std::min(cut, size)), found));
    }
    if (!found || !*found) return 0;

    Arena arena;
    RequestHead head(arena);
    if (!http1::parse_request_head(bytes.substr(scan.skipped(), **found), head)) return 0;
    name_host(head);
    check_read_again(head);
    return 0;
}
