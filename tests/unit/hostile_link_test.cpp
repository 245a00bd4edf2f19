// SPDX-License-Identifier: MIT
// What a hostile host, or somebody between, may send to a client: authentic, sealed, and against the
// protocol.
#include "chat/session_link.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using test::frames;
using test::RawClient;
using test::RawHost;

namespace {

/// A link, and the host that it has found.
struct Meeting {
    Meeting() { exchange(); }

    void exchange() {
        while (const auto datagram = link.poll_transmit(now)) host.take(*datagram);
        while (const auto event = link.poll_event()) events.push_back(*event);
    }
    void put(const std::string& datagram) {
        link.handle_datagram(datagram, now);
        exchange();
    }
    void pass(Duration duration) {
        now += duration;
        link.handle_deadline(now);
        exchange();
    }
    void connect() {
        put(host.room());
        put(host.host());
        REQUIRE(host.session() != nullptr);
        put(host.session()->packet(frames(host.welcome(10, 11))));
    }
    template<class Kind>
    bool was_told() const {
        return std::any_of(events.begin(), events.end(),
                           [](const auto& event) { return std::holds_alternative<Kind>(event); });
    }

    test::SeededRandom random{1};
    Instant now{1h};
    RawHost host{RawClient::key(1), random};
    chat::SessionLink link{chat::SessionLink::Options{"ann", {RawClient::key(2)}}, random, now};
    std::vector<chat::LinkEvent> events;
};

} // namespace

TEST_CASE("a raw host that keeps to the protocol is a host like others") {
    Meeting meeting;
    meeting.connect();
    CHECK(meeting.was_told<chat::Online>());
}

TEST_CASE("a host's answer that is authentic and makes no sense is as none, however often it comes") {
    Meeting meeting;
    meeting.put(meeting.host.room());
    REQUIRE(meeting.host.is_greeted());
    const auto senseless = meeting.host.host("", false);
    meeting.put(senseless);
    meeting.put(senseless);
    meeting.put(meeting.host.host("short", false));
    CHECK_FALSE(meeting.link.is_closed());
    meeting.put(meeting.host.host());
    REQUIRE(meeting.host.session() != nullptr);
    meeting.put(meeting.host.session()->packet(frames(meeting.host.welcome(10, 11))));
    CHECK(meeting.was_told<chat::Online>());
}

TEST_CASE("a host that says that the log, or an outbox, is at the end of all numbers is malformed") {
    for (int which = 0; which < 3; ++which) {
        Meeting meeting;
        meeting.put(meeting.host.room());
        meeting.put(meeting.host.host());
        REQUIRE(meeting.host.session() != nullptr);
        auto welcome = meeting.host.welcome(10, 11);
        (which == 0 ? welcome.head : which == 1 ? welcome.start : welcome.last_command) = wire::max_varint;
        meeting.put(meeting.host.session()->packet(frames(welcome)));
        for (chat::LineId line = 1; line <= 3; ++line)
            meeting.link.submit(line, wire::Say{text::Text::from_untrusted("hello")});
        meeting.pass(1s);
        CHECK_FALSE(meeting.was_told<chat::Online>());
    }
}
