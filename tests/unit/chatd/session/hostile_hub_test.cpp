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
    auto made = test::hub_options();
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

TEST_CASE("an authentic join with a malformed payload, sent twice, ends nothing but its own handshake") {
    const auto whole = wire::encode(RawClient::payload("mallory"));
    auto nameless = RawClient::payload("");
    const std::vector<std::string> payloads = {
        "",
        whole.substr(0, 1),
        whole.substr(0, whole.size() - 1),
        std::string(100, '\xFF'),
        wire::encode(nameless),
        wire::encode(RawClient::payload(std::string(900, 'm'))),
        wire::encode(RawClient::payload("\x1b[31m")),
        wire::encode(RawClient::payload("\xC3")),
    };
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        INFO("payload ", i);
        HubHarness room(options());
        RawPeer mallory(room, 2, evil);
        mallory.greet();
        const auto request = mallory.client.join(payloads[i]);
        mallory.send(request);
        mallory.send(request);
        // Another one in the same handshake.
        mallory.send(mallory.client.join(whole + "x"));
        mallory.send(request);
        mallory.pass(10s);
        check_goes_on(room);
    }
}

TEST_CASE("a join with more behind it than this version knows is taken") {
    HubHarness room(options());
    RawPeer mallory(room, 2, evil);
    mallory.greet();
    mallory.send(mallory.client.join(wire::encode(RawClient::payload("later")) + "of a later version"));
    CHECK(mallory.client.is_welcome());
}

TEST_CASE("a raw client that keeps to the protocol is a member like others") {
    HubHarness room(options());
    RawPeer mallory(room, 2, evil);
    mallory.enter("mallory");
    check_goes_on(room);
    mallory.send(mallory.client.rename(1, "eve"));
    mallory.pass(1s);
    CHECK(mallory.client.session()->heard().results.at(1).is_accepted);
}
