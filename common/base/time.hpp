// SPDX-License-Identifier: MIT
// The two kinds of time. Cores take either as a parameter; only net/event_loop reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

/// A clock without now(): a core that wants the time must be given it.
struct Monotonic {
    using rep = std::int64_t;
    using period = std::nano;
    using duration = std::chrono::nanoseconds;
    using time_point = std::chrono::time_point<Monotonic>;
    static constexpr bool is_steady = true;
};

using Duration = Monotonic::duration;
/// A point on the monotonic clock: for deadlines and rates. Means nothing to another machine.
using Instant = Monotonic::time_point;
/// A point on the calendar (UTC): for what people read. Never used to measure.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
