// SPDX-License-Identifier: MIT
#include "chatd/admin/commands.hpp"

#include "tests/support/hub_harness.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using test::address;
using test::Lines;
using test::to;

namespace {

struct AdminHarness : test::HubHarness {
    Lines type(std::string_view line) {
        last = chatd::carry_out(line, {hub, now, 2h + 14min + 7s, clock});
        return last.lines;
    }
    chatd::AdminAnswer last;
    chatd::WallClock clock{WallTime(std::chrono::milliseconds(1'795'176'000'000)), now};
};

const auto ann = address("127.0.0.1", 5001);

} // namespace

TEST_CASE("what is typed is shouted, and a double slash says a slash") {
    AdminHarness admin;
    CHECK(admin.type("hello") == Lines{"nobody is here to hear it"});
    admin.turn(ann, "L ann");
    CHECK(admin.type("hello") == Lines{"shouted to 1"});
    CHECK(to(admin.finish_turn(), ann) == Lines{"admin: hello"});
    CHECK(admin.type("//etc") == Lines{"shouted to 1"});
    CHECK(to(admin.finish_turn(), ann) == Lines{"admin: /etc"});
    CHECK(admin.type("").empty());
}

TEST_CASE("a word that is no command is never shouted, and the one that was meant is named") {
    AdminHarness admin;
    admin.turn(ann, "L ann");
    CHECK(admin.type("/kcik bob") == Lines{"no command 'kcik'; did you mean 'kick'?"});
    CHECK(admin.type("/xyzzy") == Lines{"no command 'xyzzy'; /help lists them"});
    CHECK(admin.type("/") == Lines{"no command ''; /help lists them"});
    CHECK(admin.finish_turn().empty());
}

TEST_CASE("who is here, in columns") {
    AdminHarness admin;
    CHECK(admin.type("/who") == Lines{"nobody is here"});
    admin.turn(ann, "L ann");
    admin.turn(address("10.0.0.7", 40112), "L 小明");
    admin.pass(65s);
    CHECK(admin.type("/who") == Lines{"NAME  ADDRESS         IDLE     RTT     FLAGS", //
                                      "ann   127.0.0.1:5001  1:05     -       classic",
                                      "小明  10.0.0.7:40112  1:05     -       classic"});
}

TEST_CASE("kicking by name, and what is near it") {
    AdminHarness admin;
    admin.turn(ann, "L ann");
    CHECK(admin.type("/kick") == Lines{"whom? /kick NAME [reason]"});
    CHECK(admin.type("/kick anm") == Lines{"nobody called 'anm' is here; did you mean 'ann'?"});
    CHECK(admin.type("/kick \x1b[2J") == Lines{"nobody called '\\x1b[2J' is here"});
    CHECK(admin.type("/kick ann too loud") == Lines{"removed ann 127.0.0.1:5001"});
    CHECK(to(admin.finish_turn(), ann) == Lines{"chatd: you were removed by admin: too loud", "EXIT"});
}

TEST_CASE("a clock that leapt is shown, and taken when the admin says so") {
    AdminHarness admin;
    const auto now = "the room's time is 2026-11-20 12:00 UTC, as the system's clock says";
    CHECK(admin.type("/clock") == Lines{now});
    CHECK(admin.type("/clock accept") == Lines{std::string("there is nothing to accept: ") + now});
    CHECK(admin.type("/clock off") ==
          Lines{"/clock alone shows the room's time, /clock accept takes the system's"});
    admin.clock.read(admin.clock.time() + 48h, admin.now);
    CHECK(
        admin.type("/clock") ==
        Lines{"the room's time is 2026-11-20 12:00 UTC; the system's clock leapt, and says 2026-11-22 12:00 "
              "UTC, 2 days ahead: that is taken in 60 minutes, or at once with /clock accept"});
    CHECK(admin.type("/clock accept") ==
          Lines{"the room's time is 2026-11-22 12:00 UTC, as the system's clock says"});
}

TEST_CASE("the figures, the list and the end") {
    AdminHarness admin;
    admin.turn(ann, "L ann");
    const auto stats = admin.type("/stats");
    REQUIRE(stats.size() == 2);
    CHECK(stats[0] == "up 2:14:07  members 1 (peak 1)  in 0 out 0 lines");
    const auto help = admin.type("/help");
    CHECK(help.size() == chatd::admin_commands().size() + 2);
    CHECK_FALSE(admin.last.closes_room);
    admin.type("/quit");
    CHECK(admin.last.closes_room);
}

TEST_CASE("the list of kept names has an end") {
    AdminHarness admin;
    admin.log.write({.entries = {{wire::host_id, {}, wire::Policy{24h}}}});
    for (int i = 1; i <= 42; ++i) {
        wire::MemberId key;
        key.bytes.fill(static_cast<std::uint8_t>(i));
        const auto name = *text::Name::parsed("kim-" + std::to_string(i) + "x");
        admin.log.write({.entries = {{key, WallTime(std::chrono::minutes(i * 20)), wire::Join{name, false}},
                                     {key, WallTime(std::chrono::minutes(i * 20 + 10)), wire::Leave{}}}});
    }
    admin.finish_turn();
    const auto list = admin.type("/free");
    REQUIRE(list.size() == 42);
    CHECK(list[1].starts_with("kim-42x"));
    CHECK(list.back() == "and 2 more that were left before these");
}

TEST_CASE("a name that is kept is let go, and the admin hears what came of it") {
    AdminHarness admin;
    wire::MemberId kim;
    kim.bytes.fill(8);
    const auto name = *text::Name::parsed("kim");
    const auto is_here = [&](wire::Command command) {
        const WallTime time(admin.now.time_since_epoch() / 1ms * 1ms);
        admin.log.write({.entries = {{kim, time, std::move(command)}}});
        admin.finish_turn();
    };
    admin.log.write({.entries = {{wire::host_id, {}, wire::Policy{24h}}}});
    is_here(wire::Join{name, false});
    CHECK(admin.type("/free") == Lines{"no name is kept for anybody who is not here"});
    CHECK(admin.type("/free a b") == Lines{"which name? /free NAME"});
    CHECK(admin.type("/free a:b") == Lines{"'a:b' is no name"});
    CHECK(admin.type("/free kim") == Lines{"kim is here: a name is kept when its holder has left"});
    admin.pass(10min);
    is_here(wire::Leave{});
    CHECK(to(admin.turn(ann, "L kim"), ann) ==
          Lines{"chatd: kim belongs to somebody else: take kim2, or ask admin to free it"});
    CHECK(admin.type("/free") ==
          Lines{"NAME  KEY                  UNTIL",
                "kim   " + session::fingerprint(session::PublicKey{kim.bytes}) + "  1970-01-02 01:10 UTC"});
    CHECK(admin.type("/free KIM") == Lines{"the name KIM is free: it was kept for the key " +
                                           session::fingerprint(session::PublicKey{kim.bytes})});
    admin.finish_turn();
    CHECK(admin.notices.back().keyword == "free");
    CHECK(admin.type("/free kim") == Lines{"the name 'kim' is not kept for anybody"});
    CHECK(to(admin.turn(ann, "L kim"), ann) == Lines{"OK"});
}
