// SPDX-License-Identifier: MIT
#include "chatd/log/pruning.hpp"

#include "chatd/room/wall_clock.hpp"
#include "common/os/clock.hpp"
#include "tests/support/log_harness.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using namespace test::logs;
using test::TemporaryDirectory;

TEST_CASE("what is older than is to be kept is thrown away, but nothing that the room is rebuilt from") {
    const TemporaryDirectory directory;
    const auto pruned_to = [&](chatd::Retention retention, wire::Sequence expected) {
        {
            const auto log = open_log(directory.file("room.db"), retention);
            log->set_time(os::wall_now(), os::monotonic_now());
            const auto patience = std::chrono::steady_clock::now() + 10s;
            while (log->first_told() < expected && std::chrono::steady_clock::now() < patience)
                std::this_thread::yield();
            CHECK(log->first_told() == expected);
            CHECK(log->first() == expected);
            CHECK(log->last() == 5000);
        }
        CHECK(entries_in(directory.file("room.db")).front() == std::to_string(expected) + "a");
    };
    {
        const auto log = open_log(directory.file("room.db"));
        log->append(std::vector<wire::Entry>(5000, say("a")));
        commit(*log, 5000);
        log->keep(chatd::LogSnapshot{4000, "a room"});
    }
    pruned_to({}, 1);
    pruned_to({{}, 4000}, 1001);
    pruned_to({{}, 10}, 4001); // the room needs what is behind its snapshot
    pruned_to({1h, {}}, 4001); // all of it is from 1970
}

TEST_CASE("a clock that leaps throws nothing away until it is accepted") {
    const TemporaryDirectory directory;
    const WallTime today{1'795'176'000'000ms};
    auto entry = say("a");
    entry.time = today - 24h * 20;
    const auto log = open_log(directory.file("room.db"), {24h * 30, {}});
    log->append(std::vector<wire::Entry>(100, entry));
    commit(*log, 100);
    log->keep(chatd::LogSnapshot{100, "a room"});
    const auto now = os::monotonic_now();
    chatd::WallClock clock(today, now);
    // What is saved later comes behind what goes by the time.
    const auto save_more = [&] {
        for (int i = 0; i < 2; ++i) {
            log->append({entry});
            commit(*log, 1);
        }
    };
    log->set_time(clock.time(), now);
    save_more();
    CHECK(log->first() == 1);
    const auto in_ten_years = today + 24h * 3650;
    log->set_time(clock.read(in_ten_years, now), now);
    save_more();
    CHECK(log->first() == 1);
    CHECK(clock.accept());
    log->set_time(clock.read(in_ten_years, now), now);
    const auto patience = std::chrono::steady_clock::now() + 10s;
    while (log->first_told() == 1 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    CHECK(log->first() == 101);
}
