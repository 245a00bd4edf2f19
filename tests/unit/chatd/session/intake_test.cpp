// SPDX-License-Identifier: MIT
// Whose commands and searches are taken when.
#include "tests/support/raw_peer.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using test::address;
using test::frames;
using test::hub_options;
using test::HubHarness;
using test::RawPeer;

namespace {

const auto home = address("10.0.0.2", 5000);
const auto elsewhere = address("10.0.0.3", 5000);

} // namespace

TEST_CASE("a member's packets are as lost while it has too much waiting and there is no room for more") {
    auto few = hub_options();
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

TEST_CASE("what others wait behind comes through, however much is waiting") {
    auto few = hub_options();
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

TEST_CASE("whoever waits is one limit met, however much it sends meanwhile") {
    HubHarness room(hub_options());
    RawPeer mallory(room, 1, home);
    mallory.enter("mallory");
    for (std::uint64_t number = 1; number <= 12; ++number) mallory.send(mallory.client.say(number, "x"));
    const auto met = room.hub.limits_met();
    CHECK(met > 0);
    for (int i = 0; i < 100; ++i) mallory.send(mallory.client.session()->packet(frames(wire::PingFrame{})));
    CHECK(room.hub.limits_met() == met);
}

TEST_CASE("lines over the flood limit are counted as delayed, whatever the protocol") {
    HubHarness room(hub_options()); // 10 at once, then 5 a second
    RawPeer ann(room, 1, home);
    ann.enter("ann");
    for (std::uint64_t number = 1; number <= 10; ++number) ann.send(ann.client.say(number, "x"));
    CHECK(room.hub.delayed() == 0);
    for (std::uint64_t number = 11; number <= 14; ++number) ann.send(ann.client.say(number, "x"));
    ann.pass(3s);
    CHECK(ann.client.session()->heard().results.contains(14));
    CHECK(room.hub.delayed() == 4);
    room.turn(elsewhere, "L bob");
    for (int i = 0; i < 13; ++i) room.turn(elsewhere, "C bob x");
    CHECK(room.hub.delayed() == 7);
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
    auto slow = hub_options();
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
    auto slow = hub_options();
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
    auto slow = hub_options();
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
