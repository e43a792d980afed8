#pragma once
// The fields behind a body, as they come: RFC 9113 section 8.1. One thread.

#include <cstddef>
#include <optional>
#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/fields.h"

namespace breakwater::http2 {

/// Whose trailers they are.
enum class Sender : bool { client, pod };

class TrailerReader {
public:
    TrailerReader(Arena& arena, Sender sender) : fields_(arena), sender_(sender) {}

    /// The next field; both texts are copied. What may not stand there is dropped.
    /// @return whether it was not too much
    [[nodiscard]] bool add(std::string_view name, std::string_view value);
    [[nodiscard]] const http::Fields& fields() const { return fields_; }

private:
    http::Fields fields_;
    Sender sender_;
    std::size_t bytes_ = 0;
};

}  // namespace breakwater::http2
