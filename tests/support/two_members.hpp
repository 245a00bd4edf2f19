// SPDX-License-Identifier: MIT
// Two members of the classic protocol, who are in the room.
#pragma once

#include "tests/support/hub_harness.hpp"

#include <utility>

namespace test {

inline const auto ann = address("127.0.0.1", 5001);
inline const auto bob = address("127.0.0.1", 5002);
/// A stranger, on the host's network.
inline const auto eve = address("10.0.0.66", 5003);

inline chatd::Hub::Options without_flood_limit() {
    chatd::Hub::Options options;
    options.flood.reset();
    return options;
}

struct TwoMembers : HubHarness {
    explicit TwoMembers(chatd::Hub::Options options = {})
        : HubHarness(std::move(options)) {
        turn(ann, "L ann");
        turn(bob, "L bob");
    }
};

} // namespace test
