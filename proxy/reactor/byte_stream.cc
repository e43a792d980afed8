#include "proxy/reactor/byte_stream.h"

namespace breakwater {

Task<Done> until_readable(ByteStream& stream, Deadline deadline) {
    Done ready = co_await stream.wait_readable(deadline);
    co_return ready;
}

}  // namespace breakwater
