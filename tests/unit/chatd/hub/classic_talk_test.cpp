// SPDX-License-Identifier: MIT
// What members of the classic protocol say and hear.
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

TEST_CASE("a join is answered and told to the others") {
    HubHarness harness;
    CHECK(to(harness.turn(ann, "L ann"), ann) == Lines{"OK"});
    const auto sent = harness.turn(bob, "L bob");
    CHECK(to(sent, bob) == Lines{"OK"});
    CHECK(to(sent, ann) == Lines{"bob joined the room"});
    CHECK(sent.size() == 2);
}

TEST_CASE("the same L again is OK again and no second notice") {
    TwoMembers harness;
    const auto sent = harness.turn(bob, "L bob");
    CHECK(to(sent, bob) == Lines{"OK"});
    CHECK(sent.size() == 1);
    harness.put(eve, "L eve");
    harness.put(eve, "L eve");
    CHECK(to(harness.finish_turn(), eve) == Lines{"OK"}); // both in one turn
}

TEST_CASE("a line goes to everybody but its author") {
    TwoMembers harness;
    const auto sent = harness.turn(ann, "C ann hello: there");
    CHECK(to(sent, bob) == Lines{"ann: hello: there"});
    CHECK(sent.size() == 1);
}

TEST_CASE("a quit is answered and told to the others, and to strangers it is answered too") {
    TwoMembers harness;
    const auto sent = harness.turn(ann, "Q ann");
    CHECK(to(sent, ann) == Lines{"EXIT"});
    CHECK(to(sent, bob) == Lines{"ann left the room"});
    CHECK(to(harness.turn(ann, "Q ann"), ann) == Lines{"EXIT"});
    CHECK(harness.turn(ann, "C ann gone?").size() == 1); // only the refusal
}

TEST_CASE("nobody speaks, quits or joins twice for another address") {
    TwoMembers harness;
    for (const auto* request : {"C ann hello", "Q ann", "L ann", "L carl"}) {
        const auto sent = harness.turn(bob, request);
        REQUIRE(sent.size() == 1);
        CHECK(sent.front().to == bob);
        CHECK(sent.front().bytes.starts_with("chatd: you are "));
        CHECK(sent.front().bytes.size() < 120);
    }
    CHECK(harness.hub.member_count() == 2);
}

TEST_CASE(
    "a name that is taken is refused with a free one, and one that looks like it with what it looks like") {
    TwoMembers harness;
    CHECK(to(harness.turn(eve, "L b0b"), eve) ==
          Lines{"chatd: b0b looks like bob, who is here: choose another name"});
    harness.pass(1s);
    CHECK(to(harness.turn(eve, "L admin"), eve) ==
          Lines{"chatd: the name admin is kept for the host: choose another"});
    harness.pass(1s);
    // However long the names, the refusal is short.
    const std::string wide =
        "m\u0323\u0324\u0325\u0331m\u0323\u0324\u0325\u0331m\u0323\u0324\u0325\u0331m\u0323\u0324\u0325\u0331"
        "m\u0323\u0324\u0325\u0331m\u0323\u0324\u0325\u0331m\u0323\u0324\u0325\u0331";
    harness.turn(address("127.0.0.1", 5009), "L " + wide);
    const auto sent = harness.turn(eve, "L " + wide);
    REQUIRE(sent.size() == 1);
    CHECK(sent.front().bytes.size() < 120);
    CHECK(text::is_valid_utf8(sent.front().bytes));
}

TEST_CASE("two joins of one name in one turn: one gets it, the other is told") {
    HubHarness harness;
    harness.put(ann, "L sam");
    harness.put(bob, "L Sam");
    const auto sent = harness.finish_turn();
    CHECK(to(sent, ann) == Lines{"OK"});
    CHECK(to(sent, bob) == Lines{"chatd: the name Sam is taken; Sam2 is free"});
    CHECK(to(harness.turn(bob, "L Sam2"), bob) == Lines{"OK"});
}

TEST_CASE("a quit and a join in one turn leave one in the room") {
    TwoMembers harness;
    harness.put(bob, "Q bob");
    harness.put(bob, "L bob");
    const auto sent = harness.finish_turn();
    CHECK(to(sent, bob) == Lines{"EXIT", "OK"});
    CHECK(to(sent, ann) == Lines{"bob left the room", "bob joined the room"});
    CHECK(to(harness.turn(ann, "C ann hi"), bob) == Lines{"ann: hi"});
}

TEST_CASE("junk is ignored") {
    TwoMembers harness;
    for (const std::string junk :
         {"", "x", "L", "P chat/1 0123456789abcdef", "\x80\x81", "hello", "\xFF\xFF"})
        for (const auto& from : {ann, eve}) CHECK(harness.turn(from, junk).empty());
    CHECK(harness.hub.counters().ignored == 14);
}

TEST_CASE("who ends its lines gets lines that end") {
    HubHarness harness;
    CHECK(to(harness.turn(ann, "L ann\n"), ann) == Lines{"OK\n"});
    harness.turn(bob, "L bob");
    CHECK(to(harness.turn(bob, "C bob hi\n"), ann) == Lines{"bob: hi\n"});
    CHECK(to(harness.turn(ann, "C ann hi\n"), bob) == Lines{"ann: hi"});
    CHECK(to(harness.turn(ann, "Q ann\n"), ann) == Lines{"EXIT\n"});
}

TEST_CASE("text is made displayable and an empty one is nothing") {
    TwoMembers harness;
    CHECK(to(harness.turn(ann, "C ann a\x1b[2Jb\r\nc\u202E"), bob) == Lines{"ann: a\uFFFD[2Jb c"});
    CHECK(harness.turn(ann, "C ann  \n").empty());
    CHECK(harness.turn(ann, "C ann").empty());
}

TEST_CASE(
    "a line reaches everybody whole up to 8192 bytes, and what is longer is cut with a word to its author") {
    TwoMembers harness(without_flood_limit());
    const auto heard_of = [&](const std::vector<test::Sent>& sent) {
        std::string whole;
        for (const auto& part : to(sent, bob)) {
            CHECK(part.size() <= 1024);
            REQUIRE(part.starts_with("ann: "));
            whole += part.substr(5);
        }
        return whole;
    };
    std::string text;
    while (text.size() + 3 <= 8192) text += "你";
    const auto sent = harness.turn(ann, "C ann " + text);
    CHECK(heard_of(sent) == text);
    CHECK(to(sent, ann).empty());

    const auto over = harness.turn(ann, "C ann " + text + "你");
    CHECK(heard_of(over) == text);
    const Lines cut = {"chatd: that line was longer than 8192 bytes: the end is cut off"};
    CHECK(to(over, ann) == cut);

    // More than was received.
    const std::string request = "C ann short, and";
    net::Datagram datagram;
    datagram.path.peer = ann;
    datagram.path.local.interface_index = 1;
    datagram.bytes = request;
    datagram.is_cut = true;
    harness.hub.handle_datagram(datagram, harness.now);
    const auto incomplete = harness.finish_turn();
    CHECK(heard_of(incomplete) == "short, and");
    CHECK(to(incomplete, ann) == cut);

    // Bytes that each become a replacement character count as what they become.
    CHECK(heard_of(harness.turn(ann, "C ann " + std::string(900, '\xFF'))).size() == 900 * 3);
    CHECK(heard_of(harness.turn(ann, "C ann " + std::string(8192, '\xFF'))).size() == 8190);
}
