#pragma once
// The webhook without its server: the body of a request in, the body of its answer out.
//
// It executes nothing and writes nothing, so a dry run is like any other. What it cannot judge it lets
// through, with a warning: whether the cluster then does without is decided by `failurePolicy`, which
// counts where nobody answers at all.

#include <cstdint>
#include <expected>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "controller/admission/judge.h"
#include "proxy/base/clock.h"

namespace breakwater::admission {

/// What was done so far.
struct Counts {
    std::uint64_t allowed = 0;
    std::uint64_t refused = 0;
    /// Let through: of another kind, before there was anything to judge by, one of too many.
    std::uint64_t unjudged = 0;
    std::uint64_t malformed = 0;  ///< no review that could be answered
    Duration last_took{};         ///< of the last that was judged
    Duration last_judging{};      ///< the same, without reading and writing it
    std::size_t last_ingresses = 0;
};

class Reviewer {
public:
    /// Nothing: not everything was read yet. Called on the thread that asks.
    using Look = std::function<std::optional<View>()>;

    /// @param clock  outlives this
    Reviewer(Look look, Law law, const Clock& clock = system_clock())
        : look_(std::move(look)), law_(std::move(law)), clock_(clock) {}

    /// Any thread, several at a time. @return an AdmissionReview
    /// @error one sentence, for a status of 400
    [[nodiscard]] std::expected<std::string, std::string> answer(std::string_view body);

    [[nodiscard]] Counts counts() const;

private:
    [[nodiscard]] Answer judge_one(const Review& review);
    void note(std::uint64_t Counts::* what);

    const Look look_;
    const Law law_;
    const Clock& clock_;
    mutable std::mutex mutex_;  ///< guards what follows
    Counts counts_;
};

}  // namespace breakwater::admission
