// SPDX-License-Identifier: MIT
#include "common/os/clock.hpp"

#include <sys/timerfd.h>

#include <cerrno>
#include <ctime>
#include <limits>

namespace os {

Instant monotonic_now() {
    // CLOCK_BOOTTIME goes on through a suspend, so that deadlines do not stretch by it.
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return Instant(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

WallTime wall_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ClockWatch::ClockWatch()
    : descriptor_(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
    if (!descriptor_) fail("cannot watch the clock");
    rearm();
}

void ClockWatch::rearm() const {
    // A timer that never expires by itself; setting the clock cancels it: timerfd_create(2).
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<time_t>::max();
    if (timerfd_settime(fd(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) != 0 &&
        errno != ECANCELED)
        fail("cannot watch the clock");
}

} // namespace os
