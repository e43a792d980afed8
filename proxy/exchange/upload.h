#pragma once
// The request's body on its way to a pod, while the head and then the body of the answer are read.
//
// One worker.

#include <optional>
#include <utility>

#include "proxy/base/error.h"
#include "proxy/reactor/task.h"

namespace breakwater::exchange {

class Upload {
public:
    /// Starts it.
    /// @param sending  null: all of the request has left
    explicit Upload(Task<Done> sending) : sending_(std::move(sending)), complete_(!sending_) {
        if (sending_) sending_.start();
    }

    [[nodiscard]] bool running() const { return sending_ && !sending_.done(); }
    /// Whether the whole body has been sent, as far as failure() has seen.
    [[nodiscard]] bool complete() const { return complete_; }
    /// Whether neither it nor its end is still to be heard of.
    [[nodiscard]] bool settled() const { return !sending_; }
    /// The final head is here. The answer now goes on whatever becomes of the upload: a client that stops sending, or a
    /// pod that stops reading, has heard or said enough (nginx does the same). Only a client that has gone ends it.
    void answer_begins() { answered_ = true; }
    /// Why its end ends the whole attempt, if it does: where the failure is the request's own there is
    /// nobody to answer or nothing to ask, and a pod that has taken nothing for the whole send timeout
    /// has had its time. A pod that has closed its ear may still answer: it is listened to.
    [[nodiscard]] std::optional<Error> failure() {
        if (sending_ && sending_.done()) note_end();
        const bool ends = failure_ && (!answered_ || failure_->code == Err::client_gone);
        return ends ? failure_ : std::nullopt;
    }
    /// What the attempt failed with where reading says this: the upload's reason, if it has one, goes before.
    [[nodiscard]] Error reason_or(const Error& reading);
    /// Until one of both has come to its end. While it runs, and `reading` has been started.
    [[nodiscard]] Either<Done, Done> beside(Task<Done>& reading) { return {sending_, reading}; }
    /// Until `reading` has come to its end, which is what this says, or failure() to something.
    [[nodiscard]] Task<Done> watch_over(Task<Done> reading) {
        return running() ? wait_beside(std::move(reading)) : std::move(reading);
    }
    /// Ends it where it waits.
    void cancel() { sending_.reset(); }

private:
    void note_end();
    Task<Done> wait_beside(Task<Done> reading);

    Task<Done> sending_;
    bool complete_;
    bool answered_ = false;
    std::optional<Error> failure_;  ///< that of an upload which was not the pod's to end
};

}  // namespace breakwater::exchange
