// SPDX-License-Identifier: MIT
// What a classic address may cost the room, and what others may do to it.
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

TEST_CASE("over the flood limit lines wait their turn, and past twenty they are refused") {
    TwoMembers harness;
    std::vector<test::Sent> sent;
    for (int i = 0; i < 35; ++i) harness.put(ann, "C ann " + std::to_string(i));
    sent = harness.finish_turn();
    CHECK(to(sent, bob).size() == 10);
    CHECK(to(sent, ann) == Lines(5, "chatd: too fast: that line was not sent, others are waiting"));
    CHECK(to(harness.pass(999ms), bob) == Lines{"ann: 10", "ann: 11", "ann: 12", "ann: 13"});
    CHECK(to(harness.pass(1ms), bob) == Lines{"ann: 14"});
    CHECK(to(harness.pass(3s), bob).size() == 15);
    CHECK_FALSE(harness.hub.next_deadline());
}

TEST_CASE("where a word of refused lines goes out once a second, it says of how many") {
    test::HubHarness harness;
    const auto zoe = address("10.0.0.9", 5000);
    harness.turn(zoe, "L zoe");
    harness.pass(5s);
    for (int i = 0; i < 60; ++i) harness.put(zoe, "C zoe " + std::to_string(i));
    CHECK(to(harness.finish_turn(), zoe) ==
          Lines{"chatd: too fast: that line was not sent, others are waiting"});
    CHECK(to(harness.pass(5s), zoe) == Lines{"chatd: too fast: 29 lines were not sent, others are waiting"});
}

TEST_CASE("lines that were lost are told of also if none waits any more") {
    chatd::Hub::Options fast;
    fast.flood = Rate{100, 50};
    test::HubHarness harness(fast);
    const auto zoe = address("10.0.0.9", 5000);
    harness.turn(zoe, "L zoe");
    harness.pass(5s);
    for (int i = 0; i < 150; ++i) harness.put(zoe, "C zoe " + std::to_string(i));
    harness.finish_turn();
    const auto told = to(harness.pass(5s), zoe);
    REQUIRE(told.size() == 1);
    CHECK(told.front().find("29 lines were not sent") != std::string::npos);
}

TEST_CASE("what meets a classic row of the table of costs is counted") {
    test::HubHarness harness;
    for (std::uint16_t i = 0; i < 8; ++i)
        harness.turn(address("10.0.0.9", 5000 + i), "L zoe" + std::to_string(i) + "x");
    CHECK(harness.hub.member_count() == 8);
    CHECK(harness.hub.limits_met() == 0);
    harness.turn(address("10.0.0.9", 5100), "L zoey");
    CHECK(harness.hub.limits_met() == 1); // members of one source
    const auto amy = address("127.0.0.1", 5001);
    harness.turn(amy, "L ann");
    for (int i = 0; i < 9; ++i) harness.turn(amy, "C ann " + std::string(999, 'x'));
    CHECK(harness.hub.counters().withheld > 0);
    CHECK(harness.hub.limits_met() == 9); // lines to each of them

    test::HubHarness empty;
    const auto ben = address("10.0.0.8", 6000);
    for (int i = 0; i < 20; ++i) {
        empty.turn(ben, "L bob");
        empty.turn(ben, "Q bob");
    }
    CHECK(empty.hub.limits_met() == 4); // joins
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

TEST_CASE(
    "a member is asked after two ICMP errors, unless there was a word in between, and then believed gone") {
    TwoMembers harness;
    const auto quote = to(harness.turn(ann, "C ann hello"), bob).front();
    const auto error = [&](const net::Address& from, const std::string& quoted) {
        harness.hub.handle_port_unreachable(from, quoted, harness.now);
        return harness.finish_turn();
    };
    CHECK(error(bob, quote).empty());
    harness.turn(bob, "C bob still here");
    CHECK(error(bob, quote).empty());
    const auto asked = error(bob, quote);
    REQUIRE(asked.size() == 1);
    CHECK(asked.front().to == bob);
    REQUIRE(asked.front().bytes.starts_with("chatd: "));
    // Somebody who is in the room knows its lines, but not what was asked.
    for (int i = 0; i < 100; ++i) CHECK(error(bob, quote).empty());
    CHECK(error(bob, "chatd: 00000000" + asked.front().bytes.substr(15)).empty());
    CHECK(harness.hub.member_count() == 2);
    CHECK(error(eve, quote).empty()); // no member
    CHECK(to(error(bob, asked.front().bytes.substr(0, 64)), ann) == Lines{"bob left the room"});
}

TEST_CASE("an ICMP error counts only if it quotes a datagram that was sent there lately") {
    TwoMembers harness(without_flood_limit());
    const auto line = to(harness.turn(ann, "C ann " + std::string(200, 'x')), bob).front();
    /// How often it was asked whether it is there.
    const auto errors = [&](const std::string& quote) {
        for (int i = 0; i < 10; ++i) harness.hub.handle_port_unreachable(bob, quote, harness.now);
        return to(harness.finish_turn(), bob).size();
    };
    CHECK(errors("") == 0); // no more than the headers
    CHECK(errors(line.substr(0, 20)) == 0);
    CHECK(errors(line + "x") == 0);
    CHECK(errors("ann: " + std::string(200, 'y')) == 0);
    for (int i = 0; i < 65536; ++i) harness.hub.handle_port_unreachable(bob, std::to_string(i), harness.now);
    CHECK(harness.finish_turn().empty());
    CHECK(harness.hub.member_count() == 2);
    for (int i = 0; i < 8; ++i) harness.turn(ann, "C ann " + std::to_string(i));
    CHECK(errors(line) == 0); // too long ago
    CHECK(harness.hub.counters().unreachable == 0);
    // As much as ICMP must quote of a long one (RFC 1812), or all of a short one.
    harness.turn(ann, "C ann " + std::string(200, 'x'));
    SUBCASE("in part") {
        CHECK(errors(line.substr(0, 100)) == 1);
    }
    SUBCASE("whole") {
        CHECK(errors("ann: 7") == 1);
    }
}

TEST_CASE("an address gets 16 KiB of lines at once and then 8 KiB a second, whatever it sends") {
    HubHarness harness(without_flood_limit());
    harness.turn(ann, "L ann");
    std::vector<net::Address> victims;
    for (int i = 0; i < 8; ++i) {
        victims.push_back(address("10.0.0.66", static_cast<std::uint16_t>(6000 + i)));
        harness.turn(victims.back(), "L victim" + std::to_string(i));
    }
    std::size_t lines = 0;
    std::size_t other = 0;
    const auto flood = [&](Duration duration) {
        for (const auto end = harness.now + duration; harness.now < end;) {
            for (const auto& sent : harness.pass(10ms))
                if (sent.to != ann) lines += sent.bytes.size();
            for (std::size_t i = 0; i < victims.size(); ++i) // forged: a C proves no more than an L
                harness.put(victims[i], "C victim" + std::to_string(i) + " x");
            harness.put(ann, "C ann " + std::string(500, 'y'));
            for (const auto& sent : harness.finish_turn()) {
                if (sent.to == ann) continue;
                const bool is_line =
                    !sent.bytes.starts_with("chatd: ") || sent.bytes.find("skipped") != std::string::npos;
                (is_line ? lines : other) += sent.bytes.size();
            }
        }
    };
    flood(1s);
    CHECK(lines <= 16384 + 8192);
    CHECK(lines >= 16384);
    const auto before = lines;
    flood(4s);
    CHECK(lines - before <= 4 * 8192 + 1024);
    CHECK(lines - before >= 4 * 8192 - 8 * 1024);
    CHECK(other <= 5 * 120 + 120);
    // Leaving and coming back gives nothing back.
    for (std::size_t i = 0; i < victims.size(); ++i) harness.turn(victims[i], "Q victim" + std::to_string(i));
    for (std::size_t i = 0; i < victims.size(); ++i) harness.turn(victims[i], "L victim" + std::to_string(i));
    const auto after = lines;
    flood(1s);
    CHECK(lines - after <= 8192 + 1024);
    // Another address is not concerned, and loopback has no budget.
    const auto carl = address("10.0.0.67", 6000);
    harness.turn(carl, "L carl");
    harness.turn(bob, "L bob");
    CHECK(to(harness.turn(ann, "C ann to carl"), carl).size() == 1);
    std::size_t heard = 0;
    for (int i = 0; i < 100; ++i)
        heard += to(harness.turn(ann, "C ann " + std::string(900, 'z')), bob).size();
    CHECK(heard == 100);
}

TEST_CASE("who leaves and joins again and again is told to wait, and others are not disturbed for long") {
    HubHarness harness;
    harness.turn(ann, "L ann");
    std::size_t notices = 0;
    for (int i = 0; i < 50; ++i) {
        notices += to(harness.turn(eve, "L eve"), ann).size();
        harness.pass(10ms);
        notices += to(harness.turn(eve, "Q eve"), ann).size();
        harness.pass(10ms);
    }
    CHECK(notices <= 2 * 17);
    harness.pass(2s);
    CHECK(to(harness.turn(eve, "L eve"), eve) == Lines{"OK"});
    const auto carl = address("10.0.0.67", 6000);
    CHECK(to(harness.turn(carl, "L carl"), carl) == Lines{"OK"});
}

TEST_CASE("a member whose lines were skipped is told how many, before the next line") {
    HubHarness harness(without_flood_limit());
    harness.turn(ann, "L ann");
    harness.turn(eve, "L eve");
    const std::string text(1000, 'x');
    std::size_t heard = 0;
    for (int i = 0; i < 40; ++i) heard += to(harness.turn(ann, "C ann " + text), eve).size();
    CHECK(heard == 16);
    CHECK(harness.hub.counters().withheld == 24);
    CHECK(to(harness.turn(ann, "C ann " + text), eve).empty());
    SUBCASE("when it is quiet") {
        CHECK(to(harness.pass(200ms), eve) ==
              Lines{"chatd: 25 lines were skipped here: a classic client gets at most 8 KiB a second"});
        CHECK(to(harness.pass(10s), eve).empty());
        CHECK(to(harness.turn(ann, "C ann hello"), eve) == Lines{"ann: hello"});
    }
    SUBCASE("when it is not") {
        harness.now += 50ms;
        CHECK(to(harness.turn(ann, "C ann hello"), eve) ==
              Lines{"chatd: 25 lines were skipped here: a classic client gets at most 8 KiB a second",
                    "ann: hello"});
    }
    SUBCASE("unless it has left") {
        harness.turn(eve, "Q eve");
        CHECK(to(harness.pass(10s), eve).empty());
    }
}

TEST_CASE("a flood of neighbours' forged addresses on an IPv6 link costs a member there no line") {
    HubHarness harness;
    harness.hub.set_prefixes({{2, address("2001:db8::1", 0), 64}});
    const auto six = address("2001:db8::66", 5000);
    REQUIRE(to(harness.turn(six, "L six"), six) == Lines{"OK"});
    harness.turn(ann, "L ann");
    int forged = 0;
    std::size_t heard = 0;
    for (int i = 0; i < 20; ++i) {
        for (int j = 0; j < 500; ++j, ++forged) // 2000 a second, the member's own address among them
            harness.put(address("2001:db8::" + std::to_string(forged % 9999), 6000), "x");
        for (int j = 0; j < 500; ++j) harness.put(six.with_port(static_cast<std::uint16_t>(7000 + j)), "x");
        heard += to(harness.turn(six, "C six " + std::to_string(i)), ann).size();
        heard += to(harness.pass(250ms), ann).size();
    }
    CHECK(heard == 20);
    CHECK(harness.hub.counters().held_back > 0);
}

TEST_CASE("classic answers are no larger than what they answer, or come once a second") {
    // Twenty of each in a second, from an address of its own: in all no more comes back than was sent.
    HubHarness harness(without_flood_limit());
    harness.turn(ann, "L ann");
    const auto ratio = [&](int who, const std::vector<std::string>& requests) {
        harness.pass(2s);
        const auto from = address("10.0.1." + std::to_string(who), 5000);
        std::size_t in = 0;
        std::size_t out = 0;
        for (int i = 0; i < 20; ++i) {
            const auto& request = requests[static_cast<std::size_t>(i) % requests.size()];
            in += request.size();
            for (const auto& line : to(harness.turn(from, request), from)) out += line.size();
        }
        return static_cast<double>(out) / static_cast<double>(in);
    };
    harness.hub.set_prefixes({{2, address("10.0.0.1", 0), 16}});
    CHECK(ratio(1, {"C "}) == 0);
    CHECK(ratio(2, {"C x"}) <= 1);
    CHECK(ratio(3, {"C x\n"}) <= 1);
    CHECK(ratio(4, {"L "}) <= 1);
    CHECK(ratio(5, {"Q "}) <= 1);
    CHECK(ratio(6, {"Q x\n"}) <= 1);
    CHECK(ratio(7, {"L a"}) <= 1);
    CHECK(ratio(8, {"L b\n", "Q b"}) <= 1);
    CHECK(ratio(9, {"L c\n", "L c"}) <= 1);
    CHECK(ratio(10, {"L d", "Q d\n"}) <= 1);
    // Joins that meet on their way to the log: only one of them can get the name.
    harness.pass(2s);
    for (int i = 0; i < 8; ++i)
        harness.put(address("10.0.2.1", static_cast<std::uint16_t>(6000 + i)), "L sam");
    std::size_t refusals = 0;
    for (const auto& sent : harness.finish_turn()) refusals += sent.bytes.starts_with("chatd: ") ? 1 : 0;
    CHECK(refusals == 1);
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
