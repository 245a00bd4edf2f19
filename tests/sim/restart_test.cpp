// SPDX-License-Identifier: MIT
// Hosts and clients that die without a word, at the worst moments, in virtual time: what was confirmed to
// anybody stays, nothing comes twice, and what is gone is told.
#include "tests/sim/stories.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace sim;

TEST_CASE("a host that dies at any moment comes back with all that was confirmed, and nothing twice" *
          doctest::test_suite("restarts")) {
    for (const auto seed : sim::seeds(25)) {
        INFO("seed ", seed);
        std::mt19937_64 random(seed);
        World world(seed, {}, options());
        world.slow_disk(std::chrono::milliseconds(1 + seed % 40));
        for (int i = 0; i < 5; ++i) world.add_session_member("member-" + std::to_string(i));
        world.run(2s);
        REQUIRE(world.hub().member_count() == 5);
        world.change({.loss = 0.01 * static_cast<double>(seed % 31),
                      .duplication = seed % 3 == 0 ? 0.2 : 0,
                      .shortest_delay = 1ms,
                      .longest_delay = seed % 2 == 0 ? Duration(1ms) : Duration(40ms)});
        int number = 0;
        for (int round = 0; round < 40; ++round) {
            world.say(random() % 5, line(number++, random));
            world.run(std::chrono::milliseconds(random() % 100));
            if (random() % 8 != 0) continue;
            world.crash_host(random() % 2 == 0 ? World::Crash::before_commit : World::Crash::after_commit);
            world.run(std::chrono::milliseconds(random() % 3000));
            world.start_host();
            if (random() % 3 == 0) { // and again, before it has kept what it made of the log
                world.crash_host(World::Crash::before_commit);
                world.start_host();
            }
        }
        world.change({});
        world.run(5s);
        for (std::size_t i = 0; i < 5; ++i)
            CHECK(world.member(i).sent.size() == world.member(i).lines.size());
        world.run(20s); // who only listens notices by its keep-alive
        check_complete(world);
        CHECK(world.hub().member_count() == 5);
        // Nobody has left or joined because the host was away.
        for (std::size_t i = 0; i < 5; ++i) CHECK(world.member(i).remarks.empty());
    }
}

TEST_CASE("a line that the host took, and died before it was saved, is soon said again") {
    World world(26, {}, options());
    world.slow_disk(50ms);
    const auto ann = world.add_session_member("ann");
    world.run(1s);
    world.say(ann, "taken, and not saved");
    world.run(30ms); // so long that it is acknowledged, so short that it is not committed
    world.crash_host(World::Crash::before_commit);
    world.start_host();
    CHECK(world.told().empty());
    world.run(2s);
    CHECK(world.told() == std::vector<std::string>{"taken, and not saved"});
    CHECK(world.member(ann).sent.size() == 1);
}

TEST_CASE("who only listens hears at once of a host that is back") {
    for (const double loss : {0.0, 0.3}) {
        World world(27, {}, options());
        world.slow_disk(5ms);
        const auto ann = world.add_session_member("ann");
        const auto bob = world.add_session_member("bob");
        const auto carl = world.add_session_member("carl");
        world.run(1s);
        world.say(ann, "before");
        world.run(1s);
        world.move(carl);
        world.say(carl, "from elsewhere");
        world.run(1s);
        world.crash_host(World::Crash::after_commit);
        world.run(1s);
        world.start_host();
        world.change({.loss = loss});
        world.run(loss > 0 ? 5s : 200ms);
        world.say(ann, "after");
        world.run(loss > 0 ? 2s : 200ms);
        for (const auto listener : {bob, carl}) CHECK(world.member(listener).heard.back() == "after");
    }
}

TEST_CASE("who came back while the leave was being saved is known where it is, too") {
    World world(33, {}, options());
    world.slow_disk(100ms);
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    world.quit(bob);
    world.run(5ms);
    world.restart(bob);
    world.run(1s);
    REQUIRE(world.hub().member_count() == 2);
    world.say(ann, "before");
    world.run(1s);
    world.crash_host(World::Crash::after_commit);
    world.start_host();
    world.run(500ms);
    world.say(ann, "after");
    world.run(500ms);
    CHECK(world.member(bob).heard.back() == "after");
}

TEST_CASE("where somebody was before is told no more than three times") {
    World world(28, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    world.say(ann, "before");
    world.run(1s);
    world.crash_host(World::Crash::after_commit);
    world.silence(bob, true);
    world.start_host();
    world.run(400s); // which the world watches
    CHECK(world.hub().member_count() == 1);
}

TEST_CASE("a host that comes back with a key, as anybody could say, is waited for") {
    World world(30, {}, options());
    const auto ann = world.add_session_member("ann");
    world.run(1s);
    world.crash_host(World::Crash::after_commit);
    world.set_next_password("hatch 7");
    world.start_host();
    world.say(ann, "under way");
    world.run(20s);
    CHECK(world.member(ann).remarks ==
          std::vector<std::string>{"the room wants a key now: leave, and join with --key-file"});
    CHECK_FALSE(world.member(ann).is_closed);
    CHECK(world.told().empty());
    world.crash_host(World::Crash::after_commit);
    world.set_next_password({});
    world.start_host();
    world.run(3s);
    CHECK(world.told() == std::vector<std::string>{"under way"});
    CHECK(world.member(ann).remarks.size() == 1);
}

TEST_CASE("who has not come back to a host that did is listed, and can be removed") {
    World world(29, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    world.crash_host(World::Crash::after_commit);
    world.silence(bob, true);
    world.start_host();
    world.run(1s);
    const auto here = world.hub().presences(Instant{});
    REQUIRE(here.size() == 2);
    CHECK(here[0].name.view() == "ann");
    CHECK(here[0].address == world.member(ann).address);
    CHECK_FALSE(here[0].is_unreachable);
    CHECK(here[1].name.view() == "bob");
    CHECK_FALSE(here[1].address);
    CHECK(here[1].is_unreachable);
    CHECK(world.hub().kick("bob", "too long away") == "bob");
    world.run(1s);
    CHECK(world.hub().member_count() == 1);
    world.run(400s);
    CHECK(world.hub().member_count() == 1);
}

TEST_CASE("what a client said and died before it was saved does not keep back what its next run says" *
          doctest::test_suite("restarts")) {
    for (const auto seed : sim::seeds(50)) {
        INFO("seed ", seed);
        World world(seed, {}, options());
        world.slow_disk(100ms);
        const auto ann = world.add_session_member("ann");
        world.run(2s);
        world.say(ann, "one");
        world.run(5ms); // the host has it, and its disk has not
        world.restart(ann);
        // Its result may overtake the welcome of the next run, or what that sends be lost until the result is
        // there.
        if (seed % 2 == 0)
            world.change({.loss = 0.5});
        else
            world.change({.shortest_delay = 1ms, .longest_delay = 90ms});
        world.run(std::chrono::milliseconds(80 + seed % 200));
        world.change({});
        world.run(500ms);
        REQUIRE(world.member(ann).is_online);
        world.say(ann, "two");
        world.run(2s);
        INFO(world.trace());
        CHECK(world.told() == std::vector<std::string>{"one", "two"});
        CHECK(world.member(ann).heard == world.told());
    }
}

TEST_CASE("a client that dies at any moment goes on where it was, with what it had not sent" *
          doctest::test_suite("restarts")) {
    for (const auto seed : sim::seeds(25)) {
        INFO("seed ", seed);
        std::mt19937_64 random(seed);
        World world(seed, {}, options());
        for (int i = 0; i < 4; ++i) world.add_session_member("member-" + std::to_string(i));
        world.run(2s);
        world.change({.loss = 0.01 * static_cast<double>(seed % 31),
                      .duplication = seed % 3 == 0 ? 0.2 : 0,
                      .shortest_delay = 1ms,
                      .longest_delay = seed % 2 == 0 ? Duration(1ms) : Duration(40ms)});
        for (int round = 0; round < 40; ++round) {
            // A screen is there only once the client is in the room.
            const auto speaker = random() % 4;
            if (world.member(speaker).is_online) world.say(speaker, "line " + std::to_string(round));
            world.run(std::chrono::milliseconds(random() % 100));
            if (random() % 4 == 0) world.restart(random() % 4);
            if (random() % 16 == 0) {
                world.crash_host(World::Crash::before_commit);
                world.run(std::chrono::milliseconds(random() % 500));
                if (random() % 2 == 0) world.restart(random() % 4);
                world.start_host();
            }
        }
        world.change({});
        // Who found nobody there in three seconds was told so, and is started again.
        for (std::size_t i = 0; i < 4; ++i)
            if (!world.member(i).is_online) world.restart(i);
        world.run(90s);
        check_complete(world);
        CHECK(world.hub().member_count() == 4);
    }
}

TEST_CASE("a log that was put back from an older copy is told, and the room goes on") {
    World world(21, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    for (int i = 0; i < 5; ++i) world.say(ann, "line " + std::to_string(i));
    world.run(2s);
    const auto copy = world.copy_log();
    world.say(ann, "lost with the disk");
    world.say(bob, "this one, too");
    world.run(2s);
    world.crash_host(World::Crash::after_commit);
    world.put_back(copy);
    world.start_host();
    world.run(20s);
    for (const auto member : {ann, bob}) {
        REQUIRE(world.member(member).remarks.size() == 1);
        CHECK(world.member(member).remarks.front() == "the host's log is older than what was seen here: it "
                                                      "was put back from a copy, and some lines are "
                                                      "gone");
    }
    world.say(bob, "after");
    world.run(2s);
    CHECK(world.member(ann).heard.back() == "after");
    CHECK(world.told().back() == "after");
    CHECK(world.member(bob).sent.size() == 2);
}

TEST_CASE("a copy that has grown past where a client was is told, too") {
    World world(22, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    const auto copy = world.copy_log();
    world.say(ann, "lost with the disk");
    world.run(2s);
    world.silence(bob, true);
    world.crash_host(World::Crash::after_commit);
    world.put_back(copy);
    world.start_host();
    world.run(20s);
    for (int i = 0; i < 5; ++i) world.say(ann, "line " + std::to_string(i));
    world.run(2s);
    world.silence(bob, false);
    world.run(20s);
    REQUIRE(world.member(bob).remarks.size() == 1);
    CHECK(world.member(bob).remarks.front().starts_with("the host's log is older"));
    world.say(ann, "after");
    world.run(1s);
    CHECK(world.member(bob).heard.back() == "after");
}

TEST_CASE("another log than before is told") {
    World world(23, {}, options());
    const auto ann = world.add_session_member("ann");
    world.run(1s);
    world.say(ann, "before");
    world.run(1s);
    world.crash_host(World::Crash::after_commit);
    world.put_back(chatd::MemoryLog({8}));
    world.say(ann, "under way");
    world.start_host();
    world.run(20s);
    CHECK(world.member(ann).remarks ==
          std::vector<std::string>{"the host has begun a new log: what was said before is in it no more"});
    CHECK(world.told() == std::vector<std::string>{"under way"});
    CHECK(world.member(ann).sent.size() == 2);
}

TEST_CASE("who was away for longer than the ring goes back reads the rest from the log") {
    auto quick = options();
    quick.flood.reset();
    World world(24, {.shortest_delay = 1ms, .longest_delay = 5ms}, quick);
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    world.say(ann, "before");
    world.run(1s);
    world.silence(bob, true);
    // The feed has 16 MiB of the newest.
    for (int i = 0; i < 2600; ++i) {
        world.say(ann, std::to_string(i) + std::string(7000, 'x'));
        if (i % 20 == 0) world.run(2s);
    }
    world.run(10s);
    REQUIRE(world.told().size() == 2601);
    world.silence(bob, false);
    world.run(60s);
    CHECK(world.member(bob).heard == world.told());
    CHECK(world.member(bob).remarks.empty());
    // While it caught up, the other one went on.
    CHECK(world.member(ann).heard == world.told());
}

TEST_CASE("what the host keeps no more is told as a gap") {
    World world(25, {}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    world.run(1s);
    world.put_back([&] {
        auto small = chatd::MemoryLog({7}, 10);
        return small;
    }());
    world.say(ann, "a");
    world.run(1s);
    CHECK(world.member(bob).heard.size() == 1);
    world.silence(bob, true);
    for (int i = 0; i < 30; ++i) {
        world.say(ann, "line " + std::to_string(i));
        world.run(1s);
    }
    world.run(400s); // its session is over
    world.silence(bob, false);
    world.run(20s);
    REQUIRE(world.member(bob).remarks.size() == 1);
    CHECK(world.member(bob).remarks.front().find("lines are missing here") != std::string::npos);
    CHECK(world.member(bob).heard.back() == "line 29");
}

TEST_CASE("newcomers are given what was said last, as much as both want") {
    auto some = options();
    some.history = 3;
    World world(26, {}, some);
    const auto ann = world.add_session_member("ann");
    world.run(1s);
    for (int i = 0; i < 6; ++i) world.say(ann, "line " + std::to_string(i));
    world.run(3s);
    const auto bob = world.add_session_member("bob"); // does not ask
    const auto carl = world.add_session_member("carl", {}, 2);
    const auto dora = world.add_session_member("dora", {}, 50);
    world.run(1s);
    CHECK(world.member(bob).heard.empty());
    CHECK(world.member(carl).heard == std::vector<std::string>{"line 4", "line 5"});
    CHECK(world.member(dora).heard == std::vector<std::string>{"line 3", "line 4", "line 5"});
}

TEST_CASE("what was said is found, newest first, and only by who may see it") {
    World world(27, {.loss = 0.2}, options());
    const auto ann = world.add_session_member("ann");
    const auto bob = world.add_session_member("bob");
    const auto carl = world.add_session_member("carl");
    world.run(5s);
    for (int i = 0; i < 6; ++i) world.say(ann, "the Printer is on fire " + std::to_string(i));
    world.submit(ann, wire::Whisper{*text::Name::parsed("bob"), text::Text::from_untrusted("printer, psst")});
    world.say(bob, "what?");
    world.run(10s);
    world.find(carl, wire::max_varint, "pRINTER");
    world.run(3s);
    REQUIRE(world.member(carl).found.size() == 7);
    CHECK(world.member(carl).found.front() == "the Printer is on fire 0");
    CHECK(world.member(carl).found.back() == "all");
    world.find(bob, wire::max_varint, "printer");
    world.run(3s);
    CHECK(world.member(bob).found.size() == 8);
    world.find(bob, wire::max_varint, "nothing of the kind");
    world.run(3s);
    CHECK(world.member(bob).found.back() == "all");
    CHECK(world.member(bob).found.size() == 9);
}
