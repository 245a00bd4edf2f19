// SPDX-License-Identifier: MIT
#include "chatd/admin/logger.hpp"

#include <doctest/doctest.h>

using chatd::Level;
using chatd::Logger;

TEST_CASE("a notice is one line in columns, and what came from outside is escaped") {
    CHECK(chatd::format_notice({Level::info, "join", "bob", "10.0.0.31:40112"}) ==
          "join   bob     10.0.0.31:40112");
    CHECK(chatd::format_notice({Level::info, "say", "b\nb", "x\n10:00:00 join   admin"}) ==
          "say    b\\x0ab  x\\x0a10:00:00 join   admin");
    CHECK(chatd::format_notice({Level::info, "join", "a-name-of-more", "x"}) == "join   a-name-of-more x");
    CHECK(chatd::format_notice({Level::info, "closed", "", "the room is closed"}) ==
          "closed the room is closed");
}

TEST_CASE("lines below the threshold are not written, and each style has its front") {
    std::string written;
    const auto log = [&](Logger::Style style, Level level) {
        written.clear();
        Logger(Level::info, style, [&](std::string line) {
            written = std::move(line);
        }).write({level, "join", "bob", ""}, WallTime(std::chrono::hours(24 * 20000)));
        return written;
    };
    CHECK(log(Logger::Style::terminal, Level::info) == "00:00:00 join   bob");
    CHECK(log(Logger::Style::file, Level::info) == "2024-10-04T00:00:00+0000 join   bob");
    CHECK(log(Logger::Style::journal, Level::info) == "<6>join   bob");
    CHECK(log(Logger::Style::journal, Level::error) == "<3>join   bob");
    CHECK(log(Logger::Style::terminal, Level::debug).empty());
    CHECK(chatd::parse_level("warning") == Level::warning);
    CHECK_FALSE(chatd::parse_level("loud"));
}
