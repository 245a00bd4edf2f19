// SPDX-License-Identifier: MIT
// Whole rooms of encrypted members in virtual time: what an unreliable network can't take from them.
#include "tests/sim/stories.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using namespace sim;

TEST_CASE("members join, talk and hear themselves and each other") {
    World world(1, {}, options());
    for (const auto* name : {"ann", "bob", "carl"}) world.add_session_member(name);
    world.run(1s);
    REQUIRE(world.hub().member_count() == 3);
    world.say(0, "hello");
    world.say(1, "hi");
    world.run(1s);
    CHECK(world.told() == std::vector<std::string>{"hello", "hi"});
    check_complete(world);
    world.quit(2);
    world.run(1s);
    CHECK(world.hub().member_count() == 2);
}

TEST_CASE("a name that is taken is refused over the session, and the key's own comes back at once") {
    World world(1, {}, options());
    world.add_session_member("ann");
    world.run(1s);
    const auto other = world.add_session_member("Ann");
    world.run(1s);
    CHECK(world.member(other).refusals == std::vector<std::string>{"the name Ann is taken; Ann2 is free"});
    CHECK(world.hub().member_count() == 1);
}

TEST_CASE("whatever is lost, doubled and reordered: everybody has every line once, in one order" *
          doctest::test_suite("loss")) {
    for (const auto seed : sim::seeds(30)) {
        INFO("seed ", seed);
        std::mt19937_64 random(seed);
        World world(seed, {}, options());
        for (int i = 0; i < 6; ++i) world.add_session_member("member-" + std::to_string(i));
        world.run(1s);
        REQUIRE(world.hub().member_count() == 6);
        world.change({.loss = 0.01 * static_cast<double>(seed % 51),
                      .duplication = seed % 3 == 0 ? 0.2 : 0,
                      .corruption = seed % 5 == 0 ? 0.05 : 0,
                      .shortest_delay = 1ms,
                      .longest_delay = seed % 2 == 0 ? Duration(1ms) : Duration(60ms)});
        int number = 0;
        for (int round = 0; round < 60; ++round) {
            world.say(random() % 6, line(number++, random));
            if (random() % 12 == 0) world.move(random() % 6);
            world.run(std::chrono::milliseconds(random() % 200));
        }
        world.run(60s);
        check_complete(world);
    }
}

TEST_CASE("joining through loss succeeds, and nobody is in the room twice" * doctest::test_suite("loss")) {
    for (const auto seed : sim::seeds(30)) {
        INFO("seed ", seed);
        World world(seed, {.loss = 0.3, .duplication = 0.1, .shortest_delay = 1ms, .longest_delay = 20ms},
                    options());
        for (int i = 0; i < 6; ++i) world.add_session_member("member-" + std::to_string(i));
        world.run(20s);
        std::size_t online = 0;
        for (std::size_t i = 0; i < 6; ++i) online += world.member(i).is_online ? 1 : 0;
        CHECK(online <= world.hub().member_count());
        CHECK(online >= 5);
    }
}

TEST_CASE("after a partition, short or long, the lines of both sides are all there") {
    for (const auto length : {2s, 12s, 100s, 400s}) {
        World world(7, {}, options());
        for (const auto* name : {"ann", "bob", "carl"}) world.add_session_member(name);
        world.run(1s);
        world.say(0, "before");
        world.run(1s);
        world.change({.loss = 1});
        for (int i = 0; i < 40; ++i) world.say(static_cast<std::size_t>(i) % 3, "line " + std::to_string(i));
        world.run(length);
        world.change({});
        world.run(30s);
        CHECK(world.hub().member_count() == 3);
        check_complete(world);
    }
}

TEST_CASE("members of both kinds are in one room") {
    World world(3, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_member("bob");
    world.run(1s);
    world.say(ann, "from a session");
    world.say(bob, "from a socket");
    world.run(1s);
    CHECK(world.member(ann).heard == std::vector<std::string>{"from a session", "from a socket"});
    CHECK(world.member(bob).heard == std::vector<std::string>{"from a session"});
}

TEST_CASE("a member that dies is gone after five minutes, and one that is only quiet is not") {
    World world(4, {}, options());
    world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1h);
    CHECK(world.hub().member_count() == 2);
    world.kill(bob);
    world.run(4min);
    CHECK(world.hub().member_count() == 2);
    world.run(2min);
    CHECK(world.hub().member_count() == 1);
}

TEST_CASE("a flood waits its turn, and nothing of it is lost") {
    World world(6, {}, options());
    const auto ann = world.add_session_member("ann");
    world.add_session_member("bob");
    world.run(1s);
    for (int i = 0; i < 60; ++i) world.say(ann, "line " + std::to_string(i));
    world.run(1s);
    CHECK(world.told().size() >= 10);
    CHECK(world.told().size() <= 16);
    world.run(15s);
    check_complete(world);
}

TEST_CASE("many lines at once through heavy loss are all confirmed" * doctest::test_suite("loss")) {
    auto unlimited = options();
    unlimited.flood.reset();
    for (const auto seed : sim::seeds(5)) {
        INFO("seed ", seed);
        World world(seed, {}, unlimited);
        const auto ann = world.add_session_member("ann");
        world.add_session_member("bob");
        world.run(1s);
        world.change({.loss = 0.4, .shortest_delay = 1ms, .longest_delay = 30ms});
        for (int i = 0; i < 300; ++i) {
            world.say(ann, "line " + std::to_string(i));
            if (i % 3 == 0) world.run(1ms);
        }
        world.run(120s);
        check_complete(world);
    }
}

TEST_CASE("who leaves with lines on their way leaves behind the last of them") {
    World world(8, {.loss = 0.3}, options());
    const auto ann = world.add_session_member("ann");
    world.run(5s);
    REQUIRE(world.member(ann).is_online);
    for (int i = 0; i < 30; ++i) world.say(ann, "line " + std::to_string(i));
    world.quit(ann);
    world.run(30s);
    CHECK(world.told().size() == 30);
    CHECK(world.member(ann).sent.size() == 30);
    CHECK(world.member(ann).is_closed);
}

TEST_CASE("who leaves through loss leaves no ghost behind" * doctest::test_suite("goodbye")) {
    for (const auto seed : sim::seeds(25)) {
        INFO("seed ", seed);
        World world(seed, {}, options());
        const auto ann = world.add_session_member("ann");
        world.add_session_member("bob");
        world.run(1s);
        REQUIRE(world.hub().member_count() == 2);
        world.change({.loss = 0.3});
        world.quit(ann);
        world.run(1100ms);
        CHECK(world.member(ann).is_closed);
        CHECK(world.hub().member_count() == 1);
    }
}

TEST_CASE("who leaves a host that does not answer has left after a second") {
    World world(31, {}, options());
    const auto ann = world.add_session_member("ann");
    world.run(1s);
    world.silence(ann, true);
    world.quit(ann);
    world.run(900ms);
    CHECK_FALSE(world.member(ann).is_closed);
    world.run(200ms);
    CHECK(world.member(ann).is_closed);
}

TEST_CASE("who is removed hears of it, also when the host's word gets lost") {
    World world(32, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    world.silence(ann, true);
    world.hub().kick("ann", "too loud");
    world.run(1s);
    world.silence(ann, false);
    world.run(20s);
    CHECK(world.member(ann).is_closed);
    CHECK(world.hub().member_count() == 1);
    CHECK_FALSE(world.member(bob).is_closed);
}

TEST_CASE("a room with a key takes who knows it, and tells the others why not") {
    auto with_password = options();
    with_password.password = "open sesame";
    World world(9, {.loss = 0.2}, with_password);
    const auto ann = world.add_session_member("ann", "open sesame");
    const auto bob = world.add_session_member("bob", "open sesam");
    const auto carl = world.add_session_member("carl");
    const auto dora = world.add_member("dora");
    world.run(10s);
    CHECK(world.hub().member_count() == 1);
    CHECK(world.member(ann).is_online);
    CHECK(world.member(bob).password_fault == chat::PasswordRefused::Why::wrong);
    CHECK(world.member(carl).password_fault == chat::PasswordRefused::Why::missing);
    CHECK_FALSE(world.member(dora).is_online);
    world.say(ann, "alone");
    world.run(1s);
    CHECK(world.member(ann).heard == std::vector<std::string>{"alone"});
}

TEST_CASE("a key for a room that wants none is told to nobody") {
    World world(10, {}, options());
    const auto ann = world.add_session_member("ann", "open sesame");
    world.run(1s);
    CHECK(world.member(ann).password_fault == chat::PasswordRefused::Why::unwanted);
    CHECK(world.hub().member_count() == 0);
}

TEST_CASE("a key set later keeps who is here, and sends classic clients away") {
    World world(11, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_member("bob");
    world.run(1s);
    world.hub().set_password("sesame");
    world.run(1s);
    CHECK(world.member(bob).is_closed);
    CHECK(world.hub().member_count() == 1);
    world.say(ann, "still here");
    world.run(1s);
    CHECK(world.member(ann).heard == std::vector<std::string>{"still here"});
    world.hub().set_password(std::nullopt);
    world.add_member("carl");
    world.run(1s);
    CHECK(world.hub().member_count() == 2);
}

TEST_CASE("keys are renewed while everybody talks on") {
    World world(12, {.loss = 0.2, .shortest_delay = 1ms, .longest_delay = 30ms}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(5s);
    for (int i = 0; i < 130; ++i) {
        world.say(i % 2 == 0 ? ann : bob, "line " + std::to_string(i));
        world.run(1min);
    }
    world.run(10s);
    CHECK(world.member(ann).handshakes >= 2);
    CHECK(world.member(bob).handshakes >= 2);
    CHECK(world.member(ann).outages == 0);
    CHECK(world.hub().member_count() == 2);
    check_complete(world);
}

TEST_CASE("a whisper reaches two, and the others miss nothing by it") {
    World world(13, {.loss = 0.3, .shortest_delay = 1ms, .longest_delay = 30ms}, options());
    for (const auto* name : {"ann", "bob", "carl"}) world.add_session_member(name);
    world.run(5s);
    for (int i = 0; i < 30; ++i) {
        world.say(static_cast<std::size_t>(i) % 3, "line " + std::to_string(i));
        world.submit(0, wire::Whisper{*text::Name::parsed("bob"),
                                      text::Text::from_untrusted("psst " + std::to_string(i))});
        world.run(300ms);
    }
    world.run(30s);
    CHECK(world.member(0).whispers.size() == 30);
    CHECK(world.member(1).whispers == world.member(0).whispers);
    CHECK(world.member(1).whispers.front() == "ann to bob: psst 0");
    CHECK(world.member(2).whispers.empty());
    for (std::size_t i = 0; i < 3; ++i) CHECK(world.member(i).heard == world.told());
}

TEST_CASE("a new name goes on with the old one's session, also when it comes back") {
    World world(14, {.loss = 0.2}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(5s);
    world.submit(ann, wire::Rename{*text::Name::parsed("anna")});
    world.run(2s);
    CHECK(world.member(ann).name == "anna");
    world.submit(bob, wire::Rename{*text::Name::parsed("Anna")});
    world.run(2s);
    CHECK(world.member(bob).refusals == std::vector<std::string>{"the name Anna is taken; Anna2 is free"});
    world.change({.loss = 1});
    world.run(20s);
    world.change({});
    world.say(ann, "after");
    world.run(20s);
    CHECK(world.member(ann).name == "anna");
    CHECK(world.member(ann).heard == world.told());
    CHECK(world.member(bob).heard == world.told());
    CHECK(world.hub().member_count() == 2);
}

TEST_CASE("who is silent for long is marked, and unmarked when it is back") {
    World world(15, {.loss = 0.1}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(5s);
    world.silence(bob, true);
    world.run(40s);
    CHECK(world.member(ann).unreachable.empty());
    world.run(20s);
    CHECK(world.member(ann).unreachable == std::set<std::string>{"bob"});
    world.add_session_member("carl");
    world.run(2s);
    CHECK(world.member(2).unreachable == std::set<std::string>{"bob"}); // a newcomer is told, too
    world.silence(bob, false);
    world.run(20s);
    CHECK(world.member(ann).unreachable.empty());
    CHECK(world.member(2).unreachable.empty());
    CHECK(world.member(bob).outages == 1);
    CHECK(world.hub().member_count() == 3);
}

TEST_CASE("who types is told to the others, and is over by itself") {
    World world(16, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    world.show_typing(ann, true);
    world.run(1s);
    CHECK(world.member(bob).typists == std::vector<std::string>{"ann"});
    CHECK(world.member(ann).typists.empty());
    world.run(10s);
    CHECK(world.member(bob).typists.empty());
    world.show_typing(ann, true);
    world.run(1s);
    world.say(ann, "there");
    world.run(1s);
    CHECK(world.member(bob).typists.empty());
    for (int i = 0; i < 1000; ++i) world.show_typing(ann, i % 2 == 0); // changes nothing but itself
    world.run(5s);
    CHECK(world.hub().member_count() == 2);
}

TEST_CASE("twenty members behind one narrow cable all have every line, and it is not choked") {
    for (const std::size_t rate : {100'000, 400'000}) {
        World world(17, {}, options());
        for (int i = 0; i < 20; ++i) world.add_session_member("member-" + std::to_string(i));
        world.run(2s);
        REQUIRE(world.hub().member_count() == 20);
        world.change(
            {.shortest_delay = 5ms, .longest_delay = 5ms, .bytes_per_second = rate, .queue_bytes = 32768});
        // 20 lines of 500 bytes to 20 members are 200 kB.
        for (int i = 0; i < 20; ++i)
            world.say(static_cast<std::size_t>(i), std::to_string(i) + std::string(500, 'x'));
        world.run(30s);
        check_complete(world);
    }
}

TEST_CASE("twenty members who all say fifty lines at once, at 30 percent loss, have a thousand in seconds") {
    auto unlimited = options();
    unlimited.flood.reset();
    World world(18, {.loss = 0.3}, unlimited);
    for (int i = 0; i < 20; ++i) world.add_session_member("member-" + std::to_string(i));
    world.run(10s);
    REQUIRE(world.hub().member_count() == 20);
    for (int line = 0; line < 50; ++line)
        for (std::size_t i = 0; i < 20; ++i)
            world.say(i, "line " + std::to_string(line) + " of " + std::to_string(i));
    world.run(5s);
    check_complete(world);
}
