// SPDX-License-Identifier: MIT
// The only place that reads a clock.
#pragma once

#include "common/base/time.hpp"
#include "common/os/descriptor.hpp"

namespace os {

/// Of CLOCK_BOOTTIME, which goes on while the machine sleeps.
Instant monotonic_now();
/// Of the system's calendar, which may leap.
WallTime wall_now();

/// Becomes readable when the system's wall clock is set (timerfd).
class ClockWatch {
  public:
    ClockWatch();
    int fd() const { return descriptor_.get(); }
    /// Until the next time.
    void rearm() const;

  private:
    Descriptor descriptor_;
};

} // namespace os
