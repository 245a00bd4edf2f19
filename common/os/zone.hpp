// SPDX-License-Identifier: MIT
// The only place that reads the time zone.
#pragma once

#include "common/base/time.hpp"

#include <ctime>

namespace os {

/// What clock and calendar say here.
std::tm local_time(WallTime time);

} // namespace os
