// SPDX-License-Identifier: MIT
#include "chat/link/presence.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using chat::Presence;

namespace {

text::Name name(const char* typed) {
    return *text::Name::parsed(typed);
}

wire::PresenceChange change(wire::Sequence as_of, const char* who, bool is_unreachable) {
    return {as_of, {name(who), false, false, is_unreachable}};
}

wire::Event event(wire::Sequence sequence, wire::EventBody what) {
    return {sequence, {}, std::move(what)};
}

using Told = std::vector<std::string>;

Told told(Presence& presence, wire::Sequence cursor) {
    Told words;
    for (const auto& made : presence.drain_changes(cursor))
        words.push_back(std::string(made.entry.name.view()) +
                        (made.entry.is_unreachable ? " gone" : " back"));
    return words;
}

/// ann and bob are here as of 10; bob can't be reached.
Presence two() {
    Presence presence;
    presence.begin({{}, {{name("ann"), false, false, false}, {name("bob"), false, false, true}}}, 10);
    return presence;
}

} // namespace

TEST_CASE("a change is told once, in its place in the log, and only if it is one") {
    auto presence = two();
    CHECK(presence.accept(1, change(12, "bob", false)));
    CHECK(presence.accept(2, change(12, "ann", false)));
    CHECK(presence.accept(3, change(14, "ann", true)));
    CHECK(told(presence, 11).empty());
    CHECK(told(presence, 12) == Told{"bob back"});
    CHECK(told(presence, 12).empty());
    CHECK(told(presence, 20) == Told{"ann gone"});
}

TEST_CASE("the newest change of a name counts, whichever comes first") {
    auto presence = two();
    presence.accept(6, change(10, "bob", false));
    CHECK(told(presence, 10) == Told{"bob back"});
    presence.accept(5, change(10, "bob", true));
    CHECK(told(presence, 10).empty());
    // What came before the roster is part of what it is changed by.
    Presence early;
    early.accept(7, change(10, "bob", false));
    early.begin({{}, {{name("bob"), false, false, true}}}, 10);
    CHECK(told(early, 10) == Told{"bob back"});
}

TEST_CASE("what was said of a name is not said of who has it next") {
    auto presence = two();
    SUBCASE("by a new name") {
        presence.handle(event(11, wire::Renamed{{}, name("bob"), name("rob")}));
        presence.accept(1, change(10, "bob", false)); // too late for that name
        CHECK(told(presence, 11).empty());
        presence.accept(2, change(11, "rob", false)); // and so it is told again
        CHECK(told(presence, 11) == Told{"rob back"});
    }
    SUBCASE("by a join") {
        presence.handle(event(11, wire::Left{{}, name("ann")}));
        presence.handle(event(12, wire::Joined{{}, name("ann"), false}));
        presence.accept(1, change(10, "ann", true));
        CHECK(told(presence, 12).empty());
        presence.accept(2, change(12, "ann", true));
        CHECK(told(presence, 12) == Told{"ann gone"});
    }
    SUBCASE("by who can be reached, whatever the last one could") {
        presence.handle(event(11, wire::Kicked{{}, name("bob"), {}}));
        presence.handle(event(12, wire::Renamed{{}, name("ann"), name("bob")}));
        presence.accept(1, change(12, "bob", false));
        CHECK(told(presence, 12).empty());
    }
    SUBCASE("not by events that the roster has already") {
        presence.handle(event(9, wire::Left{{}, name("ann")}));
        presence.accept(1, change(10, "ann", true));
        CHECK(told(presence, 10) == Told{"ann gone"});
    }
}

TEST_CASE("a host tells no more ahead of the log than it has members") {
    Presence presence;
    for (std::uint64_t number = 1; number <= Presence::max_waiting; ++number)
        REQUIRE(presence.accept(number, change(5, "ann", true)));
    CHECK_FALSE(presence.accept(Presence::max_waiting + 1, change(5, "ann", true)));
}

TEST_CASE("however many a host says have joined, only so many are known") {
    auto presence = two();
    const auto nth = [](std::size_t i) { return "member" + std::to_string(i); };
    for (std::size_t i = 0; i < Presence::max_known + 10; ++i)
        presence.handle(event(11 + i, wire::Joined{{}, name(nth(i).c_str()), false}));
    const auto end = 11 + Presence::max_known + 10;
    const auto last = nth(Presence::max_known + 9);
    presence.accept(1, change(end, last.c_str(), true));
    presence.accept(2, change(end, nth(0).c_str(), true));
    CHECK(told(presence, end) == Told{"member0 gone"});
    // Who leaves makes room.
    presence.handle(event(end, wire::Left{{}, name("ann")}));
    presence.handle(event(end + 1, wire::Joined{{}, name("carl"), false}));
    presence.accept(3, change(end + 1, "carl", true));
    CHECK(told(presence, end + 1) == Told{"carl gone"});
}
