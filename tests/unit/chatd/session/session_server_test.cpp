// SPDX-License-Identifier: MIT
#include "tests/support/raw_peer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

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

std::vector<chatd::KeptPath> paths_in(const HubHarness& room) {
    return room.log.restore(0).paths;
}

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
    auto with_password = options();
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

TEST_CASE("of two handshakes of one key that end in one burst the newer one is decided, and nobody stays as "
          "a ghost") {
    HubHarness room(options());
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

TEST_CASE("a session that is closed while its join is on the way leaves nobody in the room") {
    HubHarness room(options());
    RawPeer ann(room, 1, home);
    ann.greet();
    room.put(home, ann.client.join(wire::encode(RawClient::payload("ann"))));
    room.put(home, ann.client.session()->packet(frames(wire::CloseFrame{})));
    room.finish_turn(); // the join
    room.finish_turn(); // the leave
    CHECK(room.hub.member_count() == 0);
    CHECK(room.hub.is_consistent());
}

TEST_CASE("an address that is full costs nobody else their place") {
    auto few = options();
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
    auto little = options();
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

TEST_CASE("a second acknowledgement in a packet is against the protocol") {
    HubHarness room(options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    auto& session = *ann.client.session();
    ann.send(session.packet(session.true_ack() + session.true_ack()));
    CHECK(session.heard().close == wire::CloseFrame::Code::malformed);
}

TEST_CASE("what others wait behind comes through, however much is waiting") {
    auto few = options();
    few.flood = Rate{1, 1};
    few.limits.waiting_bytes.address = 20'000;
    HubHarness room(few);
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    const std::string text(800, 'x');
    for (std::uint64_t number = 2; number <= 30; ++number)
        ann.send(ann.client.say(number, text)); // not the first
    CHECK(ann.client.session()->heard().results.empty());
    ann.send(ann.client.say(1, "the one that was lost"));
    ann.pass(3s);
    CHECK(ann.client.session()->heard().results.contains(1));
    CHECK(ann.client.session()->heard().results.contains(2));
}

TEST_CASE("a goodbye is not answered without end") {
    HubHarness room(options());
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
    HubHarness room(options());
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

TEST_CASE("of a key that never was in the room no address is kept") {
    HubHarness room(options());
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
    HubHarness room(options());
    RawPeer ann(room, 1, home);
    ann.enter("ann"); // no turn comes behind the one in which the join is saved
    CHECK(paths_in(room).size() == 1);
}

TEST_CASE("a join that follows a leave in one turn is saved with its path, too") {
    HubHarness room(options());
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
    HubHarness room(options());
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    ann.pass(100ms);
    const wire::MemberId gone{RawClient::key(2).public_key.data};
    room.log.write({.paths = {{gone, paths_in(room).front().path}}});
    REQUIRE(paths_in(room).size() == 2);
    chatd::Hub next(options(), room.random);
    next.restore(room.log, room.now);
    const auto paths = next.drain_paths();
    REQUIRE(paths.size() == 1);
    CHECK(paths.front().member == gone);
    CHECK(paths.front().path.empty());
}

TEST_CASE("while the log can't save, nobody's join piles up before it, and who is in the room comes back") {
    HubHarness room(options());
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

TEST_CASE("a JOIN that ends no handshake costs as much as one") {
    HubHarness room(options());
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

TEST_CASE("handshakes that are refused do not use up the turn of others") {
    HubHarness room(options());
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

TEST_CASE("who waits to join is not overtaken, and many at one address are one") {
    auto slow = options();
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
    auto slow = options();
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
    auto narrow = options();
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

TEST_CASE("an address has no more sessions than its bound, also of keys that were elsewhere") {
    auto narrow = options();
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

TEST_CASE("whoever waits is one limit met, however much it sends meanwhile") {
    HubHarness room(options());
    RawPeer mallory(room, 1, home);
    mallory.enter("mallory");
    for (std::uint64_t number = 1; number <= 12; ++number) mallory.send(mallory.client.say(number, "x"));
    const auto met = room.hub.limits_met();
    CHECK(met > 0);
    for (int i = 0; i < 100; ++i) mallory.send(mallory.client.session()->packet(frames(wire::PingFrame{})));
    CHECK(room.hub.limits_met() == met);
}

namespace {

/// Members who have more to say than they may, in lines as long as `length`, and never an end.
class Talkers {
  public:
    Talkers(HubHarness& room, std::size_t length)
        : room_(room)
        , text_(length, 'x') {}
    void add(std::uint64_t seed, const net::Address& at) {
        auto& one = *all_.emplace_back(std::make_unique<RawPeer>(room_, seed, at));
        one.enter("t" + std::to_string(seed));
        numbers_.push_back(0);
    }
    /// Each has its 32 commands under way.
    void talk() {
        for (std::size_t i = 0; i < all_.size(); ++i) {
            auto& one = *all_[i];
            auto& session = *one.client.session();
            while (numbers_[i] < session.heard().results.size() + 32)
                one.send(one.client.say(++numbers_[i], text_));
            if (const auto answer = session.true_answer(); !answer.empty()) one.send(session.packet(answer));
        }
    }
    void hear(const std::vector<test::Sent>& sent) {
        for (auto& one : all_) one->hear(sent);
    }

  private:
    HubHarness& room_;
    std::string text_;
    std::vector<std::unique_ptr<RawPeer>> all_;
    std::vector<std::uint64_t> numbers_;
};

/// How long a member's one line takes while they talk.
Duration time_of_a_line(HubHarness& room, Talkers& talkers, RawPeer& ann) {
    for (int i = 0; i < 20; ++i) {
        talkers.talk();
        talkers.hear(room.pass(50ms));
    }
    const auto began = room.now;
    ann.send(ann.client.say(1, "may I?"));
    while (ann.client.session()->heard().results.empty() && room.now - began < 1min) {
        talkers.talk();
        const auto sent = room.pass(10ms);
        talkers.hear(sent);
        ann.hear(sent);
    }
    return room.now - began;
}

} // namespace

TEST_CASE("those at one address who have more to say than it may wait in turn, and nobody is forgotten") {
    auto slow = options();
    slow.flood = Rate{1000, 1000};
    slow.limits.commands = {{}, {20, 20}, {4000, 2000}, {8000, 4000}, {8000, 4000}};
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        HubHarness room(slow);
        Talkers talkers(room, 900);
        for (std::uint64_t i = 0; i < 8; ++i)
            talkers.add(seed * 100 + i, address("10.0.0.2", static_cast<std::uint16_t>(5000 + i)));
        RawPeer ann(room, seed, address("10.0.0.2", 6000));
        ann.enter("ann");
        CHECK(time_of_a_line(room, talkers, ann) <= 1s); // nine of them, 20 a second
    }
}

TEST_CASE("where everybody together has more to say than the host takes, each address has its turn") {
    auto slow = options();
    slow.flood = Rate{1000, 1000};
    slow.limits.commands = {{}, {200, 200}, {4000, 2000}, {8000, 4000}, {20, 20}};
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        HubHarness room(slow);
        Talkers talkers(room, 900);
        for (std::uint64_t i = 0; i < 12; ++i)
            talkers.add(seed * 100 + i,
                        address(i % 2 == 0 ? "10.0.0.2" : "10.0.0.3", static_cast<std::uint16_t>(5000 + i)));
        RawPeer ann(room, seed, address("10.0.0.4", 6000));
        ann.enter("ann");
        CHECK(time_of_a_line(room, talkers, ann) <= 300ms); // one of three addresses, not one of thirteen
    }
}

TEST_CASE("questions to the log have turns, too") {
    auto slow = options();
    slow.limits.searches = {Rate{10, 10}, {10, 10}, {60, 12}, {100, 20}, {1, 2}};
    HubHarness room(slow);
    std::vector<std::unique_ptr<RawPeer>> askers;
    for (std::uint64_t i = 0; i < 12; ++i)
        askers
            .emplace_back(std::make_unique<RawPeer>(
                room, 100 + i, address("10.0.0.2", static_cast<std::uint16_t>(5000 + i))))
            ->enter("t" + std::to_string(i));
    RawPeer ann(room, 1, elsewhere);
    ann.enter("ann");
    std::uint64_t number = 0;
    const auto all_ask = [&] {
        ++number;
        for (auto& one : askers)
            ann.hear(room.turn(one->at, one->client.session()->packet(
                                            frames(wire::SearchFrame{number, wire::max_varint, 200, "x"}))));
    };
    for (int i = 0; i < 20; ++i) {
        all_ask();
        ann.pass(50ms);
    }
    ann.send(ann.client.session()->packet(frames(wire::SearchFrame{1, wire::max_varint, 200, "x"})));
    for (int i = 0; i < 30; ++i) {
        all_ask();
        ann.pass(50ms);
    }
    CHECK(ann.client.session()->heard().found_bytes > 0);
}

TEST_CASE("nobody keeps a neighbour out by sending what seems to come from there") {
    HubHarness room(options());
    RawPeer mallory(room, 1, elsewhere);
    for (int i = 0; i < 5000; ++i) room.put(home, i % 2 == 0 ? "P" : mallory.client.probe());
    room.finish_turn();
    RawPeer ann(room, 2, home);
    ann.enter("ann");
}

TEST_CASE("no more sessions move to an address than it may have") {
    auto narrow = options();
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
    CHECK(session.heard().close ==
          wire::CloseFrame::Code::left); // its client comes again, and is told why not
    // And is no member meanwhile, so that coming back costs a join.
    bob.pass(0ms);
    CHECK(room.hub.member_count() == 1);
    RawPeer again(room, 2, bob.at);
    again.join(RawClient::payload("bob", 1, 2));
    CHECK_FALSE(again.client.is_welcome());
}

TEST_CASE("a HELLO that guesses no key costs none, and attempts that are put off are logged") {
    auto with_password = options();
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
