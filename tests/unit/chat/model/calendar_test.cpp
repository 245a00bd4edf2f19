// SPDX-License-Identifier: MIT
#include "chat/model/calendar.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

/// Two hours ahead of Greenwich.
std::tm eastern(WallTime time) {
    return chat::utc(time + 2h);
}

} // namespace

TEST_CASE("which day and hour it is depends on the place") {
    const WallTime late = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 23h + 30min;
    CHECK(chat::written("%a %d %b %Y %H:%M", late, chat::utc) == "Fri 20 Nov 2026 23:30");
    CHECK(chat::written("%a %H:%M", late, eastern) == "Sat 01:30");
    CHECK(chat::is_same_day(late, late - 1h, chat::utc));
    CHECK_FALSE(chat::is_same_day(late, late - 2h, eastern));
    CHECK_FALSE(chat::is_same_day(late, late - std::chrono::hours(24 * 365), chat::utc));
    CHECK(chat::written("", late, chat::utc).empty());
}
