#pragma once
// For tests: scans bytes whole and in pieces, and sees to it that all ways say the same.

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

#include "proxy/http1/head_scan.h"

namespace breakwater::http1 {

/// Bytes at an address of their own, so that AddressSanitizer sees a look behind their end.
inline std::vector<char> exactly(std::string_view bytes) { return {bytes.begin(), bytes.end()}; }

inline std::string_view view_of(const std::vector<char>& bytes) {
    return {bytes.data(), bytes.size()};
}

using Found = Result<std::optional<std::size_t>>;

inline void expect_same(const Found& got, const Found& want) {
    ASSERT_EQ(got.has_value(), want.has_value());
    if (want) {
        EXPECT_EQ(*got, *want);
    } else {
        EXPECT_EQ(got.error().code, want.error().code);
    }
}

/// In two pieces, for each place of the cut. A refusal may come with the first piece, a head may not
/// be found before its last byte.
inline void expect_cuts_agree(std::string_view bytes, const HeadScan& fresh, const Found& whole) {
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        SCOPED_TRACE(testing::Message() << "cut at " << cut);
        HeadScan scan = fresh;
        const auto first = exactly(bytes.substr(0, cut));
        const Found early = scan.find(view_of(first));
        if (!early || *early) {
            expect_same(early, whole);
            continue;
        }
        expect_same(scan.find(bytes), whole);
    }
}

inline void expect_bytes_agree(std::string_view bytes, HeadScan scan, const Found& whole) {
    SCOPED_TRACE("byte by byte");
    Found got = std::nullopt;
    for (std::size_t size = 0; size <= bytes.size() && got && !*got; ++size) {
        const auto piece = exactly(bytes.substr(0, size));
        got = scan.find(view_of(piece));
    }
    expect_same(got, whole);
}

/// @param scan  fresh; afterwards as the scan of the whole left it.
inline Found find_every_way(std::string_view bytes, HeadScan& scan) {
    const HeadScan fresh = scan;
    const auto all = exactly(bytes);
    const Found whole = scan.find(view_of(all));
    expect_cuts_agree(bytes, fresh, whole);
    expect_bytes_agree(bytes, fresh, whole);
    return whole;
}

/// The head that is all of `bytes`, but for empty lines before it.
inline Result<std::string_view> scan_head(std::string_view bytes, MessageKind kind) {
    constexpr table::HeadLimits kWide{.line_bytes = 16384, .head_bytes = 32768};
    HeadScan scan(kind, kWide);
    const Found found = find_every_way(bytes, scan);
    if (!found) return fail(found.error());
    EXPECT_TRUE(*found) << "incomplete";
    EXPECT_EQ(scan.skipped() + found->value_or(0), bytes.size());
    return bytes.substr(scan.skipped());
}

}  // namespace breakwater::http1
