// SPDX-License-Identifier: MIT
#include "common/os/zone.hpp"

namespace os {

std::tm local_time(WallTime time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return parts;
}

} // namespace os
