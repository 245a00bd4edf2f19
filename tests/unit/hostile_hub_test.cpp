// SPDX-License-Identifier: MIT
// What somebody with a key of their own may send to a hub: authentic, sealed, and against the protocol.
#include "tests/support/raw_peer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using test::address;
using test::HubHarness;
using test::RawClient;
using test::RawPeer;

namespace {

chatd::Hub::Options options() {
    chatd::Hub::Options made;
    made.identity = RawClient::key(99);
    made.flood.reset();
    return made;
}

const auto evil = address("10.0.0.66", 5000);
const auto good = address("10.0.0.2", 5000);

/// A honest member's line still comes through.
void check_goes_on(HubHarness& room) {
    RawPeer ann(room, 1, good);
    ann.enter("ann");
    ann.send(ann.client.say(1, "still here"));
    ann.pass(1s);
    CHECK(ann.client.session()->heard().has_said("still here"));
}

} // namespace

TEST_CASE("a raw client that keeps to the protocol is a member like others") {
    HubHarness room(options());
    RawPeer mallory(room, 2, evil);
    mallory.enter("mallory");
    check_goes_on(room);
    mallory.send(mallory.client.rename(1, "eve"));
    mallory.pass(1s);
    CHECK(mallory.client.session()->heard().results.at(1).is_accepted);
}
