// SPDX-License-Identifier: MIT
#include "chat/link/outbox.hpp"

#include "common/wire/message.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using chat::LineId;
using chat::LineKept;
using chat::LineRefused;
using chat::LineSent;
using chat::Outbox;
using Status = wire::ResultFrame::Status;

namespace {

wire::Command say(const std::string& words) {
    return wire::Say{text::Text::from_untrusted(words)};
}

wire::WelcomeFrame welcome(std::uint64_t last_command = 0) {
    wire::WelcomeFrame frame;
    frame.last_command = last_command;
    return frame;
}

/// The numbers that one packet takes.
std::vector<std::uint64_t> sent(Outbox& outbox, std::size_t room = 1100) {
    session::PacketBuilder packet(wire::data_header + room);
    outbox.write(packet);
    CHECK(packet.frames().size() + packet.room() == room);
    std::vector<std::uint64_t> numbers;
    for (const auto& content : packet.items()) numbers.push_back(content.first);
    return numbers;
}

wire::ResultFrame result(std::uint64_t number, Status status = Status::accepted) {
    return {number, status, 1, "no"};
}

using Numbers = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("what is lost is sent again, what has its result is not") {
    Outbox outbox(1);
    for (LineId id = 1; id <= 3; ++id) outbox.add(id, say("line " + std::to_string(id)));
    outbox.begin_session(welcome(), false);
    CHECK(sent(outbox) == Numbers{1, 2, 3});
    CHECK_FALSE(outbox.is_owing());
    outbox.handle_lost({Outbox::item_kind, 1, 0});
    outbox.handle_lost({Outbox::item_kind, 2, 0});
    const auto told = outbox.resolve(result(1));
    REQUIRE(told);
    CHECK(std::get<LineSent>(*told).id == 1);
    CHECK(sent(outbox) == Numbers{2});
    outbox.handle_lost({Outbox::item_kind, 1, 0});
    CHECK(sent(outbox).empty());
    CHECK_FALSE(outbox.resolve(result(1)));
    const auto refused = outbox.resolve(result(3, Status::refused));
    REQUIRE(refused);
    CHECK(std::get<LineRefused>(*refused).why == "no");
    CHECK(outbox.line_count() == 1);
}

TEST_CASE("no command is further ahead of the lowest unresolved one than the host keeps results") {
    Outbox outbox(1);
    outbox.begin_session(welcome(), false);
    for (LineId id = 1; id <= 40; ++id) outbox.add(id, say("x"));
    CHECK(sent(outbox).back() == Outbox::max_unresolved);
    for (std::uint64_t number = 2; number <= 32; ++number) outbox.resolve(result(number));
    CHECK(sent(outbox).empty()); // the first has none yet
    outbox.resolve(result(1));
    CHECK(sent(outbox) == Numbers{33, 34, 35, 36, 37, 38, 39, 40});
}

TEST_CASE("a long line is resolved with its last part, and told once") {
    Outbox outbox(1);
    outbox.begin_session(welcome(), false);
    outbox.add(7, say(std::string(3 * wire::max_text, 'x')));
    CHECK(outbox.line_count() == 1);
    std::size_t packets = 0;
    while (outbox.is_owing() && packets < 100) {
        CHECK_FALSE(sent(outbox).empty());
        ++packets;
    }
    CHECK(packets > 3);
    CHECK_FALSE(outbox.resolve(result(1)));
    CHECK_FALSE(outbox.resolve(result(2)));
    CHECK(outbox.resolve(result(3)));
    CHECK(outbox.is_empty());
}

TEST_CASE("a new session sends all again, under the numbers that the log leaves") {
    Outbox outbox(1);
    outbox.begin_session(welcome(), false);
    for (LineId id = 1; id <= 3; ++id) outbox.add(id, say("x"));
    CHECK(sent(outbox) == Numbers{1, 2, 3});
    outbox.add(4, say("not sent yet"));
    SUBCASE("the same log keeps them") {
        CHECK(outbox.begin_session(welcome(1), true).empty());
        CHECK(sent(outbox) == Numbers{2, 3, 4}); // the result of 1 comes by itself
    }
    SUBCASE("another log knows none of them") {
        CHECK(outbox.begin_session(welcome(0), false).empty());
        CHECK(sent(outbox) == Numbers{1, 2, 3, 4});
    }
    SUBCASE("what was not sent goes behind all that the log knows") {
        CHECK(outbox.begin_session(welcome(9), true).empty());
        outbox.resolve(result(1));
        outbox.resolve(result(2));
        outbox.resolve(result(3));
        CHECK(sent(outbox) == Numbers{10});
    }
    SUBCASE("a log that has forgotten what came before can't tell a repetition") {
        outbox.resolve(result(1));
        outbox.resolve(result(2));
        const auto told = outbox.begin_session(welcome(0), true);
        REQUIRE(told.size() == 2);
        CHECK(std::get<LineRefused>(told[0]).id == 3);
        CHECK(std::get<LineRefused>(told[1]).id == 4);
        outbox.add(5, say("x"));
        CHECK(sent(outbox) == Numbers{1});
    }
}

TEST_CASE("the next run sends what was not resolved, before what is typed in it, and tells of it") {
    std::string kept;
    {
        Outbox outbox(77);
        outbox.begin_session(welcome(), false);
        for (LineId id = 1; id <= 3; ++id) outbox.add(id, say("line " + std::to_string(id)));
        sent(outbox);
        outbox.resolve(result(1));
        wire::Writer writer(kept);
        outbox.write(writer);
    }
    Outbox outbox(78);
    outbox.add(1, say("typed before the first handshake"));
    SUBCASE("whole") {
        wire::Reader reader(kept);
        REQUIRE(outbox.restore(77, reader));
        CHECK(outbox.id() == 77);
        // The log has taken 2 without the earlier run hearing of it: it is heard from the log.
        const auto told = outbox.begin_session(welcome(2), true);
        REQUIRE(told.size() == 1);
        CHECK(std::get<wire::Say>(std::get<LineKept>(told[0]).command).text.view() == "line 3");
        CHECK(sent(outbox) == Numbers{3, 4});
        CHECK_FALSE(outbox.resolve(result(2))); // nobody is told of what the log shows
        CHECK(outbox.resolve(result(3)));
        CHECK(outbox.resolve(result(4)));
        CHECK(outbox.is_empty());
    }
    SUBCASE("cut off") {
        for (std::size_t size = 0; size < kept.size(); ++size) {
            wire::Reader reader(std::string_view(kept).substr(0, size));
            CHECK_FALSE(outbox.restore(77, reader));
            CHECK(outbox.id() == 78);
            CHECK(outbox.line_count() == 1);
        }
    }
}
