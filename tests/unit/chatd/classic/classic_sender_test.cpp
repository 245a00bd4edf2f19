// SPDX-License-Identifier: MIT
#include "chatd/classic/classic_sender.hpp"

#include "tests/support/classic_members.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

/// Two members, of whom the second has a budget: 2000 bytes at once, then 1000 a second.
struct Room {
    Room() { at(2).budget = &budgets.open(test::address_of_member(2)); }

    chatd::ClassicMember& at(std::uint64_t number) { return members.at(test::address_of_member(number)); }
    void add(const std::string& line) { sender.add_line(line, wire::host_id); }
    /// What goes out in this turn to that member.
    Lines sent_to(std::uint64_t number) {
        Lines sent;
        while (const auto next = sender.poll_transmit(now))
            if (next->path->peer == test::address_of_member(number)) sent.emplace_back(next->bytes);
        sender.end_turn();
        return sent;
    }

    Instant now{1h};
    chatd::LinesOut::Members members = test::members_of({1, 2});
    chatd::LineBudgets budgets{chatd::ClassicLimits{}};
    chatd::Counters counters;
    const chatd::Messages messages;
    chatd::ClassicSender sender{Rate{2000, 1000}, 7, members, counters, messages};
};

} // namespace

TEST_CASE("replies go out before the room's lines") {
    Room room;
    room.add("a line");
    room.sender.tell(room.at(1), "a word");
    CHECK(room.sent_to(1) == Lines{"chatd: a word", "a line"});
    CHECK(room.counters.lines_out == 2);
    CHECK(room.sent_to(1).empty());
}

TEST_CASE("an error is believed that quotes what was sent, and no other") {
    Room room;
    const auto mark = room.sender.tell_marked(room.at(1), "are you there? 0123456789abcdef");
    const auto sent = room.sent_to(1);
    REQUIRE(sent.size() == 1);
    CHECK(room.sender.is_quoted(mark, sent.front()));
    CHECK(room.sender.was_sent(room.at(1), sent.front()));
    CHECK_FALSE(room.sender.is_quoted(mark, "chatd: are you there? 0123456789abcdee"));
    CHECK_FALSE(room.sender.was_sent(room.at(2), sent.front()));
}

TEST_CASE("lines over an address's budget are skipped, and counted to it when there is room again") {
    Room room;
    const std::string line(900, 'x');
    for (int i = 0; i < 4; ++i) room.add(line);
    CHECK(room.sent_to(2) == Lines{line, line});
    CHECK(room.counters.withheld == 2);
    CHECK(room.at(2).skipped == 2);
    CHECK(room.counters.lines_out == 6);
    const auto ready = room.sender.next_deadline();
    REQUIRE(ready);
    room.now = *ready;
    room.sender.handle_deadline(room.now);
    const auto told = room.sent_to(2);
    REQUIRE(told.size() == 1);
    CHECK(told.front().starts_with("chatd: 2 lines were skipped here"));
    CHECK(room.at(2).skipped == 0);
    CHECK_FALSE(room.sender.next_deadline());
}
