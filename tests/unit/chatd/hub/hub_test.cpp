// SPDX-License-Identifier: MIT
// What the host does, and what a turn is for its members.
#include "chatd/hub/hub.hpp"

#include "tests/support/two_members.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using test::address;
using test::ann;
using test::bob;
using test::eve;
using test::HubHarness;
using test::Lines;
using test::to;
using test::TwoMembers;
using test::without_flood_limit;

TEST_CASE("the admin shouts under a name that nobody can have") {
    TwoMembers harness;
    CHECK(harness.hub.shout("fire drill") == 2);
    const auto sent = harness.finish_turn();
    CHECK(to(sent, ann) == Lines{"admin: fire drill"});
    CHECK(to(sent, bob) == Lines{"admin: fire drill"});
    CHECK_FALSE(harness.hub.shout("  \n"));
}

TEST_CASE("a kick removes at once and says why, to the member and to the others") {
    TwoMembers harness;
    CHECK(harness.hub.kick("BOB", "spam") == "bob 127.0.0.1:5002");
    const auto sent = harness.finish_turn();
    CHECK(to(sent, bob) == Lines{"chatd: you were removed by admin: spam", "EXIT"});
    CHECK(to(sent, ann) == Lines{"bob left the room (removed by admin: spam)"});
    CHECK(harness.hub.member_count() == 1);
    CHECK_FALSE(harness.hub.kick("bob", ""));
    CHECK(to(harness.turn(bob, "L B0b"), bob) ==
          Lines{"chatd: admin removed you, or a member of that name: come back in a minute"});
    harness.pass(60s);
    CHECK(to(harness.turn(bob, "L bob"), bob) == Lines{"OK"});
}

TEST_CASE("a member that was removed does not come back from its address under another name at once") {
    HubHarness harness;
    const auto again = address("10.0.0.66", 5999);
    const auto other = address("10.0.0.67", 5003);
    const std::string out = "chatd: admin removed somebody from your address: come back in a minute";
    harness.turn(eve, "L eve");
    harness.turn(bob, "L bob");
    harness.hub.kick("eve", "");
    harness.hub.kick("bob", "");
    harness.finish_turn();
    CHECK(to(harness.turn(eve, "L mallory"), eve) == Lines{out});
    CHECK(to(harness.turn(other, "L zoe"), other) == Lines{"OK"});
    CHECK(to(harness.turn(ann, "L ann"), ann) == Lines{"OK"}); // the host's own machine is everybody's
    harness.pass(59s);
    CHECK(to(harness.turn(again, "L mallory"), again) == Lines{out});
    harness.pass(1s);
    CHECK(to(harness.turn(again, "L mallory"), again) == Lines{"OK"});
}

TEST_CASE("an entry's time is never before the one in front of it") {
    HubHarness harness;
    harness.turn(ann, "L ann");
    const auto late = WallTime(10h);
    harness.put(ann, "C ann hi");
    auto batch = harness.hub.drain_entries(late);
    REQUIRE(batch.size() == 1);
    CHECK(batch.front().time == late);
    // The clock was put back, and what was submitted has not become durable yet.
    harness.put(ann, "C ann ho");
    batch = harness.hub.drain_entries(WallTime(9h));
    REQUIRE(batch.size() == 1);
    CHECK(batch.front().time == late);
}

TEST_CASE("a host that starts on a log goes on with its time, and says for how long names are kept") {
    HubHarness harness;
    harness.turn(ann, "L ann");
    test::SeededRandom random{7};
    chatd::Hub::Options options;
    options.names_for = 48h;
    chatd::Hub next(options, random);
    next.restore(harness.log, harness.now);
    const auto batch = next.drain_entries(WallTime{});
    REQUIRE(batch.size() == 2); // ann, who was here by her address alone, leaves
    CHECK(batch.back().time == WallTime(1h));
    REQUIRE(std::holds_alternative<wire::Policy>(batch.back().command));
    CHECK(std::get<wire::Policy>(batch.back().command).names_for == 48h);
    harness.log.write({.entries = batch});
    for (const auto& committed : harness.log.drain_news().committed)
        next.handle_committed(committed, harness.now);
    chatd::Hub third(options, random);
    third.restore(harness.log, harness.now);
    CHECK(third.drain_entries(WallTime{}).empty());
}

TEST_CASE("a classic member is back under its name in the first turn of the host's next run") {
    HubHarness harness;
    harness.turn(ann, "L ann");
    HubHarness next;
    next.log = harness.log;
    next.hub.restore(next.log, next.now);
    CHECK(to(next.turn(ann, "L ann"), ann) == Lines{"OK"});
    CHECK(next.hub.member_count() == 1);
}

TEST_CASE("a name whose classic holder is leaving in this turn is free for the next") {
    TwoMembers harness;
    harness.put(ann, "Q ann");
    harness.put(eve, "L ann");
    CHECK(to(harness.finish_turn(), eve) == Lines{"OK"});
}

TEST_CASE("closing says goodbye to everybody") {
    TwoMembers harness;
    harness.hub.close(harness.now);
    const auto sent = harness.finish_turn();
    CHECK(to(sent, ann) == Lines{"chatd: the room is closed", "EXIT"});
    CHECK(to(sent, bob) == Lines{"chatd: the room is closed", "EXIT"});
}

TEST_CASE("who joins in a turn hears nothing from before its join, and all from after") {
    TwoMembers harness(without_flood_limit());
    harness.put(ann, "C ann before");
    harness.put(eve, "L eve");
    harness.put(ann, "C ann after");
    CHECK(to(harness.finish_turn(), eve) == Lines{"OK", "ann: after"});
}
