// SPDX-License-Identifier: MIT
#include "chatd/log/searches.hpp"

#include "tests/support/log_harness.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using namespace test::logs;
using test::TemporaryDirectory;

TEST_CASE("a search in memory goes on in slices, and what is said meanwhile goes first") {
    constexpr std::size_t count = 20'000;
    const auto log = log_of(in_memory, count, "nothing");
    CHECK_FALSE(log->is_busy());
    for (std::uint64_t member = 1; member <= 3; ++member) log->ask(search(member, "something"));
    std::size_t slices = 0;
    std::size_t answered = 0;
    for (; log->is_busy(); ++slices) {
        answered += log->pages().size();
        log->append({say("a")});
        REQUIRE(log->committed().size() == 1);
        if (slices != 10) continue;
        log->ask({.ticket = 1, .first = 1, .count = 1}); // and so does who is behind
        CHECK(log->pages().size() == 1);
    }
    CHECK(answered == 3);
    CHECK(slices > 3 * count / 300);
    // Where lines are long, a slice has fewer of them.
    const auto long_lines = log_of(in_memory, 300, std::string(8000, 'x'));
    long_lines->ask(search(1, "something"));
    for (slices = 0; long_lines->is_busy(); ++slices) long_lines->pages();
    CHECK(slices >= 100);
}

TEST_CASE("a line is saved although many look for something in what is hard to compare") {
    // ICU needs 12 ms for each of these, if it is given it whole.
    std::string marks = "a";
    for (const auto* mark : {"\u0345", "\u035D", "\u0315", "\u0300", "\u0316", "\u031B", "\u0327", "\u0334"})
        for (int i = 0; i < 480; ++i) marks += mark;
    const TemporaryDirectory directory;
    const auto log = log_of([&] { return open_log(directory.file("room.db")); }, 500, marks);
    for (std::uint64_t member = 1; member <= 50; ++member) log->ask(search(member, "something"));
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 5; ++i) {
        log->append({say("b")});
        commit(*log, 1);
    }
    CHECK(std::chrono::steady_clock::now() - begin < 3s); // each alone took longer than that
    CHECK(log->pages().size() < 50);                      // they were still under way
}
