// SPDX-License-Identifier: MIT
// What the log on disk must do when the disk does not.
#include "chatd/log/sqlite_log.hpp"

#include "tests/support/crash_vfs.hpp"
#include "tests/support/log_harness.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using namespace test::logs;
using test::TemporaryDirectory;

namespace {

std::string refusal(const std::filesystem::path& file) {
    try {
        open_log(file);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "opened";
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("what was kept before it was asked for is read, however busy the disk is") {
    const TemporaryDirectory directory;
    const auto log = open_log(directory.file("room.db"));
    for (wire::Sequence sequence = 1; sequence <= 300; ++sequence) {
        log->append({say("a")});
        commit(*log, 1); // its thread is still at it
        log->keep(std::vector<chatd::KeptEvent>{said(sequence, "ann", "a")});
        log->ask({.ticket = 1, .first = sequence, .count = 10});
        const auto page = answers(*log, 1).front();
        REQUIRE(page.events.size() == 1);
        REQUIRE(page.end == sequence + 1);
    }
}

TEST_CASE("where members are is saved soon, although nobody says anything") {
    const TemporaryDirectory directory;
    const auto log = open_log(directory.file("room.db"));
    log->append({say("a")});
    commit(*log, 1);
    for (const auto* path : {"here", "there"}) {
        log->keep_paths(std::vector<chatd::KeptPath>{{ann, path}});
        const auto patience = std::chrono::steady_clock::now() + 5s;
        const auto is_saved = [&] {
            const auto paths = log->paths();
            return paths.size() == 1 && paths.front().path == path;
        };
        while (!is_saved() && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
        CHECK(is_saved());
    }
}

TEST_CASE("the log on disk is there again, as the same one, and its file is its owner's") {
    const TemporaryDirectory directory;
    chatd::LogId id;
    {
        const auto log = open_log(directory.file("room.db"));
        id = log->id();
        log->append({say("a"), say("b")});
        commit(*log, 2);
        log->keep({said(1, "ann", "a")});
        log->keep(chatd::LogSnapshot{2, "a room"});
        log->keep_paths(std::vector<chatd::KeptPath>{{ann, "here"}});
        log->append({say("c")}); // and is ended before it was told
    }
    CHECK((std::filesystem::status(directory.file("room.db")).permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(entries_in(directory.file("room.db")) == Texts{"1a", "2b", "3c"});
    const auto log = open_log(directory.file("room.db"));
    CHECK(log->id() == id);
    CHECK(log->last() == 3);
    CHECK(entries_of(*log) == Texts{"3c"});
    CHECK(log->snapshot()->room == "a room");
    REQUIRE(log->paths().size() == 1);
    CHECK(log->paths().front().path == "here");
    CHECK(log->committed().empty());
    CHECK(sequences(answer(*log, {.first = 1, .count = 10})) == std::vector<wire::Sequence>{1});
    log->append({say("d")});
    CHECK(commit(*log, 1) == Texts{"4d"});
    CHECK(open_log(directory.file("another.db"))->id() != id);
}

TEST_CASE("a log of an earlier version is brought forward with all that is in it") {
    const TemporaryDirectory directory;
    const auto file = directory.file("room.db");
    {
        const auto log = open_log(file);
        log->append({say("a"), say("b")});
        commit(*log, 2);
    }
    {
        sqlite::Database database(file);
        database.execute("DROP TABLE path"); // as version 1 was
        database.execute("PRAGMA user_version = 1");
    }
    const auto log = open_log(file);
    CHECK(entries_of(*log) == Texts{"1a", "2b"});
    log->keep_paths(std::vector<chatd::KeptPath>{{ann, "here"}});
    log->append({say("c")});
    CHECK(commit(*log, 1) == Texts{"3c"});
    CHECK(log->paths().size() == 1);
}

TEST_CASE("a log that can't be had is refused with a sentence, and left as it is") {
    const TemporaryDirectory directory;
    const auto file = directory.file("room.db");
    {
        const auto log = open_log(file);
        const auto why = refusal(file);
        CHECK(why.find("is in use: is another chatd hosting this room?") != std::string::npos);
        log->append({say("a")});
        commit(*log, 1);
    }
    const auto whole = content_of(file);
    for (const std::size_t at : {std::size_t{0}, std::size_t{100}, std::size_t{4096}}) {
        auto damaged = whole;
        for (std::size_t i = at; i < at + 50; ++i) damaged[i] = 'x';
        std::ofstream(file, std::ios::binary) << damaged;
        const auto why = refusal(file);
        CHECK_MESSAGE(why.find("is damaged") != std::string::npos, why);
        CHECK(why.find("put a copy of it back") != std::string::npos);
        CHECK(content_of(file) == damaged);
    }
    std::ofstream(file, std::ios::binary) << whole;
    CHECK(refusal(file) == "opened");
    {
        sqlite::Database database(file);
        database.execute("PRAGMA user_version = 99");
    }
    CHECK(refusal(file).find("it was written by a newer chatd") != std::string::npos);
    CHECK(refusal(directory.path).find("is no regular file") != std::string::npos);
    CHECK(refusal("/proc/none/room.db").starts_with("cannot make the directory '/proc/none': "));
}

TEST_CASE("whenever the power goes, what was confirmed is there, and nothing of what never was said") {
    const TemporaryDirectory
        directory; // where SQLite's own file is made; all that is in it is on the crash disk
    for (std::uint64_t cut = 1;; ++cut) {
        CAPTURE(cut);
        test::CrashDisk disk;
        { open_log(directory.file("room.db")); }
        disk.cut_power_at(cut);
        std::size_t confirmed = 0;
        constexpr std::size_t batches = 12;
        try {
            const auto log = open_log(directory.file("room.db"));
            for (std::size_t i = 0; i < batches; ++i) {
                log->append({say("line " + std::to_string(2 * i)), say("line " + std::to_string(2 * i + 1))});
                for (bool is_told = false; !is_told && !log->fault();) {
                    wait_for_news(*log);
                    const auto told = log->committed();
                    confirmed += told.size();
                    is_told = !told.empty();
                }
                if (log->fault()) break;
                log->keep({said(2 * i + 1, "ann", "line"), said(2 * i + 2, "ann", "line")});
                if (i % 4 == 3) log->keep(chatd::LogSnapshot{2 * i + 2, std::string(3000, 'r')});
            }
        } catch (const std::runtime_error&) {
            CHECK(confirmed == 0); // it was cut while it was opened
        }
        if (disk.has_power()) {
            CHECK(confirmed == 2 * batches);
            CHECK(cut > 50);
            break;
        }
        disk.restore_power(cut);
        const auto there = entries_in(directory.file("room.db"));
        const auto log = open_log(directory.file("room.db"));
        CHECK(log->last() >= confirmed);
        CHECK(log->last() <= 2 * batches);
        CHECK(log->last() % 2 == 0); // a batch is there or is not
        Texts expected;
        for (std::size_t i = 0; i < log->last(); ++i)
            expected.push_back(std::to_string(i + 1) + "line " + std::to_string(i));
        CHECK(there == expected);
        log->append({say("on")});
        commit(*log, 1);
    }
}

TEST_CASE("a disk that is full, or does not sync, is told, and once it can all that waited is saved") {
    for (const auto fault : {test::CrashDisk::Fault::full, test::CrashDisk::Fault::failing_sync}) {
        const TemporaryDirectory directory;
        test::CrashDisk disk;
        const auto log = open_log(directory.file("room.db"));
        log->append({say("a")});
        commit(*log, 1);
        CHECK_FALSE(log->fault());
        disk.set_fault(fault);
        log->append({say("b")});
        wait_for_news(*log);
        CHECK(log->committed().empty());
        REQUIRE(log->fault());
        CHECK_FALSE(log->fault()->empty());
        log->append({say("c")});
        // What is there already is served meanwhile.
        CHECK(answer(*log, {.first = 1, .count = 1}).ticket == 0);
        disk.set_fault(test::CrashDisk::Fault::none);
        CHECK(commit(*log, 2) == Texts{"2b", "3c"});
        CHECK_FALSE(log->fault());
        CHECK(entries_of(*log) == Texts{"1a", "2b", "3c"});
    }
}
