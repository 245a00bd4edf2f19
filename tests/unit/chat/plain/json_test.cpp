// SPDX-License-Identifier: MIT
#include "chat/model/calendar.hpp"
#include "chat/model/model.hpp"
#include "chat/plain/json.hpp"
#include "common/app/event_json.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

const WallTime noon{1'795'176'000'204ms};

chat::RoomEvent said(std::string_view text) {
    return {{941, noon, wire::Said{{}, *text::Name::parsed("ann"), text::Text::from_untrusted(text)}}, true};
}

} // namespace

TEST_CASE("a line that was said, own ones too, as one object") {
    CHECK(
        chat::json_line(said("hi \"there\" \\ 你好"), {}) ==
        R"({"seq":941,"time":"2026-11-20T12:00:00.204Z","kind":"say","name":"ann","text":"hi \"there\" \\ 你好"})");
}

TEST_CASE("a join and the roster tell whose key it is") {
    wire::Fingerprint key{};
    key.fill(0xFF);
    const auto ann = *text::Name::parsed("ann");
    CHECK(
        chat::json_line(chat::RoomEvent{{1, noon, wire::Joined{{}, ann, false, key}}}, {}) ==
        R"({"seq":1,"time":"2026-11-20T12:00:00.204Z","kind":"join","name":"ann","verified":true,"key":"ZZZZ-ZZZZ-ZZZZ-ZZZZ"})");
    const auto roster =
        chat::json_line(chat::RosterKnown{{{}, {{ann, false, false, false, key}}}}, noon).value();
    CHECK(roster.find(R"("names":["ann"],"keys":{"ann":"ZZZZ-ZZZZ-ZZZZ-ZZZZ"})") != std::string::npos);
}

TEST_CASE("a time that no clock tells is read as the last one that does") {
    const auto read = [](std::uint64_t milliseconds) {
        std::string bytes;
        wire::Writer writer(bytes);
        writer.u8(2); // left
        writer.varint(milliseconds);
        writer.string("ann");
        return wire::decode_event(1, bytes).value().time;
    };
    CHECK(timestamp(read(1'795'176'000'204)) == "2026-11-20T12:00:00.204Z");
    for (const auto late : {std::uint64_t{10'000'000'000'000}, std::uint64_t{1} << 53, wire::max_varint}) {
        const auto time = read(late);
        CHECK(timestamp(time) == "2262-04-11T23:47:16.854Z");
        // On a screen, too.
        chat::Model model;
        model.apply(chat::RoomEvent{{1, time, wire::Shouted{text::Text::from_untrusted("hi")}}}, {});
        const auto shown = chat::written("%Y", model.scrollback.lines().back().time, chat::utc);
        CHECK((shown == "2262"));
    }
}

TEST_CASE("what happens to the connection, and what a program need not know") {
    CHECK(chat::json_line(chat::Offline{}, noon) ==
          R"({"time":"2026-11-20T12:00:00.204Z","kind":"status","state":"offline"})");
    CHECK(chat::json_line(test::said("bob", "hi"), noon) ==
          R"({"time":"2026-11-20T12:00:00.204Z","kind":"say","name":"bob","text":"hi"})");
    CHECK_FALSE(chat::json_line(chat::LineSent{1}, noon));
}
