// SPDX-License-Identifier: MIT
#include "chat/model/scrollback.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using chat::Line;
using chat::Scrollback;
using Texts = std::vector<std::string>;

namespace {

Line said(std::string words) {
    return Line::made(Line::Kind::said, "bob", std::move(words), {});
}

Line own(chat::LineId id, std::string words) {
    auto line = Line::made(Line::Kind::own, "ann", std::move(words), {});
    line.id = id;
    return line;
}

Texts texts(const Scrollback& scrollback) {
    Texts all;
    for (const auto& line : scrollback.lines()) all.push_back(line.text);
    return all;
}

} // namespace

TEST_CASE("lines keep their numbers, whatever is taken out") {
    Scrollback scrollback;
    for (const auto* words : {"one", "two", "three"}) scrollback.add(said(words));
    const auto number = scrollback.lines()[1].number;
    CHECK(scrollback.index_of(number) == 1);
    scrollback.add_own(own(1, "four"));
    scrollback.resolve(1, Line::Delivery::not_sent);
    CHECK(scrollback.drain_not_sent() == 1);
    CHECK(texts(scrollback) == Texts{"one", "two", "three"});
    CHECK(scrollback.lines()[scrollback.index_of(number)].text == "two");
}

TEST_CASE("a line on its way is resolved once, and given up with the room") {
    Scrollback scrollback;
    scrollback.add_own(own(1, "one"));
    scrollback.add_own(own(2, "two"));
    CHECK(scrollback.waiting_lines() == 2);
    scrollback.resolve(1, Line::Delivery::none);
    scrollback.resolve(1, Line::Delivery::none);
    scrollback.resolve(7, Line::Delivery::none); // has no line
    CHECK(scrollback.waiting_lines() == 1);
    scrollback.clear();
    CHECK(texts(scrollback) == Texts{"two"}); // its fate is still to be told
    scrollback.give_up_waiting();
    CHECK(scrollback.lines()[0].delivery == Line::Delivery::not_sent);
}

TEST_CASE("events from before this program came are unread, wherever the user looks") {
    Scrollback scrollback;
    scrollback.resume(5, 6);
    scrollback.add(said("missed"), 6);
    scrollback.add(said("seen"), 7);
    CHECK(scrollback.unread() == 1);
    CHECK(scrollback.marked() == 1);
    CHECK(texts(scrollback) == Texts{"", "missed", "seen"});
    CHECK(scrollback.index_of(scrollback.mark()) == 0);
    scrollback.look(true);
    CHECK(scrollback.unread() == 0);
}

TEST_CASE("those who come and go share a line where bursts are gathered") {
    Scrollback scrollback;
    scrollback.add_crowd(true, "a joined", {});
    scrollback.add_crowd(true, "b joined", {});
    CHECK(scrollback.lines().size() == 2);
    scrollback.is_one_burst = [](WallTime a, WallTime b) { return b - a < std::chrono::hours(1); };
    scrollback.add_crowd(false, "b left", {});
    CHECK(scrollback.lines().size() == 2);
    CHECK(scrollback.lines().back().more_left == 1);
    scrollback.add_crowd(true, "c joined", WallTime(std::chrono::hours(2)));
    CHECK(scrollback.lines().size() == 3);
}

TEST_CASE("what is older goes to the top under one heading, until there is no more") {
    Scrollback scrollback;
    scrollback.note_event(9);
    scrollback.add(said("nine"), 9);
    CHECK(scrollback.oldest() == 9);
    scrollback.add_older({{7, std::nullopt}, {8, said("eight")}}, false, "history", {});
    CHECK(texts(scrollback) == Texts{"history", "eight", "nine"});
    CHECK(scrollback.oldest() == 7);
    scrollback.add_older({{3, said("three")}}, true, "that is all", {});
    CHECK(texts(scrollback) == Texts{"that is all", "three", "eight", "nine"});
    CHECK_FALSE(scrollback.oldest());
    for (std::size_t i = 1; i < scrollback.lines().size(); ++i)
        CHECK(scrollback.lines()[i - 1].number < scrollback.lines()[i].number);
    scrollback.clear();
    CHECK(scrollback.oldest() == 10); // scrolling up gets all of it back
}

TEST_CASE("scrolled up, what is new below is counted") {
    Scrollback scrollback;
    scrollback.add(said("one"));
    CHECK(scrollback.new_below() == 0);
    scrollback.anchor = Scrollback::Anchor{scrollback.lines()[0].number, 0, scrollback.newest_number()};
    scrollback.add(said("two"));
    scrollback.add(said("three"));
    CHECK(scrollback.new_below() == 2);
    scrollback.add_own(own(1, "four")); // one wants to see what one says
    CHECK_FALSE(scrollback.anchor);
}
