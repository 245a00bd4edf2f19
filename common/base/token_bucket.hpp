// SPDX-License-Identifier: MIT
#pragma once

#include "common/base/time.hpp"

#include <algorithm>

/// So many at once, then so many in each `period`.
struct Rate {
    int burst = 1; ///< at least 1
    int count = 1; ///< at least 1
    Duration period = std::chrono::seconds(1);
    bool operator==(const Rate&) const = default;
};

/// Holds to a Rate; starts full. Kept as the one time that the generic cell rate algorithm needs (ITU-T
/// I.371, annex A): when a stream at exactly the rate would have come this far.
class TokenBucket {
  public:
    /// Takes `count` if there are so many.
    bool spend(const Rate& rate, Instant now, int count = 1) {
        if (ready_at(rate, count) > now) return false;
        conforming_ = std::max(conforming_, now) + count * interval(rate);
        return true;
    }
    /// Takes `count` whether they are there or not.
    void charge(const Rate& rate, int count, Instant now) {
        conforming_ = std::max(conforming_, now) + count * interval(rate);
    }
    /// Puts `count` back that were taken for nothing.
    void give_back(const Rate& rate, int count = 1) { conforming_ -= count * interval(rate); }
    /// Whether nothing is missing: a new one would do as well.
    bool is_full(Instant now) const { return conforming_ <= now; }
    /// When the next spend() of so many succeeds.
    Instant ready_at(const Rate& rate, int count = 1) const {
        return conforming_ - (rate.burst - count) * interval(rate);
    }

  private:
    static Duration interval(const Rate& rate) { return rate.period / rate.count; }

    Instant conforming_{};
};
