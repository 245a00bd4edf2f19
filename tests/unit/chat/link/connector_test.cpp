// SPDX-License-Identifier: MIT
#include "chat/link/connector.hpp"

#include "common/session/crypto.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using chat::Connector;
using namespace std::chrono_literals;
using test::frames;
using test::RawClient;
using test::RawHost;

namespace {

const std::string host_fingerprint = session::fingerprint(RawClient::key(1).public_key);

/// A way in, and the host at the end of it.
struct Way {
    explicit Way(Connector::Terms wanted = {RawClient::key(2)}, std::optional<std::uint64_t> known_start = {})
        : terms(std::move(wanted))
        , connector(terms, random, now, known_start) {
        exchange();
    }

    void exchange() {
        while (const auto datagram = connector.poll_transmit(now)) {
            sent.push_back(*datagram);
            host.take(*datagram);
        }
    }
    /// What the host says in answer to the probe.
    std::optional<chat::LinkEvent> hear_room(std::uint64_t boot_id = 1) {
        const auto datagram = host.room("room", boot_id);
        const auto answer = std::get<wire::RoomAnswer>(*wire::parse_packet(datagram));
        REQUIRE(connector.is_answer(answer));
        auto outcome = connector.handle(answer, now);
        exchange();
        return outcome;
    }
    /// And to the HELLO.
    std::optional<chat::LinkEvent> hear_host() {
        const auto datagram = host.host();
        return connector.handle(std::get<wire::HostAnswer>(*wire::parse_packet(datagram)));
    }
    void join() {
        REQUIRE_FALSE(hear_room());
        const auto outcome = hear_host();
        REQUIRE(outcome);
        REQUIRE(std::holds_alternative<chat::RoomKnown>(*outcome));
        connector.join(wire::encode(RawClient::payload("ann")), 7, now);
        exchange();
        REQUIRE(host.session() != nullptr);
    }
    void hear(const std::string& datagram) {
        const auto data = std::get<wire::Data>(*wire::parse_packet(datagram));
        const auto opened = connector.channel()->session().open(data, datagram, now);
        CHECK(std::holds_alternative<std::unique_ptr<session::Session::Opened>>(opened));
        connector.stop_asking();
        exchange();
    }
    void hear_restarted() {
        connector.handle(wire::Restarted{}, now);
        exchange();
    }
    void pass(Duration duration) {
        now += duration;
        connector.handle_deadline(now);
        exchange();
    }
    /// When it spoke, up to then, if nothing answers.
    std::vector<Duration> spoke_within(Duration duration) {
        std::vector<Duration> times;
        const auto began = now;
        while (connector.next_deadline() && *connector.next_deadline() <= began + duration) {
            sent.clear();
            pass(*connector.next_deadline() - now);
            if (!sent.empty()) times.push_back(now - began);
        }
        return times;
    }

    test::SeededRandom random{1};
    Instant now{1h};
    RawHost host{RawClient::key(1), random};
    Connector::Terms terms;
    Connector connector;
    std::vector<std::string> sent;
};

} // namespace

TEST_CASE("a way in goes from the probe over the handshake to a session") {
    Way way;
    CHECK(way.host.is_probed());
    CHECK(way.connector.is_probing());
    CHECK_FALSE(way.hear_room(5));
    CHECK_FALSE(way.connector.is_probing());
    CHECK(way.host.is_greeted());
    CHECK(way.connector.channel() == nullptr);
    const auto outcome = way.hear_host();
    REQUIRE(outcome);
    const auto* room = std::get_if<chat::RoomKnown>(&*outcome);
    REQUIRE(room != nullptr);
    CHECK(room->fingerprint == host_fingerprint);
    CHECK(room->room == "room");
    CHECK(way.connector.room_name() == "room");
    CHECK(way.host.session() == nullptr); // nothing is said before its owner wants to join
    way.connector.join(wire::encode(RawClient::payload("ann")), 7, way.now);
    way.exchange();
    REQUIRE(way.host.join());
    CHECK(way.host.join()->name == "ann");
    REQUIRE(way.connector.channel() != nullptr);
    way.hear(way.host.session()->packet(frames(way.host.welcome(10, 8))));
    auto joined = way.connector.release();
    CHECK(joined.cursor == 7);
    CHECK(joined.boot_id == 5);
}

TEST_CASE("a request is asked again soon, then slower, and in the end once a second") {
    Way way;
    const auto times = way.spoke_within(20s);
    REQUIRE(times.size() > 41);
    CHECK(times[0] == 100ms);
    CHECK(times[1] == 300ms);
    CHECK(times[2] == 550ms);
    CHECK(times[3] == 800ms);
    CHECK(times[41] - times[40] == 1s);
}

TEST_CASE("an answer to somebody else's probe is none") {
    Way way;
    Way other;
    const auto datagram = other.host.room();
    auto answer = std::get<wire::RoomAnswer>(*wire::parse_packet(datagram));
    answer.nonce[0] = answer.nonce[0] == 'a' ? 'b' : 'a';
    CHECK_FALSE(way.connector.is_answer(answer));
}

TEST_CASE("a room that wants a password, or none, where we have it otherwise is not greeted") {
    Connector::Terms terms{RawClient::key(2)};
    bool has_password = true;
    auto why = chat::PasswordRefused::Why::missing;
    SUBCASE("it wants one") {}
    SUBCASE("it has none") {
        terms.password.emplace("secret");
        has_password = false;
        why = chat::PasswordRefused::Why::unwanted;
    }
    Way way(std::move(terms));
    const auto datagram = way.host.room();
    auto answer = std::get<wire::RoomAnswer>(*wire::parse_packet(datagram));
    answer.has_password = has_password;
    const auto outcome = way.connector.handle(answer, way.now);
    REQUIRE(outcome);
    CHECK(std::get<chat::PasswordRefused>(*outcome).why == why);
    way.pass(1s);
    CHECK_FALSE(way.host.is_greeted());
}

TEST_CASE("a host that is not the one that is meant, or is known to nobody, is told of") {
    Connector::Terms terms{RawClient::key(2)};
    SUBCASE("another one is meant") {
        terms.fingerprint = "another one";
        Way way(std::move(terms));
        way.hear_room();
        const auto outcome = way.hear_host();
        REQUIRE(outcome);
        CHECK(std::get<chat::HostKeyChanged>(*outcome).known == "another one");
        CHECK(std::get<chat::HostKeyChanged>(*outcome).met == host_fingerprint);
    }
    SUBCASE("the user wants to be asked") {
        terms.asks_trust = true;
        Way way(std::move(terms));
        way.hear_room();
        const auto outcome = way.hear_host();
        REQUIRE(outcome);
        CHECK(std::get<chat::HostUnknown>(*outcome).room.fingerprint == host_fingerprint);
    }
    SUBCASE("it is known") {
        terms.asks_trust = true;
        terms.fingerprint = host_fingerprint;
        Way way(std::move(terms));
        way.hear_room();
        const auto outcome = way.hear_host();
        REQUIRE(outcome);
        CHECK(std::holds_alternative<chat::RoomKnown>(*outcome));
    }
}

TEST_CASE("a host that answers no HELLO is probed again, whatever the way in was for") {
    Way way({RawClient::key(2)}, 1);
    CHECK(way.connector.is_check());
    way.hear_room(2);
    CHECK_FALSE(way.connector.is_probing());
    for (int i = 0; i < 13; ++i) way.pass(250ms);
    CHECK(way.connector.is_probing());
    CHECK_FALSE(way.connector.is_check());
}

TEST_CASE("a check is confirmed by the known start of the host, and by no other") {
    Way way({RawClient::key(2)}, 1);
    wire::RoomAnswer answer;
    answer.boot_id = 1;
    CHECK(way.connector.is_confirmed_by(answer));
    answer.boot_id = 2;
    CHECK_FALSE(way.connector.is_confirmed_by(answer));
    way.connector.must_join();
    answer.boot_id = 1;
    CHECK_FALSE(way.connector.is_confirmed_by(answer));
}

TEST_CASE("word of a restart leads back to the probe, but not at once, and from no host that is there") {
    Way way;
    SUBCASE("in the handshake") {
        way.hear_room();
        way.pass(50ms);
        way.hear_restarted();
        CHECK_FALSE(way.connector.is_probing());
        way.pass(50ms);
        way.hear_restarted();
        CHECK(way.connector.is_probing());
    }
    SUBCASE("while the host lets us wait") {
        way.join();
        way.hear(way.host.session()->packet(frames(wire::PingFrame{})));
        way.pass(500ms);
        way.hear_restarted();
        CHECK_FALSE(way.connector.is_probing());
    }
}

TEST_CASE("a host that lets us wait is asked for a sign of life once a second, and for nothing else") {
    Way way;
    way.join();
    CHECK_FALSE(way.connector.is_waiting());
    way.hear(way.host.session()->packet(frames(wire::PingFrame{})));
    CHECK(way.connector.is_waiting());
    CHECK(way.connector.silence_due() == way.now + 3s);
    const auto packets = way.host.session()->heard().packets;
    way.sent.clear();
    for (int i = 0; i < 20; ++i) {
        way.hear(way.host.session()->packet(way.host.session()->true_answer() + frames(wire::PingFrame{})));
        way.pass(500ms);
    }
    CHECK(way.connector.silence_due() == way.now + 2500ms);
    // Beside them are the acknowledgements of the host's own.
    CHECK(way.host.session()->heard().packets - packets <= 45);
    CHECK(way.host.session()->heard().commands.empty());
    for (const auto& datagram : way.sent)
        CHECK(std::holds_alternative<wire::Data>(*wire::parse_packet(datagram)));
}
