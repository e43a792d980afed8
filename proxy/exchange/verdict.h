#pragma once
// Where a filter's step leads.

#include <utility>

#include "proxy/base/error.h"
#include "proxy/exchange/response.h"
#include "proxy/reactor/task.h"

namespace breakwater::exchange {

/// On (the default), to a reply, or to a task that will say so (it asks a service, it reads the body).
/// Two words and no allocation; one thread.
class Verdict {
public:
    Verdict() = default;                          ///< go on
    Verdict(Reply& reply) : reply_(&reply) {}     ///< answer with this; it lives in the exchange's arena
    Verdict(Task<Result<Reply*>> later) : later_(std::move(later)) {}  ///< null: go on

    [[nodiscard]] Reply* reply() const { return reply_; }
    [[nodiscard]] bool waits() const { return static_cast<bool>(later_); }
    /// Once, of a verdict that waits.
    Task<Result<Reply*>> settle() { return std::move(later_); }

private:
    Reply* reply_ = nullptr;
    Task<Result<Reply*>> later_;
};

}  // namespace breakwater::exchange
