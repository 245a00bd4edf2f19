// SPDX-License-Identifier: MIT
// A room that is told what to decide, one entry after the other.
#pragma once

#include "chatd/room/room.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

namespace test::rooms {

struct TestRoom {
    chatd::Room room;
    wire::Sequence sequence = 0;
    WallTime time{std::chrono::seconds(7)};

    void pass(std::chrono::milliseconds duration) { time += duration; }

    chatd::Room::Outcome apply(wire::MemberId author, wire::Command command) {
        return room.apply({++sequence, {author, time, std::move(command)}});
    }
    template<class What>
    What event(wire::MemberId author, wire::Command command) {
        const auto result = apply(author, std::move(command));
        REQUIRE(std::holds_alternative<wire::Event>(result));
        const auto& event = std::get<wire::Event>(result);
        CHECK(event.sequence == sequence);
        CHECK(event.time == time);
        REQUIRE(std::holds_alternative<What>(event.what));
        return std::get<What>(event.what);
    }
    wire::Refusal::Reason refusal(wire::MemberId author, wire::Command command) {
        const auto result = apply(author, std::move(command));
        REQUIRE(std::holds_alternative<wire::Refusal>(result));
        CHECK(std::get<wire::Refusal>(result).author == author);
        return std::get<wire::Refusal>(result).reason;
    }
};

inline text::Name name(std::string_view bytes) {
    return *text::Name::parsed(bytes);
}

inline const auto ann = wire::MemberId::classic(1);
inline const auto bob = wire::MemberId::classic(2);

inline wire::MemberId key(std::uint8_t number) {
    wire::MemberId id;
    id.bytes.fill(number);
    return id;
}

inline const auto kim = key(8);
inline const auto zoe = key(9);
inline const auto hi = text::Text::from_untrusted("hi");

inline constexpr auto ten_minutes = std::chrono::minutes(10);
inline constexpr auto a_day = std::chrono::hours(24);
inline constexpr auto a_month = 30 * a_day;

/// A room that keeps names for thirty days.
struct KeepingRoom : TestRoom {
    explicit KeepingRoom(std::chrono::seconds names_for = a_month) {
        const auto result = apply(wire::host_id, wire::Policy{names_for});
        CHECK(std::holds_alternative<chatd::Room::Unseen>(result));
    }
    void stay(wire::MemberId member, std::string_view as, std::chrono::milliseconds duration) {
        event<wire::Joined>(member, wire::Join{name(as), false});
        pass(duration);
        event<wire::Left>(member, wire::Leave{});
    }
    /// Whether somebody else can take it.
    bool is_free(std::string_view what) { return !room.fault_of_join(name(what), time); }
};

} // namespace test::rooms
