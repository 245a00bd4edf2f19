// SPDX-License-Identifier: MIT
// What the stories of whole rooms have in common.
#pragma once

#include "tests/sim/seeds.hpp"
#include "tests/sim/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sim {

inline chatd::Hub::Options options() {
    chatd::Hub::Options made;
    test::SeededRandom random(5);
    made.identity = session::KeyPair::generate(random);
    return made;
}

inline std::string first_difference(const World::Member& member, const std::vector<std::string>& told) {
    const auto& heard = member.heard;
    std::size_t i = 0;
    while (i < heard.size() && i < told.size() && heard[i] == told[i]) ++i;
    return member.name + " at " + member.address.to_string() + " heard " + std::to_string(heard.size()) +
           " of " + std::to_string(told.size()) + "; at " + std::to_string(i) + " '" +
           (i < heard.size() ? heard[i].substr(0, 40) : "") + "' for '" +
           (i < told.size() ? told[i].substr(0, 40) : "") + "'; the last event was " +
           std::to_string(member.last_sequence);
}

/// Everybody who was there from the first line on has all of them, in the room's order, own ones too; and
/// every line that was typed was said once and is known to be.
inline void check_complete(const World& world) {
    INFO(world.trace());
    std::vector<std::string> typed;
    for (std::size_t i = 0; i < world.member_count(); ++i) {
        const auto& member = world.member(i);
        CHECK_MESSAGE(member.heard == world.told(), first_difference(member, world.told()));
        CHECK(member.sent.size() == member.lines.size());
        typed.insert(typed.end(), member.said.begin(), member.said.end());
    }
    auto told = world.told();
    std::sort(told.begin(), told.end());
    std::sort(typed.begin(), typed.end());
    CHECK(told == typed);
}

inline std::string line(int number, std::mt19937_64& random) {
    // Most are short; some need several packets, some have several lines.
    if (random() % 10 == 0) return std::to_string(number) + ":\nits second line";
    return std::to_string(number) + std::string(random() % 20 == 0 ? random() % 6000 : random() % 80, 'x');
}

} // namespace sim
