// SPDX-License-Identifier: MIT
// Who is in the room, and where members are, as the log keeps it.
#include "tests/support/raw_peer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using test::address;
using test::frames;
using test::hub_options;
using test::HubHarness;
using test::RawClient;
using test::RawPeer;

namespace {

const auto home = address("10.0.0.2", 5000);
const auto elsewhere = address("10.0.0.3", 5000);

std::vector<chatd::KeptPath> paths_in(const HubHarness& room) {
    return room.log.restore(0).paths;
}

} // namespace

TEST_CASE("of a key that never was in the room no address is kept") {
    HubHarness room(hub_options());
    for (std::uint64_t n = 1; n <= 60; ++n) {
        RawPeer mallory(room, 1000 + n, address("10.0.0.2", static_cast<std::uint16_t>(5000 + n)));
        mallory.join(RawClient::payload("n" + std::to_string(n)));
        mallory.send(
            mallory.client.session()->packet(frames(wire::CloseFrame{wire::CloseFrame::Code::left, {}})));
    }
    CHECK(paths_in(room).size() == room.hub.member_count());
    room.pass(20min);
    CHECK(paths_in(room).size() == room.hub.member_count());
}

TEST_CASE("where a member is, is saved with its join") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann"); // no turn comes behind the one in which the join is saved
    CHECK(paths_in(room).size() == 1);
}

TEST_CASE("a join that follows a leave in one turn is saved with its path, too") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    const auto old_path = paths_in(room).front().path;
    RawPeer again(room, 1, elsewhere);
    again.greet();
    room.put(home, ann.client.session()->packet(frames(wire::CloseFrame{wire::CloseFrame::Code::left, {}})));
    room.put(elsewhere, again.client.join(wire::encode(RawClient::payload("ann", 2, 2))));
    again.hear(room.finish_turn());
    CHECK(again.client.is_welcome());
    const auto paths = paths_in(room);
    REQUIRE(paths.size() == 1);
    CHECK(paths.front().path != old_path);
    CHECK(paths.front().path.find("10.0.0.3") != std::string::npos);
}

TEST_CASE("what is left of keys that are not in the room is forgotten at a start") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    ann.pass(100ms);
    const wire::MemberId gone{RawClient::key(2).public_key.data};
    room.log.write({.paths = {{gone, paths_in(room).front().path}}});
    REQUIRE(paths_in(room).size() == 2);
    chatd::Hub next(hub_options(), room.random);
    next.restore(room.log, room.now);
    const auto paths = next.drain_paths();
    REQUIRE(paths.size() == 1);
    CHECK(paths.front().member == gone);
    CHECK(paths.front().path.empty());
}
