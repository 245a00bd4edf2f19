// SPDX-License-Identifier: MIT
#include "tests/support/raw_peer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

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

bool has_notice(const HubHarness& room, std::string_view keyword, std::string_view detail) {
    return std::any_of(room.notices.begin(), room.notices.end(), [&](const chatd::Notice& notice) {
        return notice.keyword == keyword && notice.detail.find(detail) != std::string::npos;
    });
}

} // namespace

TEST_CASE("an address is proven by a challenge, and the old one is used until then") {
    HubHarness room(hub_options());
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

TEST_CASE("an address has proved itself once it has sent back what was sent there, or is the host's own") {
    HubHarness room(hub_options());
    const auto is_proven = [&](const net::Address& from, const std::string& datagram, RawPeer* peer) {
        const auto sent = room.turn(from, datagram);
        if (peer != nullptr) peer->hear(sent);
        const auto answer =
            std::find_if(sent.begin(), sent.end(), [&](const test::Sent& one) { return one.to == from; });
        REQUIRE(answer != sent.end());
        return answer->is_proven;
    };
    RawPeer ann(room, 1, home);
    CHECK_FALSE(is_proven(home, ann.client.probe(), &ann));
    CHECK_FALSE(is_proven(home, ann.client.hello(), &ann)); // a cookie is good for minutes
    CHECK(is_proven(home, ann.client.join(wire::encode(RawClient::payload("ann"))), &ann));
    CHECK(is_proven(home, ann.client.say(1, "hello"), &ann));
    // From elsewhere it may be a copy: that address is challenged.
    const auto packet = ann.client.session()->packet(frames(wire::PingFrame{}));
    for (const auto& sent : room.turn(elsewhere, packet)) CHECK(sent.is_proven == (sent.to == home));
    // A hello whose cookie is another address's.
    CHECK_FALSE(is_proven(elsewhere, ann.client.hello(), nullptr));
    CHECK_FALSE(is_proven(address("10.0.0.66", 5000), "L eve", nullptr));
    CHECK(is_proven(address("127.0.0.1", 5000), "L bob", nullptr));
}

TEST_CASE("members who are in the room when the host starts again count for the peak") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    room.turn(address("127.0.0.1", 5000), "L bob"); // and is gone by the restart
    HubHarness next(hub_options());
    next.hub.restore(room.log, next.now);
    CHECK(next.hub.counters().peak_members == 1);
}

TEST_CASE("an address that does not answer gets three bytes for one that came, and no more") {
    HubHarness room(hub_options());
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
    auto with_password = hub_options();
    with_password.password = "correct horse";
    HubHarness room(with_password);
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

TEST_CASE("a closed room says goodbye until it is answered, and not for ever") {
    HubHarness room(hub_options());
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

TEST_CASE("a session that is closed while its join is on the way leaves nobody in the room") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.greet();
    room.put(home, ann.client.join(wire::encode(RawClient::payload("ann"))));
    room.put(home, ann.client.session()->packet(frames(wire::CloseFrame{})));
    room.finish_turn(); // the join
    room.finish_turn(); // the leave
    CHECK(room.hub.member_count() == 0);
    CHECK(room.hub.is_consistent());
}

TEST_CASE("a second acknowledgement in a packet is against the protocol") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    auto& session = *ann.client.session();
    ann.send(session.packet(session.true_ack() + session.true_ack()));
    CHECK(session.heard().close == wire::CloseFrame::Code::malformed);
}

TEST_CASE("a goodbye is not answered without end") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    room.hub.kick("ann", "");
    ann.hear(room.finish_turn());
    REQUIRE(ann.client.session()->heard().close);
    std::size_t answers = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto packet = ann.client.session()->packet(frames(wire::CloseFrame{{}, std::string(200, 'x')}));
        answers += test::to(room.turn(home, packet), home).size();
        room.pass(10ms);
    }
    CHECK(answers > 0);
    CHECK(answers <= 20);
}

TEST_CASE("a part that a whole command overtakes is given back") {
    HubHarness room(hub_options());
    RawPeer mallory(room, 1, home);
    mallory.enter("mallory");
    auto& session = *mallory.client.session();
    const auto before = room.hub.memory();
    const std::string piece(wire::part_size, 'x');
    for (std::uint64_t number = 1; number <= 100; ++number) {
        for (std::uint64_t i = 0; i < 9; ++i)
            mallory.send(session.packet(
                frames(wire::PartFrame{true, number, i * wire::part_size, wire::max_message, piece})));
        mallory.send(mallory.client.say(number, "x"));
        mallory.pass(250ms);
        if (const auto answer = session.true_answer(); !answer.empty()) mallory.send(session.packet(answer));
    }
    REQUIRE(session.heard().results.size() == 100);
    CHECK(room.hub.memory() < before + 100'000);
}

TEST_CASE("a JOIN that ends no handshake costs as much as one") {
    HubHarness room(hub_options());
    RawPeer mallory(room, 1, home);
    mallory.greet();
    auto join = mallory.client.join(wire::encode(RawClient::payload("mallory")));
    join.back() = static_cast<char>(join.back() ^ 1);
    const auto met = room.hub.limits_met();
    for (int i = 0; i < 200; ++i) mallory.send(join);
    CHECK(room.hub.limits_met() - met >= 100);
    RawPeer ann(room, 2, elsewhere);
    ann.enter("ann");
}

TEST_CASE("a name that is too long, or shows nothing of itself, is refused with how long one may be") {
    HubHarness room(hub_options());
    for (const auto& name : {std::string(25, 'a'), std::string("anna\u1039")}) {
        RawPeer anna(room, 1, home);
        anna.join(RawClient::payload(name));
        CHECK(anna.client.session()->heard().close == wire::CloseFrame::Code::refused);
        CHECK(anna.client.session()->heard().close_words ==
              "a name is at most 24 columns of letters and digits, with . _ - between them");
    }
    RawPeer bob(room, 2, elsewhere);
    bob.enter("bob");
    std::string longer("\x8");
    wire::Writer(longer).string(std::string(25, 'b'));
    bob.send(bob.client.session()->packet(test::frames(wire::CommandFrame{1, longer})));
    bob.pass(1s);
    CHECK(bob.client.session()->heard().results.at(1).reason ==
          "a name is at most 24 columns of letters and digits, with . _ - between them");
}

TEST_CASE("handshakes that are refused do not use up the turn of others") {
    HubHarness room(hub_options());
    const auto local = address("127.0.0.1", 5000);
    RawPeer mallory(room, 1, local);
    mallory.send(mallory.client.probe());
    RawPeer ann(room, 2, home);
    ann.send(ann.client.probe());
    for (int i = 0; i < 600; ++i) {
        room.put(local, mallory.client.hello());
        if (i % 60 == 59) room.finish_turn();
    }
    room.finish_turn();
    for (int i = 0; i < 70; ++i) room.put(local, mallory.client.hello());
    ann.hear(room.turn(ann.at, ann.client.hello()));
    CHECK(ann.client.has_host());
}

TEST_CASE("an address has no more sessions than its bound, also of keys that were elsewhere") {
    auto narrow = hub_options();
    narrow.limits.sessions.address = 1;
    HubHarness room(narrow);
    RawPeer(room, 1, home).enter("ann");
    RawPeer(room, 2, elsewhere).enter("bob");
    RawPeer bob(room, 2, address("10.0.0.2", 5001));
    bob.join(RawClient::payload("bob", 1, 2));
    CHECK_FALSE(bob.client.is_welcome());
    RawPeer ann(room, 1, address("10.0.0.2", 5002)); // in the place of the one there
    ann.join(RawClient::payload("ann", 1, 2));
    CHECK(ann.client.is_welcome());
}

TEST_CASE("nobody keeps a neighbour out by sending what seems to come from there") {
    HubHarness room(hub_options());
    RawPeer mallory(room, 1, elsewhere);
    for (int i = 0; i < 5000; ++i) room.put(home, i % 2 == 0 ? "P" : mallory.client.probe());
    room.finish_turn();
    RawPeer ann(room, 2, home);
    ann.enter("ann");
}

TEST_CASE("no more sessions move to an address than it may have") {
    auto narrow = hub_options();
    narrow.limits.sessions.address = 1;
    HubHarness room(narrow);
    RawPeer(room, 1, home).enter("ann");
    RawPeer bob(room, 2, elsewhere);
    bob.enter("bob");
    auto& session = *bob.client.session();
    for (int i = 0; i < 5; ++i) {
        bob.at = address("10.0.0.2", 5001);
        bob.send(session.packet(session.true_ack() + frames(wire::PingFrame{})));
        bob.pass(200ms);
        if (session.heard().challenge)
            bob.send(session.packet(frames(wire::ResponseFrame{*session.heard().challenge})));
    }
    REQUIRE(session.heard().challenge);
    bob.send(session.packet(frames(wire::PingFrame{})));
    // It stays where it was, on that address' account; others may only have carried its packets.
    CHECK_FALSE(session.heard().close);
    CHECK(room.hub.member_count() == 2);
    bob.at = elsewhere;
    bob.send(session.packet(frames(wire::PingFrame{})));
    bob.send(bob.client.say(1, "still here"));
    bob.pass(100ms);
    CHECK(session.heard().has_said("still here"));
    // One that did move asks anew, and is told why not.
    RawPeer again(room, 2, address("10.0.0.2", 5001));
    again.join(RawClient::payload("bob", 1, 2));
    CHECK_FALSE(again.client.is_welcome());
}

TEST_CASE("a HELLO that guesses no key costs none, and attempts that are put off are logged") {
    auto with_password = hub_options();
    with_password.password = "correct horse";
    HubHarness room(with_password);
    RawPeer without(room, 1, home); // a client that knows of no key sends no share
    without.send(without.client.probe());
    for (int i = 0; i < 50; ++i) without.send(without.client.hello());
    CHECK_FALSE(without.client.has_host());
    RawPeer(room, 2, home, "correct horse").enter("ann");
    for (std::uint64_t guess = 0; guess < 40; ++guess) {
        RawPeer mallory(room, 100 + guess, home, "wrong");
        mallory.send(mallory.client.probe());
        mallory.send(mallory.client.hello());
    }
    room.pass(6s);
    CHECK(has_notice(room, "key", "10 guesses at the room's key failed"));
    CHECK(has_notice(room, "key", "further attempts are put off after too many guesses"));
}

TEST_CASE("who is removed with a long reason is told so, as far as a packet holds it") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    room.hub.kick("ann", std::string(3000, 'x'));
    ann.hear(room.finish_turn());
    CHECK(ann.client.session()->heard().close == wire::CloseFrame::Code::removed);
    CHECK(ann.client.session()->heard().close_words.size() > 900);
}

TEST_CASE("a member that leaves and joins in one turn gets no name that nobody new may have") {
    HubHarness room(hub_options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    RawPeer again(room, 1, home.with_port(5001));
    again.greet();
    auto payload = RawClient::payload("bob\xE1\x80\xB9", 2, 2); // with a mark that shows nothing there
    room.put(ann.at, ann.client.session()->packet(frames(wire::CloseFrame{})));
    room.put(again.at, again.client.join(wire::encode(payload)));
    again.hear(room.finish_turn());
    again.pass(1s);
    CHECK_FALSE(again.client.is_welcome());
    CHECK(again.client.session()->heard().close == wire::CloseFrame::Code::refused);
    CHECK(room.hub.member_count() == 0);
}
