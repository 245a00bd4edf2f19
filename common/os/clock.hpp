// SPDX-License-Identifier: MIT
// The only place that reads a clock.
#pragma once

#include "common/base/time.hpp"
#include "common/os/descriptor.hpp"

namespace os {

/// CLOCK_BOOTTIME, which goes on while the machine sleeps.
Instant monotonic_now();
/// The system's wall clock, which may leap.
WallTime wall_now();

/// Becomes readable when the system's wall clock is set (timerfd).
class ClockWatch {
  public:
    ClockWatch();
    int fd() const { return descriptor_.get(); }
    /// Waits for the next time that the clock is set.
    void rearm() const;

  private:
    Descriptor descriptor_;
};

} // namespace os
