// SPDX-License-Identifier: MIT
#include "tests/support/raw_peer.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using test::address;
using test::frames;
using test::HubHarness;
using test::RawClient;
using test::RawPeer;

namespace {

chatd::Hub::Options options() {
    chatd::Hub::Options made;
    made.identity = RawClient::key(99);
    return made;
}

const auto home = address("10.0.0.2", 5000);
const auto elsewhere = address("10.0.0.3", 5000);

bool has_notice(const HubHarness& room, std::string_view keyword, std::string_view detail) {
    return std::any_of(room.notices.begin(), room.notices.end(), [&](const chatd::Notice& notice) {
        return notice.keyword == keyword && notice.detail.find(detail) != std::string::npos;
    });
}

} // namespace

TEST_CASE("an address is proven by a challenge, and the old one is used until then") {
    HubHarness room(options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    RawPeer bob(room, 2, address("10.0.0.9", 5000));
    bob.enter("bob");
    ann.pass(100ms);
    auto& session = *ann.client.session();
    // Everything that the host has sent so far has come, and now something comes from elsewhere.
    auto sent = room.turn(elsewhere, session.packet(session.true_ack() + frames(wire::PingFrame{})));
    REQUIRE(test::to(sent, elsewhere).size() == 1);
    CHECK(test::to(sent, elsewhere)[0].size() < 50); // a challenge
    sent = room.turn(bob.at, bob.client.say(1, "where are you?"));
    for (auto& more : room.pass(50ms)) sent.push_back(std::move(more));
    CHECK_FALSE(test::to(sent, home).empty());
    for (const auto& datagram : test::to(sent, elsewhere)) CHECK(datagram.size() < 50);
    // A wrong answer changes nothing; the right one does, wherever it comes from.
    room.turn(elsewhere, session.packet(frames(wire::ResponseFrame{1})));
    CHECK(room.hub.presences(room.now)[0].address == home);
    ann.at = elsewhere;
    ann.pass(200ms); // it hears the challenge
    REQUIRE(session.heard().challenge);
    ann.send(session.packet(frames(wire::ResponseFrame{*session.heard().challenge})));
    CHECK(room.hub.presences(room.now)[0].address == elsewhere);
    ann.pass(300ms);
    CHECK(session.heard().has_said("where are you?")); // what went to the old address comes again
}

TEST_CASE("an address that does not answer gets three bytes for one that came, and no more") {
    HubHarness room(options());
    RawPeer mallory(room, 1, home);
    mallory.enter("mallory");
    const auto packet = mallory.client.session()->packet(frames(wire::PingFrame{}));
    std::size_t out = 0;
    for (const auto& datagram : test::to(room.turn(elsewhere, packet), elsewhere)) out += datagram.size();
    for (const auto& datagram : test::to(room.pass(10s), elsewhere)) out += datagram.size();
    CHECK(out > 0);
    CHECK(out <= 3 * packet.size());
}

TEST_CASE("failed guesses at the room's key are logged, and slow their address down") {
    auto with_key = options();
    with_key.key = "correct horse";
    HubHarness room(with_key);
    int answered = 0;
    for (std::uint64_t guess = 0; guess < 40; ++guess) {
        RawPeer mallory(room, 100 + guess, address("10.0.0.66", static_cast<std::uint16_t>(5000 + guess)),
                        "wrong");
        mallory.send(mallory.client.probe());
        REQUIRE(mallory.client.has_room());
        answered += mallory.send(mallory.client.hello()) > 60 ? 1 : 0;
    }
    CHECK(answered == 10);
    room.pass(6s);
    CHECK(has_notice(room, "key", "10 guesses at the room's key failed"));
    // Others are not slowed down, and those who know the key give nothing away.
    for (std::uint64_t i = 0; i < 40; ++i) {
        RawPeer ann(room, 200 + i, home, "correct horse");
        ann.enter("ann" + std::to_string(i));
        ann.send(ann.client.session()->packet(frames(wire::CloseFrame{})));
        room.pass(2s);
    }
}

TEST_CASE("whoever joins and leaves without end has to wait, is told so, and comes in later") {
    HubHarness room(options());
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
        CHECK(mallory.client.session()->heard().notices[0] == chatd::Words().wait_to_join);
        for (int second = 0; second < 7; ++second) {
            mallory.send(mallory.client.session()->packet(mallory.client.session()->true_ack()));
            mallory.pass(1s);
        }
        CHECK(mallory.client.is_welcome());
        break;
    }
    CHECK(joined == 8);
}

TEST_CASE("a closed room says goodbye until it is answered, and not for ever") {
    HubHarness room(options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    RawPeer bob(room, 2, elsewhere);
    bob.enter("bob");
    room.hub.close(room.now);
    auto sent = room.pass(150ms);
    CHECK(test::to(sent, home).size() == 2);
    CHECK_FALSE(room.hub.has_said_goodbye());
    ann.send(ann.client.session()->packet(frames(wire::CloseFrame{})));
    sent = room.pass(150ms);
    CHECK(test::to(sent, home).empty());
    CHECK(test::to(sent, elsewhere).size() >= 1);
    room.pass(1s);
    CHECK(room.hub.has_said_goodbye());
}

TEST_CASE("a member's packets are as lost while it has too much waiting and there is no room for more") {
    auto few = options();
    few.flood = Rate{1, 1};
    few.limits.waiting_bytes.address = 40'000;
    HubHarness room(few);
    RawPeer mallory(room, 1, home);
    mallory.enter("mallory");
    RawPeer ann(room, 2, elsewhere);
    ann.enter("ann");
    const std::string text(800, 'x');
    for (std::uint64_t number = 1; number <= 30; ++number) mallory.send(mallory.client.say(number, text));
    const auto kept = room.hub.memory();
    for (std::uint64_t number = 1; number <= 30; ++number) mallory.send(mallory.client.say(number, text));
    CHECK(room.hub.memory() == kept);
    CHECK(kept < 100'000);
    ann.send(ann.client.say(1, "here"));
    CHECK(ann.client.session()->heard().results.contains(1));
}
