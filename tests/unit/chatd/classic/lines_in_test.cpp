// SPDX-License-Identifier: MIT
#include "chatd/classic/lines_in.hpp"

#include "tests/support/classic_members.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// One member, held to two lines at once and one a second.
struct Speaker {
    explicit Speaker(std::optional<Rate> flood = Rate{2, 1})
        : lines(flood, members, context) {}

    chatd::LinesIn::Outcome say(const std::string& text) {
        return lines.say(member, wire::Say{text::Text::from_untrusted(text)}, now);
    }
    /// What went to the log since the last time: the lines, and "leave".
    std::vector<std::string> submitted() {
        std::vector<std::string> all;
        for (const auto& entry : context.drain_entries({})) {
            const auto* say = std::get_if<wire::Say>(&entry.command);
            all.emplace_back(say == nullptr ? "leave" : say->text.view());
        }
        return all;
    }

    Instant now{1h};
    chatd::LinesOut::Members members = test::members_of({1});
    chatd::ClassicMember& member = members.begin()->second;
    chatd::RoomContext context;
    chatd::LinesIn lines;
};

using Outcome = chatd::LinesIn::Outcome;
using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("lines over the limit wait their turn, in order, and a leave comes behind them") {
    Speaker ann;
    CHECK(ann.say("one") == Outcome::submitted);
    CHECK(ann.say("two") == Outcome::submitted);
    CHECK_FALSE(ann.lines.next_deadline());
    CHECK(ann.say("three") == Outcome::waits);
    CHECK(ann.say("four") == Outcome::waits);
    CHECK(ann.lines.memory() > 0);
    CHECK(ann.lines.next_deadline() == ann.now + 1s);
    ann.lines.leave(ann.member);
    ann.lines.leave(ann.member);
    CHECK_FALSE(chatd::LinesIn::has_left(ann.member));
    CHECK(ann.submitted() == Lines{"one", "two"});
    ann.now += 1s;
    ann.lines.handle_deadline(ann.now);
    CHECK(ann.submitted() == Lines{"three"});
    ann.now += 1s;
    ann.lines.handle_deadline(ann.now);
    CHECK(ann.submitted() == Lines{"four", "leave"});
    CHECK(chatd::LinesIn::has_left(ann.member));
    CHECK_FALSE(ann.lines.next_deadline());
    CHECK(ann.lines.memory() == 0);
}

TEST_CASE("a leave that waits is taken back, and one at once drops what waits") {
    Speaker ann;
    for (const auto* text : {"one", "two", "three"}) ann.say(text);
    ann.lines.leave(ann.member);
    chatd::LinesIn::stay(ann.member);
    CHECK_FALSE(ann.member.is_leaving);
    CHECK(ann.member.waiting.size() == 1);
    ann.lines.leave_at_once(ann.member);
    CHECK(ann.submitted() == Lines{"one", "two", "leave"});
    CHECK(chatd::LinesIn::has_left(ann.member));
    CHECK_FALSE(ann.lines.next_deadline());
}

TEST_CASE("what waits is bounded in lines and in bytes, and nothing waits without a limit") {
    Speaker ann;
    for (std::size_t i = 0; i < 2 + chatd::LinesIn::max_waiting; ++i) ann.say("a line");
    CHECK(ann.say("one too many") == Outcome::refused);
    Speaker bob;
    const std::string large(8000, 'x');
    for (int i = 0; i < 5; ++i) CHECK(bob.say(large) != Outcome::refused);
    CHECK(bob.say("a small one") == Outcome::refused);
    Speaker free(std::nullopt);
    for (int i = 0; i < 100; ++i) CHECK(free.say(large) == Outcome::submitted);
}
