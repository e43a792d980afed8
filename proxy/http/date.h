#pragma once
// The Date field's form of a time: IMF-fixdate, RFC 9110 section 5.6.7.

#include <string_view>

#include "proxy/base/clock.h"

namespace breakwater::http {

/// `Sun, 06 Nov 1994 08:49:37 GMT`. Made once a second and thread: the text belongs to the calling
/// thread and holds until its next call, so copy it where it has to last (Fields::set does).
/// @param now  in the years 0 to 9999
[[nodiscard]] std::string_view http_date(WallTime now);

}  // namespace breakwater::http
