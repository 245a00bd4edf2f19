// SPDX-License-Identifier: MIT
// How long a round trip takes (RFC 9002, section 5), and what follows from that: when a packet counts as
// late, and how long an answer is waited for.
#pragma once

#include "common/base/time.hpp"

#include <optional>

namespace session {

class Rtt {
  public:
    /// A packet was acknowledged `sample` after it had left; the peer says that it waited for `delay`.
    void add(Duration sample, Duration delay);

    /// Nothing before the first measurement.
    std::optional<Duration> smoothed() const { return has_sample_ ? std::optional(smoothed_) : std::nullopt; }
    /// A packet older than this is lost, if a later one has arrived (section 6.1.2).
    Duration loss_delay() const;
    /// How long an answer is waited for before it is asked for (section 6.2.1).
    Duration probe_timeout() const;

  private:
    bool has_sample_ = false;
    Duration smoothed_{};
    Duration variation_{};
    Duration latest_{};
};

} // namespace session
