// SPDX-License-Identifier: MIT
#include "chat/link/classic_client.hpp"

#include "common/wire/classic.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using chat::ClassicClient;
using namespace std::chrono_literals;
namespace classic = wire::classic;

namespace {

using Lines = std::vector<std::string>;

struct LinkHarness {
    Instant now{1h};
    ClassicClient link{"ann", now};

    Lines sent() {
        Lines datagrams;
        while (auto datagram = link.poll_transmit(now)) datagrams.push_back(*datagram);
        return datagrams;
    }
    Lines pass(Duration duration) {
        const auto end = now + duration;
        Lines all = sent();
        for (auto next = link.next_deadline(); next && *next <= end; next = link.next_deadline()) {
            now = std::max(now, *next);
            link.handle_deadline(now);
            for (auto& datagram : sent()) all.push_back(std::move(datagram));
        }
        now = end;
        return all;
    }
    template<class Kind>
    Kind event() {
        auto next = link.poll_event();
        REQUIRE(next);
        REQUIRE(std::holds_alternative<Kind>(*next));
        return std::get<Kind>(*next);
    }
    void say(chat::LineId id, const std::string& text) {
        link.submit(id, wire::Say{text::Text::from_untrusted(text)});
    }
    void join() {
        CHECK(sent() == Lines{"L ann"});
        link.handle_datagram("OK", now);
        event<chat::Online>();
    }
};

} // namespace

TEST_CASE("no answer: asked four times in three seconds, then told") {
    LinkHarness test;
    CHECK(test.sent() == Lines{"L ann"});
    CHECK(test.pass(499ms).empty());
    CHECK(test.pass(1ms) == Lines{"L ann"});
    CHECK(test.pass(500ms) == Lines{"L ann"});
    CHECK(test.pass(1s) == Lines{"L ann"});
    CHECK(test.pass(999ms).empty());
    CHECK_FALSE(test.link.poll_event());
    CHECK(test.pass(1ms).empty());
    const auto unanswered = test.event<chat::Unanswered>();
    CHECK(unanswered.waited == 3s);
    CHECK_FALSE(unanswered.is_port_closed);
    CHECK_FALSE(test.link.next_deadline());
}

TEST_CASE("a closed port is told at once") {
    LinkHarness test;
    test.sent();
    test.link.handle_port_closed(test.now);
    CHECK(test.event<chat::Unanswered>().is_port_closed);
}

TEST_CASE("a refusal is told in the host's words, a seed's too") {
    LinkHarness test;
    test.sent();
    test.link.handle_datagram("chatd: the name ann is taken; ann2 is free", test.now);
    CHECK(test.event<chat::Refused>().why == "the name ann is taken; ann2 is free");
    LinkHarness other;
    other.sent();
    other.link.handle_datagram("the user exists \x1b[2J", other.now);
    CHECK(other.event<chat::Refused>().why == "the user exists \uFFFD[2J");
}

TEST_CASE("who hears the room while it asks to join has joined: only the OK was lost") {
    LinkHarness test;
    test.sent();
    test.link.handle_datagram("bob: hello", test.now);
    test.event<chat::Online>();
    CHECK(std::get<wire::Said>(test.event<chat::RoomEvent>().event.what).text.view() == "hello");
    test.link.handle_datagram("OK", test.now); // a late one
    CHECK_FALSE(test.link.poll_event());
}

TEST_CASE("lines go out in order, at the pace that a host takes them by default") {
    LinkHarness test;
    test.say(1, "before");
    test.join();
    for (chat::LineId id = 2; id <= 14; ++id) test.say(id, std::to_string(id));
    const auto first = test.sent();
    CHECK(first.size() == 10);
    CHECK(first.front() == "C ann before");
    CHECK(test.event<chat::LineSent>().id == 1);
    CHECK(test.pass(199ms).empty());
    CHECK(test.pass(1ms) == Lines{"C ann 11"});
    CHECK(test.pass(1s) == Lines{"C ann 12", "C ann 13", "C ann 14"});
    CHECK_FALSE(test.link.next_deadline());
}

TEST_CASE("a text that is too long for one datagram goes out in several, and is sent with the last") {
    LinkHarness test;
    test.join();
    test.say(1, std::string(2500, 'x'));
    const auto parts = test.sent();
    REQUIRE(parts.size() == 3);
    std::size_t whole = 0;
    for (const auto& part : parts) {
        CHECK(part.size() <= classic::max_datagram);
        whole += part.size() - std::string_view("C ann ").size();
    }
    CHECK(whole == 2500);
    test.event<chat::LineSent>();
    CHECK_FALSE(test.link.poll_event());
}

TEST_CASE("leaving waits for what was said, asks until it is answered, and ends at the last") {
    LinkHarness test;
    test.join();
    for (chat::LineId id = 1; id <= 11; ++id) test.say(id, "x");
    test.link.quit(test.now);
    CHECK(test.sent().size() == 10);
    CHECK(test.pass(200ms) == Lines{"C ann x", "Q ann"});
    CHECK(test.pass(500ms) == Lines{"Q ann"});
    while (test.link.poll_event()) {
    }
    SUBCASE("answered") {
        test.link.handle_datagram("EXIT", test.now);
        const auto closed = test.event<chat::Closed>();
        CHECK(closed.is_confirmed);
        CHECK_FALSE(closed.by_host);
    }
    SUBCASE("not answered") {
        CHECK(test.pass(10s) == Lines{"Q ann", "Q ann"});
        CHECK_FALSE(test.event<chat::Closed>().is_confirmed);
    }
    SUBCASE("nobody there any more") {
        test.link.handle_port_closed(test.now);
        CHECK_FALSE(test.event<chat::Closed>().is_confirmed);
    }
    CHECK(test.link.is_closed());
}

TEST_CASE("the host's goodbye ends it") {
    LinkHarness test;
    test.join();
    test.link.handle_datagram("EXIT", test.now);
    CHECK(test.event<chat::Closed>().by_host);
}

TEST_CASE("a host that is gone is asked every two seconds, and gets the line that it missed") {
    LinkHarness test;
    test.join();
    test.say(1, "are you there?");
    CHECK(test.sent() == Lines{"C ann are you there?"});
    test.event<chat::LineSent>();
    test.link.handle_port_closed(test.now);
    test.event<chat::Offline>();
    test.say(2, "hello?");
    CHECK(test.sent().empty());
    CHECK(test.pass(5s) == Lines{"L ann", "L ann"});
    test.link.handle_port_closed(test.now); // still
    CHECK_FALSE(test.link.poll_event());
    CHECK(test.pass(1s) == Lines{"L ann"});
    test.link.handle_datagram("OK", test.now);
    test.event<chat::Online>();
    CHECK(test.sent() == Lines{"C ann are you there?", "C ann hello?"});
    CHECK(test.event<chat::LineSent>().id == 2); // the first was told before
    CHECK_FALSE(test.link.poll_event());
}

TEST_CASE("a quit while the host is gone says what was not sent") {
    LinkHarness test;
    test.join();
    test.say(1, "x");
    test.sent();
    test.link.handle_port_closed(test.now);
    test.link.quit(test.now);
    test.pass(5s);
    while (auto event = test.link.poll_event())
        if (const auto* closed = std::get_if<chat::Closed>(&*event)) CHECK(closed->unsent_lines == 1);
    CHECK(test.link.is_closed());
}

TEST_CASE("a refusal on the way back ends it, with the lines that were not sent") {
    LinkHarness test;
    test.join();
    test.link.handle_port_closed(test.now);
    test.event<chat::Offline>();
    test.say(1, "hello?");
    test.say(2, std::string(2500, 'x'));
    CHECK(test.pass(2s) == Lines{"L ann"});
    test.link.handle_datagram("chatd: the name ann is taken; ann2 is free", test.now);
    CHECK(test.event<chat::Refused>().why == "the name ann is taken; ann2 is free");
    const auto closed = test.event<chat::Closed>();
    CHECK(closed.by_host);
    CHECK(closed.unsent_lines == 2);
    CHECK_FALSE(test.link.poll_event());
    CHECK(test.link.is_closed());
}

TEST_CASE("a host that forgot us is asked to take us in again, now and then") {
    LinkHarness test;
    test.join();
    test.pass(6s);
    test.link.handle_datagram("chatd: you are not in the room: join first with L NAME", test.now);
    CHECK(test.event<chat::Notice>().from == chat::Notice::From::host);
    CHECK(test.sent() == Lines{"L ann"});
    test.link.handle_datagram("chatd: too fast", test.now);
    CHECK(test.sent().empty());
}

TEST_CASE("lines are the room's events, with what the host says beside them, and no line is lost") {
    LinkHarness test;
    test.join();
    const auto told = [&](const char* line) {
        test.link.handle_datagram(line, test.now);
        auto event = test.event<chat::RoomEvent>();
        CHECK_FALSE(event.is_logged());
        return event;
    };
    CHECK(std::get<wire::Joined>(told("bob joined the room").event.what).name.view() == "bob");
    const auto left = told("bob left the room (removed by admin)");
    CHECK(std::get<wire::Left>(left.event.what).name.view() == "bob");
    CHECK(left.detail == "(removed by admin)");
    CHECK(std::get<wire::Said>(told("bob:  two blanks\n").event.what).text.view() == " two blanks");
    CHECK(std::get<wire::Said>(told("\u5c0f\u660e \u8bf4\uff1a\u597d").event.what).name.view() ==
          "\u5c0f\u660e");
    CHECK(std::get<wire::Shouted>(told("admin: fire").event.what).text.view() == "fire");
    // A member of a foreign host may be called what is no name here.
    for (const auto* line : {"a/b: hello", "a/b joined the room", "anything else"}) {
        test.link.handle_datagram(std::string(line) + "\r\n", test.now);
        const auto notice = test.event<chat::Notice>();
        CHECK(notice.from == chat::Notice::From::link);
        CHECK(notice.text == line);
    }
}
