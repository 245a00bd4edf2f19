// SPDX-License-Identifier: MIT
// A session's link beside a host that falls silent, comes back, and hears only half of what is said.
#include "chat/link/session_client.hpp"
#include "tests/support/meeting.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using test::frames;
using test::Meeting;
using Code = wire::CloseFrame::Code;

namespace {

auto count_offline(const Meeting& meeting) {
    return std::count_if(meeting.events.begin(), meeting.events.end(),
                         [](const auto& event) { return std::holds_alternative<chat::Offline>(event); });
}

/// By what was told last.
bool is_online(const Meeting& meeting) {
    const auto last = std::find_if(meeting.events.rbegin(), meeting.events.rend(), [](const auto& event) {
        return std::holds_alternative<chat::Offline>(event) || std::holds_alternative<chat::Online>(event);
    });
    return last != meeting.events.rend() && std::holds_alternative<chat::Online>(*last);
}

/// A JOIN has gone out.
void join(Meeting& meeting, std::uint64_t boot_id = 1) {
    meeting.joins.clear();
    meeting.put(meeting.host.room("room", boot_id));
    meeting.put(meeting.host.host());
    REQUIRE_FALSE(meeting.joins.empty());
}

} // namespace

TEST_CASE("who has been silent, joins again and hears late that this has replaced it goes on") {
    Meeting meeting;
    meeting.connect();
    auto old = *meeting.host.session();
    meeting.live(28s);
    join(meeting);
    meeting.live(4s); // all that the host says is lost, and the next attempt is at its beginning again
    meeting.put(old.packet(frames(wire::CloseFrame{Code::replaced, {}})));
    REQUIRE_FALSE(meeting.link.is_closed());
    join(meeting);
    meeting.put(meeting.host.session()->packet(frames(meeting.host.welcome(10, 11))));
    meeting.live(1s);
    CHECK_FALSE(meeting.was_told<chat::Closed>());
    CHECK(is_online(meeting));
}

TEST_CASE("a JOIN of long ago does not explain why the session is replaced") {
    Meeting meeting;
    meeting.connect();
    auto old = *meeting.host.session();
    meeting.live(28s);
    join(meeting);
    meeting.live(4s);
    const auto hear = [&](Duration duration) {
        for (const auto end = meeting.now + duration; meeting.now < end; meeting.live(5s))
            meeting.put(old.packet(frames(wire::PingFrame{})));
    };
    SUBCASE("not long ago") {
        hear(30s);
        meeting.put(old.packet(frames(wire::CloseFrame{Code::replaced, {}})));
        CHECK_FALSE(meeting.link.is_closed());
    }
    SUBCASE("long ago") {
        hear(80s);
        meeting.put(old.packet(frames(wire::CloseFrame{Code::replaced, {}})));
        CHECK(meeting.link.is_closed());
        CHECK(meeting.count_told("you have joined from elsewhere") == 1);
    }
}

TEST_CASE("a host that falls silent while its session is lost is told of as soon as any other") {
    Meeting meeting;
    meeting.connect();
    SUBCASE("it has restarted, and the JOIN is lost") {
        meeting.live(16s);
        REQUIRE(is_online(meeting));
        meeting.link.handle_port_closed(meeting.now);
        meeting.exchange();
        join(meeting, 2);
    }
    SUBCASE("it has given us up") {
        meeting.put(meeting.host.session()->packet(frames(wire::CloseFrame{Code::left, {}})));
    }
    meeting.live(4s);
    CHECK(count_offline(meeting) == 1);
    meeting.live(60s);
    CHECK(count_offline(meeting) == 1);
    join(meeting, 2);
    meeting.put(meeting.host.session()->packet(frames(meeting.host.welcome(10, 11))));
    CHECK(is_online(meeting));
}

TEST_CASE("who leaves says goodbye also in a session that it does not know to have begun") {
    Meeting meeting;
    SUBCASE("on the way in") {
        join(meeting);
        meeting.link.quit(meeting.now);
    }
    SUBCASE("on the way back") {
        meeting.connect();
        meeting.put(meeting.host.session()->packet(frames(wire::CloseFrame{Code::left, {}})));
        join(meeting);
        meeting.live(4s); // and at its beginning again
        meeting.link.quit(meeting.now);
    }
    SUBCASE("beside another one") {
        meeting.connect();
        meeting.live(28s);
        join(meeting);
        meeting.link.quit(meeting.now);
    }
    REQUIRE_FALSE(meeting.host.session()->heard().close);
    meeting.live(5s);
    CHECK(meeting.host.session()->heard().close == Code::left);
    CHECK(meeting.link.is_closed());
    CHECK(meeting.was_told<chat::Closed>());
}

TEST_CASE("a host that is silent in the end leaves none in doubt of the lines that were told to be sent") {
    Meeting meeting;
    meeting.connect();
    meeting.link.submit(1, wire::Say{text::Text::from_untrusted("safe")});
    meeting.exchange();
    meeting.put(meeting.host.session()->packet(
        frames(wire::ResultFrame{1, wire::ResultFrame::Status::accepted, 11, {}})));
    REQUIRE(meeting.was_told<chat::LineSent>());
    meeting.link.submit(2, wire::Say{text::Text::from_untrusted("not sent")});
    meeting.link.quit(meeting.now);
    meeting.live(5s);
    const auto* closed = std::get_if<chat::Closed>(&meeting.events.back());
    REQUIRE(closed != nullptr);
    CHECK(closed->unsent_lines == 1);
    CHECK(closed->is_confirmed);
}

TEST_CASE("a goodbye is answered by the session that has it, and not by the one that it replaced") {
    Meeting meeting;
    meeting.connect();
    auto old = *meeting.host.session();
    SUBCASE("there is another") {
        meeting.live(28s);
        join(meeting);
        meeting.link.quit(meeting.now);
        meeting.exchange();
        meeting.put(old.packet(frames(wire::CloseFrame{Code::replaced, {}})));
        CHECK_FALSE(meeting.link.is_closed());
        meeting.live(1100ms);
    }
    SUBCASE("there is none") {
        meeting.link.quit(meeting.now);
        meeting.exchange();
        meeting.put(old.packet(frames(wire::CloseFrame{Code::replaced, {}})));
    }
    CHECK(meeting.link.is_closed());
}
