// SPDX-License-Identifier: MIT
// The only place that reads the time zone.
#pragma once

#include "common/base/time.hpp"

#include <ctime>

namespace os {

/// The date and time of day in the user's time zone.
std::tm local_time(WallTime time);

} // namespace os
