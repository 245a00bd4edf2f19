// SPDX-License-Identifier: MIT
#include "common/wire/event_codec.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace {

text::Name name(std::string_view bytes) {
    return *text::Name::parsed(bytes);
}

const wire::Fingerprint print = {1, 2, 3, 4, 5, 6, 7, 8, 9, 255};

} // namespace

TEST_CASE("a join tells the key's fingerprint, and is read without one as older versions wrote it") {
    const auto bytes = wire::encode(wire::Event{7, WallTime{}, wire::Joined{{}, name("kim"), false, print}});
    CHECK(bytes == std::string("\1\0\x8\3kim", 7) + "\1\2\3\4\5\6\7\x8\x9\xFF");
    const auto event = wire::decode_event(7, bytes);
    REQUIRE(event);
    CHECK(std::get<wire::Joined>(event->what).fingerprint == print);
    CHECK_FALSE(std::get<wire::Joined>(event->what).is_classic);
    CHECK_FALSE(wire::decode_event(7, bytes.substr(0, bytes.size() - 1)));

    const auto earlier = wire::decode_event(7, std::string("\1\0\0\3kim", 7));
    REQUIRE(earlier);
    CHECK_FALSE(std::get<wire::Joined>(earlier->what).fingerprint);
}

TEST_CASE("every event reads what it writes, and no cut of it") {
    const auto ann = name("ann");
    const auto bob = name("bob");
    const auto hi = text::Text::from_untrusted("hi");
    for (const auto& what : std::vector<wire::EventBody>{
             wire::Joined{{}, ann, true}, wire::Joined{{}, ann, false, print}, wire::Left{{}, ann},
             wire::Said{{}, ann, hi}, wire::Said{{}, ann, hi, true}, wire::Whispered{{}, ann, {}, bob, hi},
             wire::Renamed{{}, ann, bob}, wire::AwaySet{{}, ann, true, hi}, wire::TopicSet{hi},
             wire::Shouted{hi}, wire::Kicked{{}, ann, hi}}) {
        const auto bytes = wire::encode(wire::Event{7, WallTime(std::chrono::milliseconds(9)), what});
        const auto again = wire::decode_event(7, bytes);
        REQUIRE(again);
        CHECK(again->sequence == 7);
        CHECK(again->time == WallTime(std::chrono::milliseconds(9)));
        CHECK(again->what.index() == what.index());
        CHECK(wire::encode(*again) == bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            CHECK_FALSE(wire::decode_event(7, bytes.substr(0, size)));
        CHECK_FALSE(wire::decode_event(7, bytes + "x"));
    }
}

TEST_CASE("an event is its kind, its time and its fields in this order, for ever: logs have them") {
    const auto encoded = [](wire::EventBody what) {
        return wire::encode(wire::Event{7, WallTime(std::chrono::milliseconds(9)), std::move(what)});
    };
    const auto hi = text::Text::from_untrusted("hi");
    CHECK(encoded(wire::Left{{}, name("ann")}) == "\2\x9\3ann");
    CHECK(encoded(wire::Said{{}, name("ann"), hi}) == "\3\x9\3ann\2hi");
    CHECK(encoded(wire::Shouted{hi}) == "\4\x9\2hi");
    CHECK(encoded(wire::Kicked{{}, name("ann"), hi}) == "\5\x9\3ann\2hi");
    CHECK(encoded(wire::Said{{}, name("ann"), hi, true}) == "\6\x9\3ann\2hi");
    CHECK(encoded(wire::Whispered{{}, name("ann"), {}, name("bob"), hi}) == "\7\x9\3ann\3bob\2hi");
    CHECK(encoded(wire::Renamed{{}, name("ann"), name("bob")}) == "\x8\x9\3ann\3bob");
    CHECK(encoded(wire::AwaySet{{}, name("ann"), true, hi}) == "\x9\x9\2\3ann\2hi");
    CHECK(encoded(wire::TopicSet{hi}) == "\xA\x9\2hi");
}
