// SPDX-License-Identifier: MIT
#include "chatd/room/wall_clock.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;

namespace {

const WallTime noon{1'795'176'000'000ms}; // 2026-11-20

/// A room's clock, with the two that it is given.
struct Clocks {
    WallTime pass(Duration duration) {
        now += duration;
        system += std::chrono::floor<std::chrono::milliseconds>(duration);
        return clock.read(system, now);
    }
    WallTime leap(std::chrono::milliseconds by) {
        system += by;
        return clock.read(system, now);
    }
    /// What was logged since the last time, as "level: text".
    std::string logged() {
        std::string all;
        for (const auto& notice : clock.drain_notices()) {
            CHECK(notice.keyword == "clock");
            all += (notice.level == chatd::Level::warning ? "warning: " : "info: ") + notice.detail;
        }
        return all;
    }

    WallTime system = noon;
    Instant now{3h};
    chatd::WallClock clock{system, now};
};

constexpr auto day = std::chrono::milliseconds(24h);

} // namespace

TEST_CASE("the room's time is the system's, also when that is put right by hours") {
    Clocks clocks;
    CHECK(clocks.clock.time() == noon);
    CHECK(clocks.pass(10min) == noon + 10min);
    CHECK(clocks.leap(23h) == clocks.system);
    CHECK(clocks.pass(1ms) == clocks.system);
    CHECK(clocks.logged().empty());
    CHECK_FALSE(clocks.clock.next_deadline());
    CHECK_FALSE(clocks.clock.accept());
    CHECK(clocks.clock.description() ==
          "the room's time is 2026-11-21 11:10 UTC, as the system's clock says");
}

TEST_CASE("a machine that slept for days has not leapt") {
    Clocks clocks;
    CHECK(clocks.pass(48h) == noon + 2 * day); // both clocks count sleep
    CHECK(clocks.pass(1000h) == clocks.system);
    CHECK(clocks.logged().empty());
}

TEST_CASE("a clock that leaps either way is told, and not believed until it has run on for an hour") {
    for (const auto leap : {3650 * day, -400 * day}) {
        CAPTURE(leap.count());
        Clocks clocks;
        clocks.pass(1min);
        CHECK(clocks.leap(leap) == noon + 1min);
        const auto warning = clocks.logged();
        CHECK(warning.find("warning: the system's clock leapt") == 0);
        CHECK(warning.find(leap > 0ms ? "2036-11-17 12:01 UTC, 3650 days ahead"
                                      : "2025-10-16 12:01 UTC, 400 days behind") != std::string::npos);
        CHECK(warning.find("/clock accept") != std::string::npos);
        CHECK(clocks.clock.next_deadline() == clocks.now + 1h);
        CHECK(clocks.pass(59min) == noon + 60min); // by the old reckoning
        CHECK(clocks.logged().empty());
        CHECK(clocks.clock.description().find("that is taken in 1 minute, or at once with /clock accept") !=
              std::string::npos);
        const auto then = clocks.pass(1min);
        CHECK(then == std::max(noon + 60min, noon + leap + 61min));
        CHECK(clocks.logged().find("info: the system's clock has run on") == 0);
        CHECK_FALSE(clocks.clock.next_deadline());
        const auto later = clocks.pass(1min);
        CHECK(later == (leap > 0ms ? clocks.system : then + 30s)); // it never goes back
        CHECK(clocks.logged().empty());
    }
}

TEST_CASE(
    "where the system's clock is put back, the room's time goes half as fast until that has caught up") {
    Clocks clocks;
    clocks.leap(-60min);
    CHECK(clocks.clock.time() == noon);
    for (int i = 0; i < 1000; ++i) clocks.pass(60ms + 100us); // however often it is read
    CHECK(clocks.clock.time() == noon + 30050ms);
    CHECK(clocks.clock.description().find(
              "put back, and says 2026-11-20 11:01 UTC: the room's time goes half as fast for 120 minutes") !=
          std::string::npos);
    clocks.pass(119min);
    CHECK(clocks.pass(1s) == clocks.system);
    CHECK(clocks.clock.description().find("as the system's clock says") != std::string::npos);
    CHECK(clocks.logged().empty());
}

TEST_CASE("a room that has entries of a later time goes on from there") {
    Clocks clocks;
    clocks.clock.begin_after(noon + 1h);
    CHECK(clocks.clock.time() == noon + 1h);
    CHECK(clocks.pass(1h) == noon + 90min);
    CHECK(clocks.pass(1h) == clocks.system);
    clocks.clock.begin_after(noon);
    CHECK(clocks.clock.time() == clocks.system);
}

TEST_CASE("a leap that is accepted counts at once") {
    Clocks clocks;
    clocks.leap(30 * day);
    clocks.pass(1min);
    CHECK(clocks.clock.time() == noon + 1min);
    clocks.logged();
    CHECK(clocks.clock.accept());
    CHECK(clocks.clock.time() == clocks.system);
    CHECK(clocks.pass(1min) == clocks.system);
    CHECK(clocks.logged().find("info: accepted") == 0);
    CHECK_FALSE(clocks.clock.accept());
}

TEST_CASE("a clock that leaps back to where it was has done nothing") {
    Clocks clocks;
    clocks.leap(3650 * day);
    clocks.pass(30min);
    CHECK(clocks.leap(-3650 * day + 2s) == clocks.system);
    CHECK(clocks.logged().find("info: the system's clock is right again") != std::string::npos);
    clocks.pass(2h);
    CHECK(clocks.clock.time() == clocks.system);
    CHECK(clocks.logged().empty());
}

TEST_CASE("a clock that does not run steadily is not believed") {
    Clocks clocks;
    clocks.leap(10 * day);
    for (int i = 0; i < 20; ++i) {
        CHECK(clocks.pass(30min) == noon + (i + 1) * 30min);
        clocks.leap(5min);
    }
    CHECK_FALSE(clocks.logged().empty()); // once, of the leap
    clocks.leap(10 * day);
    CHECK(clocks.logged().find("20 days ahead") != std::string::npos);
    clocks.pass(30min);
    clocks.leap(100ms); // as clocks are put right all the time
    CHECK(clocks.pass(31min) == clocks.system);
}

TEST_CASE("a clock that says what cannot be is not believed either") {
    Clocks clocks;
    clocks.system = WallTime{};
    CHECK(clocks.clock.read(clocks.system, clocks.now) == noon);
    clocks.logged();
    clocks.system = WallTime::max();
    CHECK(clocks.clock.read(clocks.system, clocks.now) == noon);
    CHECK_FALSE(clocks.logged().empty());
}
