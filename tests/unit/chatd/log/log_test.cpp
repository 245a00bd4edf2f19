// SPDX-License-Identifier: MIT
// What every log must do, whatever it keeps its entries in.
#include "chatd/room/room_log.hpp"

#include "tests/support/log_harness.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace test::logs;
using test::TemporaryDirectory;

namespace {

// Each goes on with the log as the one before it has left it.

void check_entries(Log& log) {
    CHECK(log.last() == 0);
    CHECK(log.first() == 1);
    CHECK(log.committed().empty());
    CHECK_FALSE(log.snapshot());
    CHECK(entries_of(log).empty());

    log.append({say("a"), say("b")});
    log.append({say("c")});
    CHECK(commit(log, 3) == Texts{"1a", "2b", "3c"});
    CHECK(log.committed().empty());
    CHECK(log.last() == 3);
    CHECK(log.first() == 1);
    CHECK(log.first_told() == 1);
    CHECK(entries_of(log) == Texts{"1a", "2b", "3c"});
    const auto oldest = log.restored().entries.front().entry;
    CHECK(oldest.author == ann);
    CHECK(oldest.time == WallTime(5ms));
    CHECK(oldest.outbox == 7);
    CHECK(oldest.number == 8);
}

void check_reading(Log& log) {
    using Sequences = std::vector<wire::Sequence>;
    auto whisper = said(3, "ann", "the printer, psst");
    whisper.only_for.emplace(ann, bob);
    log.keep({said(1, "ann", "The Printer is on fire"), {2, {}}, whisper});
    log.append({say("d")}); // what is kept is durable with the next entry
    CHECK(commit(log, 1) == Texts{"4d"});
    const auto run = answer(log, {.ticket = 9, .first = 1, .count = 3});
    CHECK(run.ticket == 9);
    CHECK_FALSE(run.is_search);
    CHECK(run.first == 1);
    CHECK(run.end == 4);
    CHECK(sequences(run) == Sequences{1, 2, 3});
    CHECK(run.events[2].only_for == whisper.only_for);
    CHECK(run.events[0].bytes == said(1, "ann", "The Printer is on fire").bytes);

    const auto restored = [&](std::size_t newest) {
        chatd::LogPage page;
        page.events = log.restored(newest).events;
        return sequences(page);
    };
    CHECK(restored(0).empty());
    CHECK(restored(2) == Sequences{3}); // the fourth has come to nothing that was kept
    CHECK(restored(3) == Sequences{2, 3});
    CHECK(restored(100) == Sequences{1, 2, 3});
}

void check_searching(Log& log) {
    using Sequences = std::vector<wire::Sequence>;
    const auto find = [&](const char* needle, std::size_t count, const wire::MemberId& reader,
                          wire::Sequence before = wire::max_varint) {
        return answer(log, {.ticket = 9,
                            .first = before,
                            .count = count,
                            .is_search = true,
                            .needle = needle,
                            .reader = reader});
    };
    CHECK(sequences(find("pRINTer", 10, bob)) == Sequences{1, 3});
    CHECK(find("pRINTer", 10, bob).is_all);
    CHECK(sequences(find("printer", 10, carl)) == Sequences{1});
    CHECK(sequences(find("printer", 1, bob)) == Sequences{3});
    CHECK_FALSE(find("printer", 1, bob).is_all);
    CHECK(sequences(find("printer", 10, bob, 3)) == Sequences{1});
    CHECK(sequences(find("ANN", 10, bob)) == Sequences{1, 3});
    CHECK(sequences(find("", 10, bob)) == Sequences{1, 3});
    CHECK(find("scanner", 10, bob).events.empty());
}

void check_room(Log& log) {
    log.keep(chatd::LogSnapshot{3, "a room"});
    log.keep(chatd::LogSnapshot{4, "a later room"});
    CHECK(log.paths().empty());
    log.keep_paths(std::vector<chatd::KeptPath>{{ann, "here"}, {bob, "there"}, {carl, "somewhere"}});
    log.keep_paths(std::vector<chatd::KeptPath>{{bob, {}}, {carl, "elsewhere"}, {dora, {}}});
    log.append({say("e")});
    CHECK(commit(log, 1) == Texts{"5e"});
    std::map<wire::MemberId, std::string> paths;
    for (const auto& [member, path] : log.paths()) paths[member] = path;
    CHECK(paths == std::map<wire::MemberId, std::string>{{ann, "here"}, {carl, "elsewhere"}});
    REQUIRE(log.snapshot());
    CHECK(log.snapshot()->sequence == 4);
    CHECK(log.snapshot()->room == "a later room");
    CHECK(entries_of(log) == Texts{"5e"});
    CHECK(log.last() == 5);
}

void conform(const MakeLog& make) {
    const auto log = make();
    check_entries(*log);
    check_reading(*log);
    check_searching(*log);
    check_room(*log);
}

/// A member looks for one thing at a time, and what it reads is bounded in bytes.
void bound(const MakeLog& make) {
    constexpr std::size_t count = 3000;
    const auto log = log_of(make, count, "the printer is on fire " + std::string(200, '.'));
    for (int i = 0; i < 1000; ++i) log->ask(search(9, "scanner " + std::to_string(i)));
    log->ask(search(9, "printer"));
    log->ask({.ticket = 8, .first = 1, .count = 1});
    log->ask({.ticket = 7, .is_search = true});
    auto got = answers(*log, 3);
    REQUIRE(got.size() == 3);
    std::sort(got.begin(), got.end(), [](const auto& a, const auto& b) { return a.ticket < b.ticket; });
    CHECK(got[0].events.empty());
    CHECK(sequences(got[1]) == std::vector<wire::Sequence>{1});
    // The newest that was asked for, and of that as much as fits.
    const auto size = said(1, "ann", "the printer is on fire " + std::string(200, '.')).bytes.size();
    CHECK(got[2].events.size() == chatd::max_page_bytes / (size + 1));
    CHECK(got[2].events.back().sequence == count);
    CHECK_FALSE(got[2].is_all);

    log->ask({.ticket = 8, .first = 5, .count = count});
    auto page = answers(*log, 1).front();
    CHECK(page.first == 5);
    CHECK(page.events.size() == chatd::max_page_bytes / size);
    CHECK(page.end == 5 + page.events.size());
    // From there on the rest is read, each once.
    wire::Sequence next = 5;
    std::size_t pages = 1;
    for (; page.end <= count; ++pages) {
        for (const auto& event : page.events) REQUIRE(event.sequence == next++);
        REQUIRE(page.end == next);
        log->ask({.ticket = 8, .first = next, .count = count});
        page = answers(*log, 1).front();
    }
    CHECK(page.end == count + 1);
    CHECK(pages > 40);
    log->ask({.ticket = 8, .first = count + 10, .count = 5});
    page = answers(*log, 1).front();
    CHECK(page.events.empty());
    CHECK(page.end == count + 10); // nothing is known of what has not happened
}

} // namespace

TEST_CASE("the log in memory conforms") {
    conform(in_memory);
}

TEST_CASE("the log on disk conforms") {
    const TemporaryDirectory directory;
    conform([&] { return open_log(directory.file("room.db")); });
}

TEST_CASE("each looks for one thing at a time, and what is read is bounded in bytes") {
    bound(in_memory);
    const TemporaryDirectory directory;
    bound([&] { return open_log(directory.file("room.db")); });
}

TEST_CASE("an event that is larger than others is read, alone") {
    const std::string large(8000, 'x');
    const auto three = [&](const MakeLog& make) {
        const auto log = log_of(make, 3, large);
        log->ask({.ticket = 1, .first = 1, .count = 3});
        const auto page = answers(*log, 1).front();
        CHECK(page.events.size() == 2);
        CHECK(page.end == 3);
        log->ask(search(1, "xxx"));
        const auto found = answers(*log, 1).front();
        CHECK(sequences(found) == std::vector<wire::Sequence>{2, 3});
        CHECK_FALSE(found.is_all);
    };
    three(in_memory);
    const TemporaryDirectory directory;
    three([&] { return open_log(directory.file("room.db")); });
}

TEST_CASE("the log in memory keeps its newest entries and says truly which") {
    Log log(std::make_unique<chatd::MemoryLog>(chatd::LogId{}, 2));
    log.append({say("a"), say("b"), say("c")});
    CHECK(log.committed().size() == 3);
    CHECK(entries_of(log) == Texts{"2b", "3c"});
    CHECK(log.first() == 2);
    CHECK(log.first_told() == 2);
    CHECK(log.last() == 3);
}
