// SPDX-License-Identifier: MIT
#include "chat/model/calendar.hpp"

#include "chat/translate.hpp"

#include <array>

namespace chat {

std::tm utc(WallTime time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

std::string written(const std::string& format, const std::tm& time) {
    std::array<char, 128> out{};
    return {out.data(), std::strftime(out.data(), out.size(), format.c_str(), &time)};
}

std::string written(const std::string& format, WallTime time, Zone zone) {
    return written(format, zone(time));
}

std::string day_in_words(WallTime time, Zone zone) {
    const auto day = zone(time);
    // Those of our own translation: the user's locale may not be installed.
    const std::array weekdays = {tr("Sun"), tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat")};
    const auto& weekday = weekdays.at(static_cast<std::size_t>(day.tm_wday));
    return written(tr("{0} %d %b %Y", {weekday}), day);
}

bool is_same_day(WallTime a, WallTime b, Zone zone) {
    const auto first = zone(a);
    const auto second = zone(b);
    return first.tm_yday == second.tm_yday && first.tm_year == second.tm_year;
}

} // namespace chat
