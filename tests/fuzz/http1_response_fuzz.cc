// What reading a response promises of any bytes: what is accepted and sent on is read again as the
// same response, with the same body behind it.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/head_scan.h"
#include "proxy/http1/response_parser.h"
#include "proxy/http1/serialise.h"

namespace {

using namespace breakwater;
using http::ResponseHead;

constexpr table::HeadLimits kNoLimits{.line_bytes = 1U << 30, .head_bytes = 1U << 30};

void check_framing(const ResponseHead& head, const ResponseHead& again, http::Method method) {
    const auto before = http1::response_framing(head, method);
    const auto after = http1::response_framing(again, method);
    CHECK(!before || (after && *after == *before));
    CHECK(!before || method != http::Method::head || before->kind == http1::Framing::Kind::none);
}

std::string bytes_of(const ResponseHead& head) {
    std::string to(http1::size_of(head), '\0');
    CHECK(http1::write(head, to.data()) == to.data() + to.size());
    return to;
}

/// What one pass takes for a whole head, the scan finds too.
void check_at_once(std::string_view bytes) {
    Arena arena;
    ResponseHead head(arena);
    const auto length = http1::parse_response_head(bytes, head);
    if (!length) return;
    http1::HeadScan scan(http1::MessageKind::response, kNoLimits);
    const auto found = scan.find(bytes);
    CHECK(found && *found == *length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_at_once(bytes);
    http1::HeadScan scan(http1::MessageKind::response, http1::kResponseHeadLimits);
    const auto found = scan.find(bytes);
    if (!found || !*found) return 0;
    CHECK(scan.skipped() == 0);

    Arena arena;
    ResponseHead head(arena);
    if (!http1::parse_response_head(bytes.substr(0, **found), head)) return 0;
    const std::string sent = bytes_of(head);

    Arena other;
    ResponseHead again(other);
    CHECK(http1::parse_response_head(sent, again));
    CHECK(again.status == head.status && again.reason == head.reason);
    CHECK(std::ranges::equal(again.fields, head.fields, [](const auto& a, const auto& b) {
        return a.name() == b.name() && a.value() == b.value() && a.id() == b.id();
    }));
    CHECK(bytes_of(again) == sent);
    check_framing(head, again, http::Method::get);
    check_framing(head, again, http::Method::head);
    return 0;
}
