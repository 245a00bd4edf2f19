// SPDX-License-Identifier: MIT
#include "chatd/hub.hpp"

#include "tests/support/hub_harness.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using test::address;
using test::HubHarness;
using test::Lines;
using test::to;

namespace {

const auto ann = address("127.0.0.1", 5001);
const auto bob = address("127.0.0.1", 5002);
const auto eve = address("10.0.0.66", 5003);

chatd::Hub::Options without_flood_limit() {
    chatd::Hub::Options options;
    options.flood.reset();
    return options;
}

/// ann and bob are in the room.
struct TwoMembers : HubHarness {
    explicit TwoMembers(chatd::Hub::Options options = {})
        : HubHarness(std::move(options)) {
        turn(ann, "L ann");
        turn(bob, "L bob");
    }
};

} // namespace

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

TEST_CASE("a name that is taken, or looks like it, is refused with a free one") {
    TwoMembers harness;
    CHECK(to(harness.turn(eve, "L b0b"), eve) == Lines{"chatd: the name b0b is taken; b0b2 is free"});
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

TEST_CASE("a long line is passed on whole, and one past the limit is cut with a word to its author") {
    TwoMembers harness(without_flood_limit());
    std::string text;
    while (text.size() + 3 <= 1024 - 6) text += "你";
    const auto sent = to(harness.turn(ann, "C ann " + text), bob);
    REQUIRE(sent.size() == 1);
    CHECK(sent.front() == "ann: " + text);

    const auto over = harness.turn(ann, "C ann " + text + text);
    REQUIRE(to(over, bob).size() == 1);
    CHECK(to(over, bob).front() == "ann: " + text);
    CHECK(to(over, ann) == Lines{"chatd: that line was longer than 1024 bytes: the end is cut off"});

    // Bytes that each become a replacement character: three times as long, so in parts.
    Lines parts = to(harness.turn(ann, "C ann " + std::string(900, '\xFF')), bob);
    std::string whole;
    for (const auto& part : parts) {
        CHECK(part.size() <= 1024);
        whole += part.substr(5);
    }
    CHECK(whole.size() == 900 * 3);
}

TEST_CASE("over the flood limit lines wait their turn, and past twenty they are refused") {
    TwoMembers harness;
    std::vector<test::Sent> sent;
    for (int i = 0; i < 35; ++i) harness.put(ann, "C ann " + std::to_string(i));
    sent = harness.finish_turn();
    CHECK(to(sent, bob).size() == 10);
    CHECK(to(sent, ann) == Lines(5, "chatd: too fast: that line was not sent, 20 are waiting"));
    CHECK(to(harness.pass(999ms), bob) == Lines{"ann: 10", "ann: 11", "ann: 12", "ann: 13"});
    CHECK(to(harness.pass(1ms), bob) == Lines{"ann: 14"});
    CHECK(to(harness.pass(3s), bob).size() == 15);
    CHECK_FALSE(harness.hub.next_deadline());
}

TEST_CASE("a quit always passes, behind what was said before it") {
    TwoMembers harness;
    for (int i = 0; i < 12; ++i) harness.put(ann, "C ann " + std::to_string(i));
    harness.put(ann, "Q ann");
    const auto sent = harness.finish_turn();
    CHECK(to(sent, ann) == Lines{"EXIT"});
    CHECK(to(sent, bob).size() == 10);
    CHECK(to(harness.turn(bob, "C bob hi"), ann).empty()); // gone, as far as it knows
    CHECK(to(harness.pass(1s), bob) == Lines{"ann: 10", "ann: 11", "ann left the room"});
}

TEST_CASE("who comes back while its last lines wait has not left") {
    TwoMembers harness;
    for (int i = 0; i < 12; ++i) harness.put(ann, "C ann " + std::to_string(i));
    harness.put(ann, "Q ann");
    harness.finish_turn();
    CHECK(to(harness.turn(ann, "L ann"), ann) == Lines{"OK"});
    CHECK(to(harness.pass(1s), bob) == Lines{"ann: 10", "ann: 11"});
    CHECK(harness.hub.member_count() == 2);
}

TEST_CASE("a closed port is believed the second time, unless there was a word in between") {
    TwoMembers harness;
    harness.hub.handle_port_unreachable(bob, harness.now);
    CHECK(harness.finish_turn().empty());
    harness.turn(bob, "C bob still here");
    harness.hub.handle_port_unreachable(bob, harness.now);
    CHECK(harness.finish_turn().empty());
    harness.hub.handle_port_unreachable(bob, harness.now);
    CHECK(to(harness.finish_turn(), ann) == Lines{"bob left the room"});
    harness.hub.handle_port_unreachable(eve, harness.now); // no member
    CHECK(harness.finish_turn().empty());
}

TEST_CASE("a member that only ever sent its L hears fifty lines and then ten a second") {
    auto options = without_flood_limit();
    HubHarness harness(options);
    harness.turn(ann, "L ann");
    harness.turn(eve, "L eve");
    std::size_t heard = 0;
    for (int i = 0; i < 100; ++i) heard += to(harness.turn(ann, "C ann x"), eve).size();
    CHECK(heard == 50);
    harness.pass(1s);
    heard = 0;
    for (int i = 0; i < 100; ++i) heard += to(harness.turn(ann, "C ann x"), eve).size();
    CHECK(heard == 10);
    harness.turn(eve, "C eve I am here");
    heard = 0;
    for (int i = 0; i < 100; ++i) heard += to(harness.turn(ann, "C ann x"), eve).size();
    CHECK(heard == 100);
}

TEST_CASE("an address has eight members, and the room as many as it is told") {
    chatd::Hub::Options options;
    options.classic_max = 12;
    HubHarness harness(options);
    for (int i = 0; i < 9; ++i) {
        harness.pass(1s);
        const auto from = address("10.0.0.66", static_cast<std::uint16_t>(6000 + i));
        const auto sent = to(harness.turn(from, "L user" + std::to_string(i)), from);
        REQUIRE(sent.size() == 1);
        CHECK(sent.front() == (i < 8 ? "OK" : "chatd: too many members are here from your address"));
    }
    for (int i = 0; i < 5; ++i) {
        const auto from = address("127.0.0.1", static_cast<std::uint16_t>(7000 + i));
        const auto sent = to(harness.turn(from, "L local" + std::to_string(i)), from);
        CHECK(sent.front() == (i < 4 ? "OK" : "chatd: the room is full"));
    }
}

TEST_CASE("a stranger gets no more than it sends, or one refusal a second") {
    HubHarness harness;
    std::size_t in = 0;
    std::size_t out = 0;
    std::size_t larger = 0;
    for (int i = 0; i < 1000; ++i) {
        harness.pass(20ms);
        const auto* request = i % 3 == 0 ? "L admin" : i % 3 == 1 ? "C x y" : "Q x";
        in += std::string_view(request).size();
        for (const auto& sent : harness.turn(eve, request)) {
            out += sent.bytes.size();
            larger += sent.bytes.size() > std::string_view(request).size() ? 1 : 0;
        }
    }
    CHECK(larger <= 20);
    CHECK(harness.hub.member_count() == 0);
    CHECK(out <= in + 20 * 120);
}

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
    CHECK(to(harness.turn(bob, "L bob"), bob) == Lines{"OK"});
}

TEST_CASE("closing says goodbye to everybody") {
    TwoMembers harness;
    harness.hub.close();
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
