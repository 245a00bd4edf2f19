// SPDX-License-Identifier: MIT
#include "chatd/session/handshakes.hpp"

#include "tests/support/raw_client.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>

using namespace std::chrono_literals;
using chatd::Handshakes;
using test::RawClient;

namespace {

net::Address address(const char* literal, std::uint16_t port) {
    return net::Address::parse(literal, port).value();
}

const auto home = address("10.0.0.2", 5000);
const chatd::Source source{"home", false};

/// The handshakes of a host, and a client that begins one.
struct Door {
    explicit Door(std::optional<std::string> password = {}, std::optional<std::string> typed = {})
        : handshakes({"deck", "ship", password ? std::optional<SecretText>(*password) : std::nullopt},
                     RawClient::key(99), random, ledger)
        , client(RawClient::key(1), random, std::move(typed)) {}

    std::string room(const net::Address& peer = home) {
        const auto probe = client.probe();
        return handshakes.answer(std::get<wire::Probe>(*wire::parse_packet(probe)), peer, 3, now);
    }
    std::optional<std::string> answer(const std::string& hello, const net::Address& peer = home) {
        return handshakes.answer(std::get<wire::Hello>(*wire::parse_packet(hello)), peer, source, now);
    }
    std::optional<Handshakes::Arrival> finish(const std::string& join, const net::Address& peer = home) {
        return handshakes.finish(std::get<wire::JoinRequest>(*wire::parse_packet(join)), peer, now);
    }
    /// Up to where a JOIN may follow.
    void greet() {
        client.take(room());
        const auto host = answer(client.hello());
        REQUIRE(host);
        client.take(*host);
        REQUIRE(client.has_host());
        handshakes.end_turn();
    }
    std::string join(const std::string& name = "ann") {
        return client.join(wire::encode(RawClient::payload(name)));
    }

    test::SeededRandom random{7};
    chatd::Ledger ledger{{}, {}};
    Handshakes handshakes;
    RawClient client;
    Instant now{1h};
};

bool is_restarted(const std::optional<std::string>& answer) {
    return answer && std::holds_alternative<wire::Restarted>(*wire::parse_packet(*answer));
}

} // namespace

TEST_CASE("somebody who has shown its key arrives, with what it asked for and when it began") {
    Door door;
    door.greet();
    const auto began = door.now;
    door.now += 1s;
    const auto arrival = door.finish(door.join());
    REQUIRE(arrival);
    CHECK(arrival->id == wire::MemberId{RawClient::key(1).public_key.data});
    CHECK(arrival->join.name == "ann");
    CHECK(arrival->began == began);
    CHECK(arrival->session != nullptr);
    CHECK(door.ledger.held(chatd::Holding::half_open) == 0);
    CHECK_FALSE(door.finish(door.join())); // it is over
}

TEST_CASE("a probe is answered with what the room is, and no more bytes than came") {
    Door door;
    const auto answer = door.room();
    CHECK(answer.size() <= wire::probe_size);
    const auto packet = wire::parse_packet(answer);
    const auto& room = std::get<wire::RoomAnswer>(*packet);
    CHECK(room.room == "deck");
    CHECK(room.host == "ship");
    CHECK(room.members == 3);
    CHECK_FALSE(room.has_password);
}

TEST_CASE("nothing is kept for a HELLO with another address's cookie, and its sender is told to probe") {
    Door door;
    door.client.take(door.room(address("10.0.0.3", 5000)));
    const auto hello = door.client.hello();
    const auto answer = door.answer(hello);
    CHECK(is_restarted(answer));
    CHECK(answer->size() < hello.size());
    CHECK(door.ledger.held(chatd::Holding::half_open) == 0);
    CHECK(door.handshakes.refused_packets() == 1);
}

TEST_CASE("a HELLO that was lost on the way back is answered the same, and costs one handshake") {
    Door door;
    door.client.take(door.room());
    const auto hello = door.client.hello();
    const auto first = door.answer(hello);
    REQUIRE(first);
    CHECK(door.answer(hello) == first);
    CHECK(door.ledger.held(chatd::Holding::half_open) == 1);
}

TEST_CASE("a handshake that does not end is forgotten after five seconds") {
    Door door;
    door.greet();
    const auto join = door.join();
    CHECK(door.handshakes.next_deadline() == door.now + 5s);
    door.now += 5s;
    door.handshakes.handle_deadline(door.now);
    CHECK(door.ledger.held(chatd::Holding::half_open) == 0);
    CHECK_FALSE(door.handshakes.next_deadline());
    CHECK_FALSE(door.finish(join));
}

TEST_CASE("a JOIN from elsewhere, a forged one and a malformed one end in nothing") {
    Door door;
    door.greet();
    SUBCASE("from elsewhere: the true one still arrives") {
        CHECK_FALSE(door.finish(door.join(), address("10.0.0.3", 5000)));
        CHECK(door.finish(door.join()));
    }
    SUBCASE("forged: the true one still arrives") {
        auto forged = door.join();
        forged.back() = static_cast<char>(forged.back() ^ 1);
        CHECK_FALSE(door.finish(forged));
        CHECK(door.finish(door.join()));
    }
    SUBCASE("authentic and malformed: it is over") {
        CHECK_FALSE(door.finish(door.client.join("x")));
        CHECK(door.ledger.held(chatd::Holding::half_open) == 0);
        CHECK_FALSE(door.finish(door.join()));
    }
}

TEST_CASE("no more handshakes are answered in a turn than its bound, and the next turn goes on") {
    Door door;
    door.client.take(door.room());
    int answered = 0;
    for (std::uint64_t seed = 100; seed < 300; ++seed) {
        const auto peer = address("10.0.0.2", static_cast<std::uint16_t>(6000 + seed));
        RawClient client(RawClient::key(seed), door.random);
        const auto probe = client.probe();
        client.take(
            door.handshakes.answer(std::get<wire::Probe>(*wire::parse_packet(probe)), peer, 0, door.now));
        const auto hello = client.hello();
        const chatd::Source own{std::to_string(seed), false};
        if (door.handshakes.answer(std::get<wire::Hello>(*wire::parse_packet(hello)), peer, own, door.now))
            ++answered;
    }
    CHECK(answered == Handshakes::max_handshakes_per_turn);
    door.handshakes.end_turn();
    CHECK(door.answer(door.client.hello()));
}

TEST_CASE("in a room with a password its holder arrives, and a wrong one is a guess that is told") {
    SUBCASE("the right one") {
        Door door("open sesame", "open sesame");
        door.greet();
        CHECK(door.finish(door.join()));
        CHECK(door.handshakes.drain_guesses(door.now + 10s).empty());
    }
    SUBCASE("a wrong one") {
        Door door("open sesame", "open barley");
        door.client.take(door.room());
        REQUIRE(door.answer(door.client.hello()));
        door.now += 5s;
        door.handshakes.handle_deadline(door.now);
        const auto guesses = door.handshakes.drain_guesses(door.now);
        REQUIRE(guesses.size() == 1);
        CHECK(guesses.begin()->first == "10.0.0.2");
        CHECK(guesses.begin()->second.failed == 1);
    }
    SUBCASE("none at all is no guess, and no answer") {
        Door door("open sesame");
        door.client.take(door.room());
        CHECK_FALSE(door.answer(door.client.hello()));
        CHECK(door.handshakes.drain_guesses(door.now + 10s).empty());
    }
}

TEST_CASE("a password that is set ends what began without it") {
    Door door;
    door.greet();
    door.handshakes.set_password(SecretText(std::string("open sesame")));
    CHECK(door.ledger.held(chatd::Holding::half_open) == 0);
    CHECK_FALSE(door.finish(door.join()));
    CHECK(is_restarted(door.answer(door.client.hello()))); // it greets another room than this is now
}
