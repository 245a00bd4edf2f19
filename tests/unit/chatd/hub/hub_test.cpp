// SPDX-License-Identifier: MIT
#include "chatd/hub/hub.hpp"

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
