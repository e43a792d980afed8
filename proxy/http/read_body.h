#pragma once
// A whole body in memory: for what the proxy asks on its own behalf.
//
// One thread.

#include <cstddef>
#include <string>

#include "proxy/http/body.h"

namespace breakwater::http {

/// @param from  outlives the task.
/// @error of the source; bad_response where there are more than `most_bytes`
Task<Result<std::string>> read_body(BodySource& from, std::size_t most_bytes);

}  // namespace breakwater::http
