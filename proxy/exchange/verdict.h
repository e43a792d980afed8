#pragma once
// Where a filter's step leads.

#include <utility>

#include "proxy/base/error.h"
#include "proxy/exchange/response.h"
#include "proxy/reactor/task.h"

namespace breakwater::exchange {

/// On (the default), to a reply, to an error and its page, or to a task that will say so (the filter
/// asks a service, or reads the body). A value of a few words; one thread.
class Verdict {
public:
    Verdict() = default;                     ///< go on
    Verdict(Reply& reply) : now_(&reply) {}  ///< answer with this; it lives in the exchange's arena
    Verdict(std::unexpected<Error> error) : now_(error) {}             ///< the request ends here
    Verdict(Task<Result<Reply*>> later) : later_(std::move(later)) {}  ///< null: go on

    /// The reply, null to go on, or the error; of a verdict that does not wait.
    [[nodiscard]] Result<Reply*> now() const { return now_; }
    [[nodiscard]] bool waits() const { return static_cast<bool>(later_); }
    /// Once, of a verdict that waits.
    Task<Result<Reply*>> settle() { return std::move(later_); }

private:
    Result<Reply*> now_ = nullptr;
    Task<Result<Reply*>> later_;
};

}  // namespace breakwater::exchange
