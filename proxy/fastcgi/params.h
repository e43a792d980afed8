#pragma once
// The parameters of a request on the wire: FastCGI 1.0 sections 3.4 and 5.2.
//
// Pure; no allocation. Any thread.

#include <cstddef>
#include <span>
#include <string_view>

namespace breakwater::fastcgi {

/// Borrowed. Any bytes; each less than 2^31 of them.
struct Param {
    std::string_view name;
    std::string_view value;
};

/// What write_params() writes.
[[nodiscard]] std::size_t size_of_params(std::span<const Param> params);
/// The whole stream, in as many records as it takes, with the one that ends it.
/// @return behind it
char* write_params(std::span<const Param> params, char* to);

}  // namespace breakwater::fastcgi
