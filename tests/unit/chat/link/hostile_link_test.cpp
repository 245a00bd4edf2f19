// SPDX-License-Identifier: MIT
// What a hostile host, or somebody between, may send to a client: authentic, sealed, and against the
// protocol.
#include "chat/link/session_client.hpp"
#include "tests/support/meeting.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using test::frames;
using test::MapResumeStore;
using test::Meeting;

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

TEST_CASE("who is in a room says nothing in another one of the same host") {
    Meeting meeting;
    meeting.connect();
    // It starts again, as somebody between would have it: another room answers, with the same key.
    meeting.link.submit(1, wire::Say{text::Text::from_untrusted("for this room alone")});
    meeting.live(20s);
    for (int i = 0; i < 3; ++i) {
        meeting.put(meeting.host.room("another room", 2));
        meeting.put(meeting.host.host());
        meeting.live(2s);
    }
    CHECK(meeting.joins.size() == 1);
    CHECK(meeting.count_told("another room of that host answers there now, another room") == 1);
    CHECK_FALSE(meeting.link.is_closed());
    // Its own is joined again when it is back.
    meeting.put(meeting.host.room("room", 3));
    meeting.put(meeting.host.host());
    CHECK(meeting.joins.size() == 2);
}

TEST_CASE("lines that were kept for one room are not said in another one of the same host") {
    const auto store = std::make_shared<MapResumeStore>();
    const auto hears_of_kept_lines = [&](const char* room) {
        Meeting meeting(store);
        meeting.connect(room);
        REQUIRE(meeting.was_told<chat::Online>());
        return meeting.was_told<chat::LineKept>();
    };
    {
        Meeting meeting(store);
        meeting.connect("ops");
        meeting.link.submit(1, wire::Say{text::Text::from_untrusted("for ops alone")});
        meeting.exchange();
    }
    CHECK_FALSE(hears_of_kept_lines("lobby"));
    CHECK(hears_of_kept_lines("ops"));
}

TEST_CASE("who leaves has left, although the host goes on without settling anything") {
    Meeting meeting;
    meeting.connect();
    meeting.link.submit(1, wire::Say{text::Text::from_untrusted("hello")});
    meeting.exchange();
    meeting.link.quit(meeting.now);
    const auto began = meeting.now;
    while (!meeting.link.is_closed() && meeting.now - began < 60s) {
        meeting.put(meeting.host.session()->packet(
            frames(wire::PingFrame{}, wire::ResultFrame{99, wire::ResultFrame::Status::accepted, 11, {}})));
        meeting.live(100ms);
    }
    CHECK(meeting.was_told<chat::Closed>());
    CHECK(meeting.now - began < 15s);
}

TEST_CASE("who leaves waits while the host settles what was typed, however slowly") {
    Meeting meeting;
    meeting.connect();
    constexpr chat::LineId lines = 10;
    for (chat::LineId line = 1; line <= lines; ++line)
        meeting.link.submit(line, wire::Say{text::Text::from_untrusted("hello")});
    meeting.exchange();
    meeting.link.quit(meeting.now);
    for (chat::LineId line = 1; line <= lines; ++line) {
        for (int i = 0; i < 8; ++i) {
            meeting.put(meeting.host.session()->packet(frames(wire::PingFrame{})));
            meeting.live(1s);
        }
        meeting.put(meeting.host.session()->packet(
            frames(wire::ResultFrame{line, wire::ResultFrame::Status::accepted, 10 + line, {}})));
    }
    meeting.live(2s);
    const auto* closed = std::get_if<chat::Closed>(&meeting.events.back());
    REQUIRE(closed != nullptr);
    CHECK(closed->unsent_lines == 0);
}

TEST_CASE("results of what was never said are not written down") {
    const auto store = std::make_shared<MapResumeStore>();
    Meeting meeting(store);
    meeting.connect();
    const auto saves = store->saves;
    for (std::uint64_t number = 100; number < 200; ++number)
        meeting.put(meeting.host.session()->packet(
            frames(wire::ResultFrame{number, wire::ResultFrame::Status::accepted, 11, {}})));
    CHECK(store->saves == saves);
}

TEST_CASE("while another room answers, it is asked for ours once a second and no more") {
    Meeting meeting;
    meeting.connect();
    meeting.live(20s);
    meeting.hellos.clear();
    meeting.live_with("another room", 2, true, 20s);
    CHECK(meeting.hellos.size() >= 15);
    CHECK(meeting.hellos.size() <= 25);
    CHECK(meeting.count_told("another room of that host") == 1);
}

TEST_CASE("a host that answers and lets nobody in is told of, and in the end given up") {
    Meeting meeting;
    constexpr auto words = "the host is there, but lets nobody in";
    meeting.live_with("room", 1, false, 2900ms);
    CHECK(meeting.count_told(words) == 0);
    meeting.live_with("room", 1, false, 200ms);
    CHECK(meeting.count_told(words) == 1);
    SUBCASE("and it is let in after all") {
        meeting.live_with("room", 1, false, 50s);
        REQUIRE_FALSE(meeting.link.is_closed());
        meeting.live_with("room", 1, true, 3s);
        REQUIRE(meeting.host.session() != nullptr);
        meeting.put(meeting.host.session()->packet(frames(meeting.host.welcome(10, 11))));
        meeting.live(10s);
        CHECK(meeting.was_told<chat::Online>());
        CHECK_FALSE(meeting.link.is_closed());
    }
    SUBCASE("and it is not") {
        meeting.live_with("room", 1, false, 56s);
        CHECK_FALSE(meeting.link.is_closed());
        meeting.live_with("room", 1, false, 2s);
        const auto* unanswered = std::get_if<chat::Unanswered>(&meeting.events.back());
        REQUIRE(unanswered != nullptr);
        CHECK(unanswered->is_held_up);
        CHECK(unanswered->waited == 60s);
    }
    CHECK(meeting.count_told(words) == 1);
}

TEST_CASE("who answers nothing is given up after three seconds, as if nobody was there") {
    Meeting meeting;
    meeting.live(4s);
    const auto* unanswered = std::get_if<chat::Unanswered>(&meeting.events.back());
    REQUIRE(unanswered != nullptr);
    CHECK_FALSE(unanswered->is_held_up);
    CHECK(unanswered->waited == 3s);
}

TEST_CASE("who has waited for long to be let in, and is sent away, tries anew with all patience") {
    Meeting meeting;
    meeting.put(meeting.host.room());
    meeting.put(meeting.host.host());
    REQUIRE(meeting.host.session() != nullptr);
    for (int i = 0; i < 90; ++i) {
        meeting.put(meeting.host.session()->packet(frames(wire::PingFrame{})));
        meeting.live(1s);
    }
    meeting.put(meeting.host.session()->packet(frames(wire::CloseFrame{wire::CloseFrame::Code::left, {}})));
    meeting.live(1s);
    CHECK_FALSE(meeting.link.is_closed());
    meeting.live_with("room", 1, false, 10s);
    CHECK_FALSE(meeting.link.is_closed());
}

TEST_CASE("who is refused on the way back is told what was not sent") {
    Meeting meeting;
    meeting.connect();
    meeting.link.submit(1, wire::Say{text::Text::from_untrusted("hello")});
    meeting.exchange();
    meeting.put(meeting.host.session()->packet(frames(wire::CloseFrame{wire::CloseFrame::Code::left, {}})));
    meeting.live(1s);
    meeting.put(meeting.host.room());
    meeting.put(meeting.host.host());
    meeting.put(meeting.host.session()->packet(
        frames(wire::CloseFrame{wire::CloseFrame::Code::refused, "the room is full"})));
    CHECK(meeting.link.is_closed());
    CHECK(meeting.was_told<chat::Refused>());
    const auto* closed = std::get_if<chat::Closed>(&meeting.events.back());
    REQUIRE(closed != nullptr);
    CHECK(closed->by_host);
    CHECK(closed->unsent_lines == 1);
}

TEST_CASE("who replaces itself and hears of it late goes on") {
    Meeting meeting;
    meeting.connect();
    const auto stay = [&](Duration duration) {
        for (const auto end = meeting.now + duration; meeting.now < end; meeting.live(10s))
            meeting.put(meeting.host.session()->packet(frames(wire::PingFrame{})));
    };
    stay(session::Session::key_lifetime - 1min);
    meeting.joins.clear();
    meeting.probes = 0;
    for (int i = 0; i < 60 && meeting.probes == 0; ++i) stay(10s); // for new keys
    auto old = *meeting.host.session();
    meeting.put(meeting.host.room());
    meeting.put(meeting.host.host());
    REQUIRE_FALSE(meeting.joins.empty());
    meeting.live(4s); // all that the new session says is lost, until the client begins anew
    meeting.put(old.packet(frames(wire::CloseFrame{wire::CloseFrame::Code::replaced, {}})));
    CHECK_FALSE(meeting.link.is_closed());
    meeting.live_with("room", 1, true, 3s);
    meeting.put(meeting.host.session()->packet(frames(meeting.host.welcome(10, 11))));
    CHECK_FALSE(meeting.link.is_closed());
    CHECK_FALSE(meeting.was_told<chat::Closed>());
}

TEST_CASE("a notice that is sent again is shown once") {
    Meeting meeting;
    meeting.connect();
    const auto tell = [&](std::uint64_t number, std::string_view words) {
        meeting.put(meeting.host.session()->packet(frames(wire::NoticeFrame{number, words})));
    };
    tell(1, "the disk is full");
    tell(1, "the disk is full");
    tell(2, "there is room again");
    tell(1, "the disk is full"); // was late
    CHECK(meeting.count_told("the disk is full") == 1);
    CHECK(meeting.count_told("there is room again") == 1);
}
