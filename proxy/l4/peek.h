#pragma once
// A look at what a connection begins with, before anybody has read of it. The worker's thread.

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <string_view>

#include "proxy/base/error.h"
#include "proxy/base/try.h"
#include "proxy/reactor/buffer.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/task.h"

namespace breakwater::l4 {

/// Waits until `parse` knows what the connection's first bytes are; takes none of them.
///
/// @param fd     non-blocking, registered with no poller; open until the task has ended
/// @param parse  nothing while it needs more. It is shown BlockPool::kBlockBytes at the most, and knows
///               by then.
/// @error of `parse`; io_timeout, io_closed, io_failed
template <class T>
Task<Result<T>> peek(Reactor& reactor, int fd, Deadline deadline,
                     Result<std::optional<T>> (*parse)(std::string_view bytes)) {
    Watch watch(reactor, fd);
    watch.enter();
    for (;;) {
        Ref<Block> block = reactor.blocks().take();
        const ssize_t seen = recv(fd, block->data(), block->size(), MSG_PEEK);
        if (seen == 0) co_return fail(Err::io_closed);
        if (seen > 0) {
            CO_LET(found, parse({block->data(), static_cast<std::size_t>(seen)}));
            if (found) co_return *std::move(found);
        } else if (errno != EAGAIN && errno != EINTR) {
            co_return fail(Err::io_failed);
        }
        if (watch.hung_up) co_return fail(Err::io_closed);  // no more will come
        watch.readable = false;
        block.reset();  // a connection that waits holds none
        CO_TRY(co_await IoWait(watch, Direction::read, deadline));
    }
}

}  // namespace breakwater::l4
