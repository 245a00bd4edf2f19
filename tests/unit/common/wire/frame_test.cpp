// SPDX-License-Identifier: MIT
#include "common/wire/frame.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace std::chrono_literals;
using namespace std::string_view_literals;

namespace {

template<class Kind>
std::string bytes_of(const Kind& frame) {
    std::string bytes;
    wire::Writer writer(bytes);
    write(writer, frame);
    return bytes;
}

template<class Kind>
Kind read_back(const std::string& bytes) {
    const auto frames = wire::parse_frames(bytes);
    REQUIRE(frames);
    REQUIRE(frames->size() == 1);
    REQUIRE(std::holds_alternative<Kind>(frames->front()));
    return std::get<Kind>(frames->front());
}

} // namespace

TEST_CASE("every frame reads what it writes, and no cut of it") {
    const auto check = [](const std::string& bytes) {
        for (std::size_t length = 1; length < bytes.size(); ++length)
            CHECK_FALSE(wire::parse_frames(std::string_view(bytes).substr(0, length)));
    };
    const auto ack = bytes_of(wire::AckFrame{7ms, {{100, 105}, {90, 90}, {0, 50}}});
    CHECK(read_back<wire::AckFrame>(ack).intervals ==
          std::vector<wire::NumberInterval>{{100, 105}, {90, 90}, {0, 50}});
    CHECK(read_back<wire::AckFrame>(ack).delay == 7ms);
    check(ack);
    const auto events = bytes_of(wire::EventsFrame{941, {"one", "two"}});
    CHECK(read_back<wire::EventsFrame>(events).first == 941);
    CHECK(read_back<wire::EventsFrame>(events).events == std::vector<std::string_view>{"one", "two"});
    check(events);
    const auto skip = bytes_of(wire::SkipFrame{5, 1000});
    CHECK(read_back<wire::SkipFrame>(skip).count == 1000);
    check(skip);
    const auto part = bytes_of(wire::PartFrame{true, 3, 1000, 8000, "middle"});
    CHECK(read_back<wire::PartFrame>(part).offset == 1000);
    CHECK(read_back<wire::PartFrame>(part).is_command);
    check(part);
    const auto command = bytes_of(wire::CommandFrame{17, "say"});
    CHECK(read_back<wire::CommandFrame>(command).command == "say");
    check(command);
    const auto accepted = bytes_of(wire::ResultFrame{17, wire::ResultFrame::Status::accepted, 941, {}});
    CHECK(read_back<wire::ResultFrame>(accepted).sequence == 941);
    check(accepted);
    const auto refused = bytes_of(wire::ResultFrame{17, wire::ResultFrame::Status::refused, 0, "muted"});
    CHECK(read_back<wire::ResultFrame>(refused).reason == "muted");
    check(refused);
    read_back<wire::PingFrame>(bytes_of(wire::PingFrame{}));
    const auto close = bytes_of(wire::CloseFrame{wire::CloseFrame::Code::removed, "spam"});
    CHECK(read_back<wire::CloseFrame>(close).text == "spam");
    check(close);
    const auto welcome = bytes_of(wire::WelcomeFrame{{1, 2, 3}, 941, 900, 55, 17, "ann", 0});
    CHECK(read_back<wire::WelcomeFrame>(welcome).start == 900);
    CHECK(read_back<wire::WelcomeFrame>(welcome).mark == 55);
    CHECK(read_back<wire::WelcomeFrame>(welcome).name == "ann");
    check(welcome);
    const auto challenge = bytes_of(wire::ChallengeFrame{77});
    CHECK(read_back<wire::ChallengeFrame>(challenge).token == 77);
    check(challenge);
    const auto response = bytes_of(wire::ResponseFrame{78});
    CHECK(read_back<wire::ResponseFrame>(response).token == 78);
    check(response);
    const auto typing = bytes_of(wire::TypingFrame{{"ann", "bob"}});
    CHECK(read_back<wire::TypingFrame>(typing).names == std::vector<std::string_view>{"ann", "bob"});
    check(typing);
    const auto presence = bytes_of(wire::PresenceFrame{7, {"x"}});
    CHECK(read_back<wire::PresenceFrame>(presence).first == 7);
    check(presence);
}

TEST_CASE("what makes no sense is malformed") {
    CHECK(wire::parse_frames("")->empty());
    CHECK_FALSE(wire::parse_frames("\x00"sv));
    CHECK_FALSE(wire::parse_frames("\x7f"));
    CHECK_FALSE(wire::parse_frames(test::from_hex("0105000006")));       // an interval that goes below zero
    CHECK_FALSE(wire::parse_frames(test::from_hex("0105000100050000"))); // a gap that does
    CHECK_FALSE(wire::parse_frames(test::from_hex("01050020") + std::string(80, '\0'))); // 33 intervals
    CHECK_FALSE(wire::parse_frames(test::from_hex("020500")));                           // no events
    CHECK_FALSE(wire::parse_frames(test::from_hex("02050100")));                         // an empty one
    CHECK_FALSE(wire::parse_frames(test::from_hex("030500")));                           // nothing skipped
    CHECK_FALSE(wire::parse_frames(test::from_hex("04000105040161"))); // a part behind its end
    CHECK_FALSE(wire::parse_frames(test::from_hex("0a0900")));         // an unknown reason
    CHECK_FALSE(wire::parse_frames(test::from_hex("0c0500")));         // no changes
    CHECK_FALSE(wire::parse_frames("\x08\x09\x01a\x01a\x01a\x01a\x01a\x01a\x01a\x01a\x01a")); // too many
}

TEST_CASE("random bytes never do more than be malformed") {
    std::mt19937 random(1);
    for (int round = 0; round < 50000; ++round) {
        std::string bytes(random() % 60, '\0');
        for (auto& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? random() : random() % 12);
        const auto frames = wire::parse_frames(bytes);
        if (!frames) continue;
        for (const auto& frame : *frames)
            if (const auto* ack = std::get_if<wire::AckFrame>(&frame))
                for (std::size_t i = 0; i < ack->intervals.size(); ++i) {
                    CHECK(ack->intervals[i].first <= ack->intervals[i].last);
                    if (i > 0) CHECK(ack->intervals[i].last + 1 < ack->intervals[i - 1].first);
                }
    }
}
