// SPDX-License-Identifier: MIT
#include "chatd/session/command_inbox.hpp"

#include <doctest/doctest.h>

#include <string>

using chatd::CommandInbox;

TEST_CASE("commands are handed on in their order, once each, however they come") {
    CommandInbox inbox(32);
    inbox.accept(wire::CommandFrame{2, "second"});
    CHECK_FALSE(inbox.has_next());
    inbox.accept(wire::CommandFrame{1, "first"});
    inbox.accept(wire::CommandFrame{1, "first again"});
    REQUIRE(inbox.has_next());
    CHECK(inbox.take_next().bytes == "first");
    inbox.accept(wire::CommandFrame{1, "first again"});
    REQUIRE(inbox.has_next());
    const auto second = inbox.take_next();
    CHECK(second.number == 2);
    CHECK(second.bytes == "second");
    CHECK_FALSE(inbox.has_next());
    CHECK(inbox.size() == 0);
}

TEST_CASE("a command in parts is whole with the last of them, and what is too far ahead is let go") {
    CommandInbox inbox(32);
    const std::string bytes(wire::part_size + 10, 'x');
    const std::string_view all = bytes;
    CHECK(inbox.accept(wire::PartFrame{true, 1, wire::part_size, bytes.size(), all.substr(wire::part_size)}));
    CHECK(inbox.size() == 10);
    CHECK_FALSE(inbox.has_next());
    CHECK_FALSE(inbox.accept(wire::PartFrame{true, 1, 1, bytes.size(), all.substr(1, 10)}));
    CHECK(inbox.accept(wire::PartFrame{true, 1, 0, bytes.size(), all.substr(0, wire::part_size)}));
    REQUIRE(inbox.has_next());
    inbox.accept(wire::CommandFrame{33, "too far ahead"});
    CHECK(inbox.count() == 1);
    CHECK(inbox.take_next().bytes == bytes);
}

TEST_CASE("what the log has already is let go") {
    CommandInbox inbox(32);
    for (std::uint64_t number = 1; number <= 5; ++number) inbox.accept(wire::CommandFrame{number, "words"});
    inbox.go_on_behind(3);
    CHECK(inbox.count() == 2);
    CHECK(inbox.size() == 10);
    CHECK(inbox.take_next().number == 4);
    inbox.go_on_behind(2);
    CHECK(inbox.take_next().number == 5);
    inbox.go_on_behind(100);
    inbox.accept(wire::CommandFrame{100, "words"});
    CHECK(inbox.count() == 0);
    CHECK(inbox.is_waited_for({wire::CommandFrame{101, "next"}}));
    CHECK_FALSE(inbox.is_waited_for({wire::CommandFrame{102, "behind it"}}));
}
