#pragma once
// How much a peer may ask for that brings nobody anything: pings, settings, resets, empty frames. One
// that goes on so is not served any longer (RFC 9113 section 10.5; CVE-2019-9511 to 9518, CVE-2023-44487).
//
// A value; one thread.

#include <cstdint>

#include "proxy/base/clock.h"

namespace breakwater::http2 {

/// So much at once, and so much a second on the average.
class Allowance {
public:
    struct Rate {
        std::uint32_t at_once;
        std::uint32_t a_second;
    };

    Allowance(Rate rate, Time now) : rate_(rate), left_(rate.at_once), counted_(now) {}

    /// One more. @return false: that was one too many
    bool take(Time now);
    /// It has been earned by something of use. Never more than at first.
    void earn(std::uint32_t count);

private:
    Rate rate_;
    std::uint32_t left_;
    Time counted_;  ///< up to when the rate has been given
};

}  // namespace breakwater::http2
