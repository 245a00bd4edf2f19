// SPDX-License-Identifier: MIT
// What earlier versions wrote is read for ever: tests/fixtures has it, and says how it was made.
#include "chatd/export.hpp"
#include "chatd/hub/hub.hpp"
#include "chatd/log/log_rows.hpp"
#include "chatd/log/sqlite_log.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <poll.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using test::TemporaryDirectory;
using Lines = std::vector<std::string>;

const std::filesystem::path fixtures = std::filesystem::path(SOURCE_DIRECTORY) / "tests/fixtures";

/// A state directory with a copy of the old log in it, as the log of the room "old".
struct OldState : TemporaryDirectory {
    OldState() { std::filesystem::copy_file(fixtures / "log-schema2.db", file("old.db")); }
};

/// Standard output as long as it lives.
class Captured {
  public:
    Captured()
        : before_(std::cout.rdbuf(out_.rdbuf())) {}
    ~Captured() { std::cout.rdbuf(before_); }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;
    Lines lines() const {
        std::istringstream in(out_.str());
        Lines lines;
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        return lines;
    }

  private:
    std::ostringstream out_;
    std::streambuf* before_;
};

Lines exported(const OldState& state, bool is_json) {
    const Captured output;
    chatd::export_log(state.file("old.db"), {{}, is_json});
    return output.lines();
}

/// Without the day and the time before them, which are those of this machine's time zone; the start is
/// enough.
Lines transcript(const OldState& state) {
    constexpr std::size_t time_columns = 21;
    constexpr std::size_t enough = 40;
    Lines lines = exported(state, false);
    for (auto& line : lines) {
        REQUIRE(line.size() > time_columns);
        line = line.substr(time_columns, enough);
    }
    return lines;
}

/// The room as the log has it.
chatd::Room room_of(const chatd::RoomLog& log) {
    chatd::Room room;
    const auto start = log.restore(0);
    if (start.snapshot) REQUIRE(room.load(start.snapshot->room));
    for (const auto& committed : start.entries) room.apply(committed);
    return room;
}

/// Names, with what is to be said of each, and the topic.
Lines description_of(const chatd::Room& room) {
    Lines lines;
    for (const auto& [id, occupant] : room.roster())
        lines.push_back(std::string(occupant.name.view()) + (occupant.is_classic ? ", classic" : "") +
                        (occupant.is_away ? ", away" : ""));
    std::sort(lines.begin(), lines.end());
    lines.emplace_back(room.topic().view());
    return lines;
}

/// A run of a host that does nothing but what a start and an end do.
void run_host(const std::filesystem::path& file) {
    test::SeededRandom random(3);
    chatd::SqliteLog log(file, {}, random);
    chatd::Hub hub({}, random);
    const Instant now{std::chrono::hours(1)};
    hub.restore(log, now);
    auto batch = hub.drain_entries(WallTime(std::chrono::hours(24 * 365 * 60)));
    auto left = batch.size();
    log.write({.entries = std::move(batch)});
    while (left > 0) {
        pollfd news{log.fd(), POLLIN, 0};
        REQUIRE(poll(&news, 1, 10'000) == 1);
        for (const auto& committed : log.drain_news().committed) {
            hub.handle_committed(committed, now);
            --left;
        }
    }
    log.write({.events = hub.drain_kept(), .snapshot = hub.take_snapshot(true)});
}

const Lines everybody = {"Kadlec, away",     "ann",    "bob, away", "dora",
                         "grandpa, classic", "logger", "pia",       "the release of 2.0"};

} // namespace

TEST_CASE("a log of an earlier version is exported with all that was said in it") {
    const OldState state;
    const auto lines = transcript(state);
    const Lines expected = {
        "--> ann joined",
        "--> bob joined",
        "--> Čeněk joined",
        "--> logger joined",
        "logger: {\"say\": \"is this json?\"}",
        "logger: plain words",
        "ann: hello, is anybody here?",
        "bob: yes: 42 tests are red",
        "Čeněk: dobrý den, 你好, こんにちは 👋🏽",
        "--> grandpa joined",
        "grandpa: I came by nc",
        "--> script joined",
        "script: one",
        "<-- script left",
        "* Čeněk waves",
        "-- Čeněk is now called Kadlec",
        "Kadlec: now called otherwise",
        "-- bob is now called bobby",
        "-- bobby is now called bob",
        "-- Kadlec is away: lunch",
        "--> pia joined",
        "pia: word0 word1 word2 word3 word4 word5",
        "-- the topic is now: the release of 2.0",
        "!admin: a line of the admin",
        "--> eve joined",
        "eve: a line by --send",
        "<-- eve left",
        "--> mallory joined",
        "mallory: spam spam spam",
        "<-- mallory was removed by admin: too lo",
        "<-- grandpa left",
        "ann: after the first restart",
        "bob: and I, too",
        "--> dora joined",
        "dora: dora is new",
        "ann: after the kill",
        "bob: second line after the kill",
        "* dora is still here",
        "--> grandpa joined",
        "grandpa: again by nc",
        "-- bob is away: till tomorrow",
        "pia: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
        "dora: after it",
        "ann: the last line",
    };
    REQUIRE(lines.size() == expected.size());
    for (std::size_t i = 0; i < lines.size(); ++i) CHECK(lines[i] == expected[i].substr(0, lines[i].size()));
    const auto objects = exported(state, true);
    REQUIRE(objects.size() == expected.size());
    CHECK(objects.back() ==
          R"({"seq":51,"time":"2026-11-21T14:32:01.352Z","kind":"say","name":"ann","text":"the last line"})");
}

TEST_CASE("a room is rebuilt from a log of an earlier version, and from its snapshot and the rest the same") {
    const OldState state;
    {
        test::SeededRandom random(3);
        const chatd::SqliteLog log(state.file("old.db"), {}, random);
        const auto start = log.restore(0);
        CHECK(start.first == 1);
        CHECK(start.last == 51);
        REQUIRE(start.snapshot);
        CHECK(start.snapshot->sequence == 35);
        CHECK(start.paths.size() == 6);
        CHECK(description_of(room_of(log)) == everybody);
    }
    test::SeededRandom random(3);
    const auto file = chatd::open_log_file(state.file("old.db"), random);
    chatd::Room from_the_start;
    std::size_t refused = 0;
    chatd::read_entries(*file.database, 1, file.last, [&](const wire::CommittedEntry& committed) {
        const auto result = from_the_start.apply(committed);
        refused += std::holds_alternative<wire::Refusal>(result) ? 1 : 0;
    });
    CHECK(description_of(from_the_start) == everybody);
    CHECK(refused == 4); // two whispers, a name that was taken, and a stranger who came with one
}

TEST_CASE("a room's snapshot of an earlier version is read") {
    std::ifstream file(fixtures / "room-format1.bin", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    REQUIRE(bytes.size() == 612);
    chatd::Room room;
    REQUIRE(room.load(bytes));
    CHECK(description_of(room) ==
          Lines{"Kadlec, away", "ann", "bob", "grandpa, classic", "logger", "pia", "the release of 2.0"});
    // What it saves itself says the same.
    chatd::Room again;
    REQUIRE(again.load(room.save()));
    CHECK(description_of(again) == description_of(room));
    CHECK(again.save() == room.save());
    // A command that it has resolved stays resolved.
    const OldState state;
    test::SeededRandom random(3);
    const auto log = chatd::open_log_file(state.file("old.db"), random);
    chatd::read_entries(*log.database, 7, 1, [&](const wire::CommittedEntry& committed) {
        const auto result = room.apply({36, committed.entry});
        REQUIRE(std::holds_alternative<wire::Refusal>(result));
        CHECK(std::get<wire::Refusal>(result).reason == wire::Refusal::Reason::not_next);
    });
    CHECK_FALSE(room.load(bytes.substr(0, bytes.size() - 1)));
}

TEST_CASE("a host goes on with a log of an earlier version, and the next one agrees") {
    const OldState state;
    const auto before = transcript(state);
    run_host(state.file("old.db"));
    auto expected = everybody;
    expected.erase(expected.begin() + 4); // grandpa, whose address says nothing after a restart
    std::string room;
    {
        test::SeededRandom random(3);
        const chatd::SqliteLog log(state.file("old.db"), {}, random);
        const auto start = log.restore(100);
        REQUIRE(start.snapshot);
        CHECK(start.snapshot->sequence == start.last);
        CHECK(description_of(room_of(log)) == expected);
        room = room_of(log).save();
        // What its last entries came to, which the host before did not live to keep, is there now, too.
        std::size_t kept = 0;
        for (const auto& event : start.events) kept += event.bytes.empty() ? 0 : 1;
        CHECK(kept >= 48);
    }
    run_host(state.file("old.db"));
    {
        test::SeededRandom random(3);
        const chatd::SqliteLog log(state.file("old.db"), {}, random);
        CHECK(room_of(log).save() == room);
    }
    const auto after = transcript(state);
    REQUIRE(after.size() > before.size());
    CHECK(std::equal(before.begin(), before.end(), after.begin()));
    CHECK(after.back() == "<-- grandpa left");
}
