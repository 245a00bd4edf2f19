// SPDX-License-Identifier: MIT
// Whole rooms of classic members in virtual time. What an unreliable protocol can promise is promised here:
// nothing that was not said, never one's own, one order where the network keeps one, and a roster that is
// true.
#include "tests/sim/world.hpp"

#include "tests/sim/seeds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace std::chrono_literals;
using sim::Network;
using sim::World;

namespace {

/// A conversation: members come, talk, leave and die by the seed.
void converse(World& world, std::uint64_t seed, std::size_t members, int rounds) {
    std::mt19937_64 random(seed + 1);
    for (std::size_t i = 0; i < members; ++i) world.add_member("member-" + std::to_string(i));
    world.run(5s);
    int said = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto who = random() % members;
        switch (random() % 24) {
        case 0: world.quit(who); break;
        case 1: world.kill(who); break;
        case 2: world.shout("shout " + std::to_string(said++)); break;
        case 3: world.forge("L member-0"); break;
        case 4: world.forge("C member-" + std::to_string(who) + " forged"); break;
        case 5: world.forge("Q member-" + std::to_string(who)); break;
        default: world.say(who, "line " + std::to_string(said++));
        }
        world.run(std::chrono::milliseconds(random() % 300));
    }
    world.run(30s);
}

bool is_subsequence(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
    auto next = whole.begin();
    for (const auto& line : part) {
        next = std::find(next, whole.end(), line);
        if (next == whole.end()) return false;
        ++next;
    }
    return true;
}

} // namespace

TEST_CASE("on a network that loses nothing everybody hears everything once and in one order") {
    World world(1, {}, {});
    for (int i = 0; i < 20; ++i) world.add_member("member-" + std::to_string(i));
    world.run(5s);
    for (int round = 0; round < 200; ++round) {
        world.say(static_cast<std::size_t>(round) % 20, "line " + std::to_string(round));
        world.run(37ms);
    }
    world.run(10s);
    REQUIRE(world.told().size() == 200);
    for (std::size_t i = 0; i < world.member_count(); ++i) {
        const auto& member = world.member(i);
        CHECK(is_subsequence(member.said, world.told()));
        auto expected = world.told();
        std::erase_if(expected, [&](const std::string& line) {
            return std::find(member.said.begin(), member.said.end(), line) != member.said.end();
        });
        CHECK(member.heard == expected);
    }
}

TEST_CASE(
    "where datagrams are lost but not reordered, what is heard is in the room's order and never doubled" *
    doctest::test_suite("classic")) {
    for (const auto seed : sim::seeds(20)) {
        INFO("seed ", seed);
        World world(seed, {.loss = 0.02 * static_cast<double>(seed % 25)}, {});
        converse(world, seed, 8, 150);
        for (std::size_t i = 0; i < world.member_count(); ++i) {
            INFO(world.trace());
            CHECK(is_subsequence(world.member(i).heard, world.told()));
        }
    }
}

TEST_CASE("loss, doubling and reordering together never invent a line, a member or an echo" *
          doctest::test_suite("classic")) {
    for (const auto seed : sim::seeds(20)) {
        INFO("seed ", seed);
        World world(seed,
                    {.loss = 0.015 * static_cast<double>(seed % 30),
                     .duplication = 0.1,
                     .shortest_delay = 1ms,
                     .longest_delay = 80ms},
                    {});
        converse(world, seed, 8, 150);
        CHECK(world.hub().counters().lines_in == world.told().size());
    }
}

TEST_CASE("who dies without a word is gone after the second line that finds its port closed") {
    World world(1, {}, {});
    world.add_member("ann");
    const auto bob = world.add_member("bob");
    world.run(1s);
    world.kill(bob);
    world.say(0, "one");
    world.run(1s);
    CHECK(world.hub().member_count() == 2);
    world.say(0, "two");
    world.run(1s);
    CHECK(world.hub().member_count() == 1);
}

TEST_CASE(
    "everybody who joins while a third of the datagrams are lost is in the room, or knows that it is not" *
    doctest::test_suite("classic")) {
    for (const auto seed : sim::seeds(20)) {
        INFO("seed ", seed);
        World world(seed, {.loss = 0.3}, {});
        for (int i = 0; i < 10; ++i) world.add_member("member-" + std::to_string(i));
        world.run(10s);
        std::size_t online = 0;
        for (std::size_t i = 0; i < world.member_count(); ++i) online += world.member(i).is_online ? 1 : 0;
        CHECK(online <= world.hub().member_count());
        CHECK(online >= 7);
    }
}

TEST_CASE("the same seed is the same run") {
    const auto run = [] {
        World world(99, {.loss = 0.2, .duplication = 0.1, .shortest_delay = 1ms, .longest_delay = 50ms}, {});
        converse(world, 99, 6, 100);
        return world.trace();
    };
    CHECK(run() == run());
}
