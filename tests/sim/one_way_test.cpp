// SPDX-License-Identifier: MIT
// Members that the host hears, and that hear nothing of it for a while, at the worst moments: what they ask
// for happens, and they do not know.
#include "tests/sim/stories.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace sim;

namespace {

/// `member` hears nothing from its next JOIN on.
void deafen_by_join(World& world, std::size_t member) {
    world.tap([&world, member](bool to_hub, const net::Address& peer, const std::string& bytes) {
        const auto packet = wire::parse_packet(bytes);
        const bool is_join = packet && std::holds_alternative<wire::JoinRequest>(*packet);
        if (to_hub && is_join && peer == world.member(member).address) world.deafen(member, true);
    });
}

} // namespace

TEST_CASE("after a silence, and then a while in which a member is heard and hears nothing, it goes on" *
          doctest::test_suite("loss")) {
    for (const auto seed : sim::seeds(40)) {
        INFO("seed ", seed);
        std::mt19937_64 random(seed);
        World world(seed, {.shortest_delay = 1ms, .longest_delay = seed % 2 == 0 ? 1ms : 30ms}, options());
        const auto ann = world.add_session_member("ann");
        const auto bob = world.add_session_member("bob");
        world.run(2s);
        world.silence(ann, true);
        world.run(20s + std::chrono::milliseconds(random() % 20'000));
        if (random() % 2 == 0) world.say(bob, "meanwhile");
        if (random() % 2 == 0) world.say(ann, "into the silence");
        world.silence(ann, false);
        deafen_by_join(world, ann);
        world.run(2s + std::chrono::milliseconds(random() % 6000));
        world.tap({});
        world.deafen(ann, false);
        world.run(30s);
        CHECK_FALSE(world.member(ann).is_closed);
        CHECK(world.member(ann).remarks.empty());
        world.say(ann, "here");
        world.run(5s);
        check_complete(world);
        CHECK(world.hub().member_count() == 2);
    }
}

TEST_CASE("who leaves while it does not know that it has joined leaves no ghost" *
          doctest::test_suite("goodbye")) {
    for (const auto seed : sim::seeds(20)) {
        INFO("seed ", seed);
        std::mt19937_64 random(seed);
        World world(seed, {.shortest_delay = 1ms, .longest_delay = seed % 2 == 0 ? 1ms : 30ms}, options());
        const auto bob = world.add_session_member("bob");
        const auto ann = world.add_session_member("ann");
        const bool is_back = random() % 2 == 0;
        if (is_back) {
            world.run(2s);
            world.silence(ann, true);
            world.run(30s);
            world.silence(ann, false);
        }
        deafen_by_join(world, ann);
        world.run(std::chrono::milliseconds(is_back ? random() % 3000 : 1000 + random() % 1500));
        world.quit(ann);
        world.run(6s);
        CHECK(world.member(ann).is_closed);
        CHECK(world.hub().member_count() == 1);
        CHECK_FALSE(world.member(bob).is_closed);
    }
}
