// SPDX-License-Identifier: MIT
// Who is let in when, by a hub and raw clients at addresses of its network.
#include "tests/support/raw_peer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
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

} // namespace

TEST_CASE("whoever joins and leaves without end has to wait, is told so, and comes in later") {
    HubHarness room(hub_options());
    int joined = 0;
    for (int i = 0; i < 30; ++i) {
        RawPeer mallory(room, 1, home);
        auto payload = RawClient::payload("mallory", static_cast<std::uint64_t>(i + 1));
        mallory.join(payload);
        if (mallory.client.is_welcome()) {
            ++joined;
            mallory.send(mallory.client.session()->packet(frames(wire::CloseFrame{})));
            continue;
        }
        REQUIRE(mallory.client.session()->heard().notices.size() == 1);
        CHECK(mallory.client.session()->heard().notices[0] == chatd::Messages().wait_to_join);
        for (int second = 0; second < 7; ++second) {
            mallory.send(mallory.client.session()->packet(mallory.client.session()->true_ack()));
            mallory.pass(1s);
        }
        CHECK(mallory.client.is_welcome());
        break;
    }
    CHECK(joined == 8);
}

TEST_CASE("of two handshakes of one key that end in one burst the newer one is decided, and nobody stays as "
          "a ghost") {
    HubHarness room(hub_options());
    RawPeer bob(room, 7, address("10.0.0.7", 5000));
    bob.enter("bob");
    RawPeer first(room, 1, home);
    RawPeer second(room, 1, elsewhere);
    first.greet();
    second.greet();
    room.put(home, first.client.join(wire::encode(RawClient::payload("bob", 1)))); // which is taken
    room.put(elsewhere, second.client.join(wire::encode(RawClient::payload("eve", 2))));
    auto sent = room.finish_turn();
    for (auto& more : room.pass(1s)) sent.push_back(std::move(more));
    second.hear(sent);
    CHECK(second.client.is_welcome());
    CHECK(room.hub.member_count() == 2);
    CHECK(room.hub.is_consistent());
}

TEST_CASE("an address that is full costs nobody else their place") {
    auto few = hub_options();
    few.limits.sessions.address = 2;
    few.limits.sessions.everybody = 3;
    HubHarness room(few);
    RawPeer ann(room, 1, address("10.0.0.11", 5000));
    ann.enter("ann");
    RawPeer one(room, 2, home);
    one.enter("one");
    RawPeer two(room, 3, home.with_port(5001));
    two.enter("two");
    one.pass(60s); // all of them are silent for long
    RawPeer three(room, 4, home.with_port(5002));
    three.join(RawClient::payload("three"));
    CHECK_FALSE(three.client.is_welcome());
    CHECK(room.hub.member_count() == 3);
    // Somebody from elsewhere gets the place of one that can't be reached.
    RawPeer four(room, 5, elsewhere);
    four.join(RawClient::payload("four"));
    four.pass(1s);
    CHECK(four.client.is_welcome());
    CHECK(room.hub.member_count() == 3);
    CHECK(room.hub.is_consistent());
}

TEST_CASE(
    "rosters on their way are bounded, those who wait for one are let in, and a silent one gives its up") {
    auto little = hub_options();
    little.limits.roster_bytes = 100;
    HubHarness room(little);
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (std::uint64_t i = 0; i < 8; ++i) {
        auto& peer = *peers.emplace_back(
            std::make_unique<RawPeer>(room, 10 + i, address("10.0.0." + std::to_string(20 + i), 5000)));
        peer.join(RawClient::payload("member-" + std::to_string(i)));
    }
    const auto welcome = [&] {
        return std::count_if(peers.begin(), peers.end(),
                             [](const auto& peer) { return peer->client.is_welcome(); });
    };
    CHECK(welcome() < 8);
    CHECK(room.hub.is_consistent());
    for (int second = 0; second < 40 && welcome() < 8; ++second) {
        for (const auto& peer : peers) {
            auto& session = *peer->client.session();
            if (session.heard().packets > 0 && peer != peers.front()) // who never acknowledges
                room.put(peer->at, session.packet(session.true_ack()));
        }
        auto sent = room.finish_turn();
        for (auto& more : room.pass(1s)) sent.push_back(std::move(more));
        for (const auto& peer : peers) peer->hear(sent);
    }
    CHECK(welcome() == 8);
}

TEST_CASE("while the log can't save, nobody's join piles up before it, and who is in the room comes back") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    room.log.set_fault("disk full");
    room.finish_turn();
    std::vector<std::unique_ptr<RawPeer>> others;
    for (std::uint64_t n = 1; n <= 30; ++n) {
        auto& other = *others.emplace_back(std::make_unique<RawPeer>(
            room, 2000 + n, address("10.0.0.2", static_cast<std::uint16_t>(5000 + n))));
        other.greet();
        room.put(other.at, other.client.join(wire::encode(RawClient::payload("n" + std::to_string(n)))));
        CHECK(room.hub.drain_entries(WallTime{}).empty());
        other.hear(room.finish_turn());
        if (n % 2 == 0)
            other.send(
                other.client.session()->packet(frames(wire::CloseFrame{wire::CloseFrame::Code::left, {}})));
        CHECK(room.hub.drain_entries(WallTime{}).empty());
    }
    const auto& notices = others.front()->client.session()->heard().notices;
    REQUIRE(notices.size() == 1);
    CHECK(notices.front().find("can't save") != std::string::npos);
    RawPeer again(room, 1, home);
    again.join(RawClient::payload("ann", 1, 2));
    CHECK(again.client.is_welcome());
    room.log.set_fault(std::nullopt);
    others.front()->pass(1s);
    CHECK(others.front()->client.is_welcome());
}

TEST_CASE("who waits to join is not overtaken, and many at one address are one") {
    auto slow = hub_options();
    slow.limits.joins = {Rate{100, 100}, {100, 100}, {100, 100}, {100, 100}, {1, 1}};
    HubHarness room(slow);
    RawPeer(room, 1, home).enter("first");
    std::vector<std::unique_ptr<RawPeer>> others;
    const auto join = [&](std::uint64_t seed, const net::Address& at) -> RawPeer& {
        auto& other = *others.emplace_back(std::make_unique<RawPeer>(room, seed, at));
        other.join(RawClient::payload("n" + std::to_string(seed)));
        return other;
    };
    for (std::uint64_t i = 0; i < 10; ++i) join(100 + i, home);
    auto& waiter = join(2, elsewhere);
    CHECK_FALSE(waiter.client.is_welcome());
    for (std::uint64_t i = 0; i < 3; ++i) {
        // Each asks when the next join may be, before those who wait are looked at.
        waiter.pass(999ms);
        waiter.send(waiter.client.session()->packet(frames(wire::PingFrame{})));
        room.now += 1ms;
        join(200 + i, address("10.0.1." + std::to_string(i + 1), 5000));
        room.pass(0ms);
    }
    std::vector<std::string> joined;
    for (const auto& notice : room.notices)
        if (notice.keyword == "join") joined.push_back(notice.subject);
    CHECK(joined == std::vector<std::string>{"first", "n100", "n2", "n200"});
}

TEST_CASE("on a link that has no more for anybody, nobody overtakes those who wait") {
    auto slow = hub_options();
    slow.limits.joins = {Rate{100, 100}, {100, 100}, {1, 1}, {100, 100}, {100, 100}};
    HubHarness room(slow);
    const auto on_link = [](std::uint64_t host) { return address("fe80::" + std::to_string(host), 5000); };
    RawPeer(room, 1, on_link(1)).enter("first");
    RawPeer waiter(room, 2, on_link(2));
    waiter.join(RawClient::payload("waiter"));
    REQUIRE_FALSE(waiter.client.is_welcome());
    for (std::uint64_t i = 0; i < 3; ++i) {
        // Another one greets before, and asks as soon as the link has one more.
        RawPeer other(room, 10 + i, on_link(10 + i));
        other.greet();
        waiter.pass(993ms);
        room.now += 7ms;
        other.send(other.client.join(wire::encode(RawClient::payload("n" + std::to_string(i)))));
        waiter.pass(0ms);
    }
    std::vector<std::string> joined;
    for (const auto& notice : room.notices)
        if (notice.keyword == "join") joined.push_back(notice.subject);
    CHECK(joined == std::vector<std::string>{"first", "waiter", "n0", "n1"});
    // Somebody who is elsewhere does not wait for that link.
    RawPeer(room, 3, home).enter("ann");
}

TEST_CASE("who comes back, or moves, on a link that is full has its own place") {
    auto narrow = hub_options();
    narrow.limits.sessions.link = 2;
    HubHarness room(narrow);
    RawPeer ann(room, 1, address("fe80::1", 5000));
    ann.enter("ann");
    RawPeer(room, 2, address("fe80::2", 5000)).enter("bob");
    RawPeer carl(room, 3, address("fe80::3", 5000));
    carl.join(RawClient::payload("carl"));
    CHECK_FALSE(carl.client.is_welcome());

    RawPeer back(room, 2, address("fe80::4", 5000));
    back.join(RawClient::payload("bob", 1, 2));
    CHECK(back.client.is_welcome());

    auto& session = *ann.client.session();
    ann.at = address("fe80::5", 5000);
    ann.send(session.packet(session.true_ack() + frames(wire::PingFrame{})));
    ann.pass(200ms);
    REQUIRE(session.heard().challenge);
    ann.send(session.packet(frames(wire::ResponseFrame{*session.heard().challenge})));
    CHECK_FALSE(session.heard().close);
    CHECK(room.hub.member_count() == 2);
}

TEST_CASE("a newcomer that waits for the memory of its roster is told its own join all the same") {
    auto little = hub_options();
    little.limits.roster_bytes = 1;
    HubHarness room(little);
    RawPeer ann(room, 1, home);
    RawPeer bob(room, 2, elsewhere);
    ann.greet();
    bob.greet();
    for (auto* peer : {&ann, &bob}) {
        auto payload = RawClient::payload(peer == &ann ? "ann" : "bob");
        payload.history = 0;
        payload.log_id.fill(1); // of another room
        room.put(peer->at, peer->client.join(wire::encode(payload)));
    }
    const auto sent = room.finish_turn();
    ann.hear(sent);
    bob.hear(sent);
    REQUIRE(ann.client.is_welcome() != bob.client.is_welcome());
    auto& first = ann.client.is_welcome() ? ann : bob;
    auto& second = ann.client.is_welcome() ? bob : ann;
    first.send(first.client.session()->packet(first.client.session()->true_ack()));
    second.pass(1s);
    REQUIRE(second.client.is_welcome());
    const auto& heard = second.client.session()->heard();
    CHECK(std::any_of(heard.events.begin(), heard.events.end(), [&](const auto& event) {
        const auto what = wire::decode_event(event.first, event.second);
        const auto* joined = what ? std::get_if<wire::Joined>(&what->what) : nullptr;
        return joined != nullptr && joined->name.view() == heard.welcome->name;
    }));
}
