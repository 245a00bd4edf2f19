// SPDX-License-Identifier: MIT
#include "chat/json.hpp"

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

TEST_CASE("what happens to the connection, and what a program need not know") {
    CHECK(chat::json_line(chat::Offline{}, noon) ==
          R"({"time":"2026-11-20T12:00:00.204Z","kind":"status","state":"offline"})");
    CHECK(chat::json_line(wire::classic::ChatLine{"bob", "hi"}, noon) ==
          R"({"time":"2026-11-20T12:00:00.204Z","kind":"say","name":"bob","text":"hi"})");
    CHECK_FALSE(chat::json_line(chat::LineSent{1}, noon));
}
