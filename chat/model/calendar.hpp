// SPDX-License-Identifier: MIT
// Moments as people write them. Which day and hour it is depends on the place, so that is handed in.
#pragma once

#include "common/base/time.hpp"

#include <ctime>
#include <string>

namespace chat {

/// A time zone: what clock and calendar say there at a moment.
using Zone = std::tm (*)(WallTime);
/// Greenwich's.
std::tm utc(WallTime time);

/// As strftime(3) has it, in the user's language; empty if that is longer than 127 bytes.
std::string written(const std::string& format, const std::tm& time);
std::string written(const std::string& format, WallTime time, Zone zone);

/// "Fri 20 Nov 2026", as the user's language has it.
std::string day_in_words(WallTime time, Zone zone);

bool is_same_day(WallTime a, WallTime b, Zone zone);

} // namespace chat
